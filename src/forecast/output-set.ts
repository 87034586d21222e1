import type { Reals } from '../linalg/row-products.js';
import { blockNumbers, type MatrixBlock, type MatrixSource } from '../theory/matrix-source.js';
import type { BatchSizes } from '../theory/problem.js';

/** Samples whose outputs are taken as linear in the parameters: f(w* + delta) = f* + J delta, n samples with c outputs. */
export interface OutputSet {
  /** How messages call it. */
  readonly name: string;
  /** n. */
  readonly samples: number;
  /** How many samples these stand for: n, or more of which they are a uniform draw. */
  readonly of: number;
  /** c. */
  readonly width: number;
  /** f*, n x c. */
  readonly outputs: Float64Array;
  /** n x c: classes as unit vectors. */
  readonly targets: Float64Array;
  /** J w*, n x c, which weight decay needs; null if it is not known. */
  readonly pull: Float64Array | null;
  /** J, n samples with c rows each. */
  readonly jacobian: MatrixSource;
  /** Seed and columns of a random projection of the parameters; null: the columns are the parameters. */
  readonly projection: { readonly seed: number; readonly columns: number } | null;
  /** True where the columns are coordinates with the inner products of a Gram matrix, and not the parameters. */
  readonly isGram?: boolean;
  /** Names of the samples; null: their numbers. */
  readonly ids: readonly (number | string)[] | null;
  /** Outputs of the real model after so many real steps, n x c, to compare with. */
  readonly real: { readonly steps: number; readonly outputs: Float64Array } | null;
}

/** The sets of a forecast, in this order wherever they are numbered. */
export interface ForecastSets {
  readonly retain: OutputSet;
  readonly forget: OutputSet;
  /** Held-out samples; null without. */
  readonly test: OutputSet | null;
}

export const FORECAST_SETS = ['retain', 'forget', 'test'] as const;

export type ForecastSetName = (typeof FORECAST_SETS)[number];

/** The sets that there are, retain first. */
export function listedSets(sets: ForecastSets): readonly OutputSet[] {
  return FORECAST_SETS.flatMap((name) => sets[name] ?? []);
}

/** n_R and n_F: of the whole sets, where those at hand are draws from them. */
export function countsOf({ retain, forget }: Pick<ForecastSets, 'retain' | 'forget'>): BatchSizes {
  return { retain: retain.of, forget: forget.of };
}

/** Rows of a Jacobian where they are needed. */
export interface JacobianRows {
  /** Rows of samples from .. to-1 and where they begin in `numbers`; valid until the next call. */
  read(from: number, to: number): RowBlock;
  /** Rows of the samples of a list, one below the other; valid until the next call. */
  gather(samples: Int32Array): RowBlock;
}

interface RowBlock {
  readonly numbers: Reals;
  readonly at: number;
}

/** Numbers that are read at once. */
const PIECE_NUMBERS = 2 ** 22;

/** Bytes of a Jacobian in memory, by `heldRows`. */
export function heldBytes({ rows, columns, dtype }: MatrixSource): number {
  return rows * columns * (isSingle(dtype) ? 4 : 8);
}

/** Size that no stored number of a type exceeds. */
export function largestStored(dtype: string): number {
  return isSingle(dtype) ? 2 ** 128 : Number.MAX_VALUE;
}

/** True for stored types whose numbers are single-precision numbers. */
function isSingle(dtype: string): boolean {
  return /f[24]$|F16|F32|float16|float32|BF16/.test(dtype);
}

/** All rows in memory, in single precision if that is how they are stored. @throws what the source throws */
export function heldRows(source: MatrixSource): JacobianRows {
  const { rows, columns, factorsPerSample: c } = source;
  const numbers = isSingle(source.dtype)
    ? new Float32Array(rows * columns)
    : new Float64Array(rows * columns);
  const atOnce = Math.max(1, Math.floor(PIECE_NUMBERS / (c * columns)));
  const streamed = streamedRows(source);
  for (let from = 0; from < rows / c; from += atOnce) {
    const piece = streamed.read(from, Math.min(rows / c, from + atOnce));
    numbers.set(piece.numbers, from * c * columns);
  }
  const size = c * columns;
  let scratch = numbers.subarray(0, 0);
  return {
    read: (from) => ({ numbers, at: from * size }),
    gather(samples) {
      if (isStretch(samples)) return { numbers, at: (samples[0] ?? 0) * size };
      if (scratch.length < samples.length * size) scratch = numbers.slice(0, samples.length * size);
      samples.forEach((sample, k) =>
        scratch.set(numbers.subarray(sample * size, (sample + 1) * size), k * size),
      );
      return { numbers: scratch, at: 0 };
    },
  };
}

/** True if every sample of a rising list is the next one. */
function isStretch(samples: Int32Array): boolean {
  const [first, last] = [samples[0] ?? 0, samples.at(-1) ?? -1];
  return last - first === samples.length - 1;
}

/** Rows that are read from their source whenever they are needed. */
export function streamedRows(source: MatrixSource): JacobianRows {
  const { columns } = source;
  let buffer = new Float64Array(0);
  const blockOf = (from: number, to: number): MatrixBlock => ({
    ...{ fromSample: from, toSample: to, fromColumn: 0, toColumn: columns },
  });
  const hold = (size: number): void => {
    if (buffer.length < size) buffer = new Float64Array(size);
  };
  return {
    read(from, to) {
      const block = blockOf(from, to);
      hold(blockNumbers(source, block));
      return { numbers: source.readBlock(block, buffer.subarray(0, blockNumbers(source, block))), at: 0 };
    },
    gather(samples) {
      const size = blockNumbers(source, blockOf(0, 1));
      hold(samples.length * size);
      let k = 0;
      while (k < samples.length) {
        const [first, from] = [samples[k]!, k];
        do k++;
        while (k < samples.length && samples[k]! - k === first - from);
        source.readBlock(blockOf(first, first + k - from), buffer.subarray(from * size, k * size));
      }
      return { numbers: buffer, at: 0 };
    },
  };
}
