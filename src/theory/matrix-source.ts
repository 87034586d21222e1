import { beginSymmetricProduct } from '../linalg/multiply-transposed.js';
import { sharedNumbers } from '../linalg/product-team.js';
import { uniformSet, type FactorSet } from './problem.js';
import { accuracyOf, DOUBLES, type FactorAccuracy, gramRank, reducedAccuracy, storedWith } from './rank.js';
import { gramCoordinates, withSpan } from './reduction.js';

/**
 * A matrix of factors that may be larger than memory: row i c + k is factor k of sample i, for n samples with
 * c factors each. The files of src/input implement it; what computes with it sees blocks of columns alone.
 */
export interface MatrixSource {
  /** Its name in messages. */
  readonly name: string;
  /** n c. */
  readonly rows: number;
  /** p, the length of a factor. */
  readonly columns: number;
  /** c. */
  readonly factorsPerSample: number;
  /** True if the factors of a sample have an axis of their own, (n, c, p), be it of length 1. */
  readonly hasFactorAxis?: boolean;
  /** Type of the stored numbers, as their file calls it. */
  readonly dtype: string;
  /** True if the columns are coordinates of an orthonormal basis, which have no units of their own. */
  readonly orthonormal?: boolean;
  /** Writes columns from .. to-1 of all rows to `out`, row-major rows x (to - from), and returns it. */
  readColumns(from: number, to: number, out?: Float64Array): Float64Array;
  /** Writes all factors of some samples, cut to some columns, to `out`, row-major, and returns it. */
  readBlock(block: MatrixBlock, out?: Float64Array): Float64Array;
  /** Storage order: the numbers of a sample lie together, or those of a column. */
  readonly order: 'samples' | 'columns';
}

/** Samples fromSample .. toSample-1 and columns fromColumn .. toColumn-1. */
export interface MatrixBlock {
  readonly fromSample: number;
  readonly toSample: number;
  readonly fromColumn: number;
  readonly toColumn: number;
}

/** Count of the numbers of a block. */
export function blockNumbers(
  { factorsPerSample }: Pick<MatrixSource, 'factorsPerSample'>,
  { fromSample, toSample, fromColumn, toColumn }: MatrixBlock,
): number {
  return (toSample - fromSample) * factorsPerSample * (toColumn - fromColumn);
}

/** A matrix in memory: rows of `columns` numbers, c of them a sample. */
export function heldMatrix(
  name: string,
  numbers: Float64Array,
  columns: number,
  factorsPerSample: number,
  dtype = '<f8',
): MatrixSource {
  const rows = numbers.length / columns;
  const cut = (row: number, from: number, to: number) =>
    numbers.subarray(row * columns + from, row * columns + to);
  return {
    ...{ name, rows, columns, factorsPerSample, dtype, order: 'samples' },
    readColumns(from, to, out = new Float64Array(rows * (to - from))) {
      for (let row = 0; row < rows; row++) out.set(cut(row, from, to), row * (to - from));
      return out;
    },
    readBlock(block, out = new Float64Array(blockNumbers({ factorsPerSample }, block))) {
      const { fromSample, toSample, fromColumn, toColumn } = block;
      const first = fromSample * factorsPerSample;
      for (let row = first; row < toSample * factorsPerSample; row++) {
        out.set(cut(row, fromColumn, toColumn), (row - first) * (toColumn - fromColumn));
      }
      return out;
    },
  };
}

/**
 * The sets of the sources, in coordinates that keep all inner products: with more columns than factors in
 * r <= N coordinates, found from the streamed Gram matrix; otherwise as they are stored, which is no larger.
 *
 * @returns one set a source, all of one dimension.
 * @throws RangeError if the sources differ in columns; whatever a source throws while it is read.
 */
export function streamedSets(
  sources: readonly MatrixSource[],
  options: StreamedGramOptions = {},
): FactorSet[] {
  const columns = sources[0]?.columns ?? 0;
  const count = sources.reduce((sum, { rows }) => sum + rows, 0);
  if (columns <= count) return sources.map(storedSet);
  const before = accuracyOf(sources.map((source) => ({ accuracy: accuracyOfSource(source) })));
  const gram = streamedGram(sources, options);
  const { dimension, coordinates, accuracy } = scaledCoordinates(gram, count, before);
  let row = 0;
  return sources.map((source) => {
    const from = row * dimension;
    const first = row;
    row += source.rows;
    const set = { ...setOf(source, coordinates.slice(from, row * dimension), dimension), accuracy };
    return withSpan(set, before.precision, () => {
      const own = gramBlock(gram, count, first, source.rows);
      return gramRank(own, source.rows, before.precision).rank;
    });
  });
}

/** Inner products of some rows among each other. */
function gramBlock(gram: Float64Array, count: number, first: number, rows: number): Float64Array {
  const block = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    const from = (first + i) * count + first;
    block.set(gram.subarray(from, from + rows), i * rows);
  }
  return block;
}

/** The set of a source as it is stored. */
export function storedSet(source: MatrixSource): FactorSet {
  const set = setOf(source, source.readColumns(0, source.columns), source.columns);
  const accuracy = accuracyOfSource(source);
  return accuracy === DOUBLES ? set : { ...set, accuracy };
}

/** Coordinates of a Gram matrix that is scaled to a largest entry of 1 while its eigenvalues are computed. */
function scaledCoordinates(gram: Float64Array, count: number, before: FactorAccuracy) {
  let largest = 0;
  for (let i = 0; i < count; i++) largest = Math.max(largest, gram[i * count + i]!);
  if (largest === 0) return { dimension: 0, coordinates: new Float64Array(0), accuracy: before };
  for (let k = 0; k < gram.length; k++) gram[k]! /= largest;
  const { dimension, coordinates, resolution, leftOut } = gramCoordinates(gram, count, before.precision);
  const root = Math.sqrt(largest);
  for (let k = 0; k < coordinates.length; k++) coordinates[k]! *= root;
  return { dimension, coordinates, accuracy: reducedAccuracy(before, resolution, leftOut) };
}

/** Bits behind the point of the types that are coarser than a double, as npy and safetensors call them. */
const FRACTION_BITS: readonly (readonly [RegExp, number])[] = [
  [/^([<>=|]?f2|F16|float16)$/, 10],
  [/^(BF16|bfloat16)$/, 7],
  [/^([<>=|]?f4|F32|float32)$/, 23],
];

function accuracyOfSource({ dtype, orthonormal }: MatrixSource): FactorAccuracy {
  const accuracy = accuracyOfType(dtype);
  return orthonormal ? { ...accuracy, orthonormal } : accuracy;
}

/** How exactly numbers of a stored type are known; integers are exact. */
export function accuracyOfType(dtype: string): FactorAccuracy {
  const bits = FRACTION_BITS.find(([names]) => names.test(dtype))?.[1];
  return bits === undefined ? DOUBLES : storedWith(bits);
}

function setOf(
  { rows, factorsPerSample }: MatrixSource,
  factors: Float64Array,
  dimension: number,
): FactorSet {
  return uniformSet(factors, dimension, rows / factorsPerSample, factorsPerSample);
}

/** Numbers of a block of columns, two of which are in memory at once: 64 MB. */
const BLOCK_NUMBERS = 2 ** 23;

/** Progress and memory of the accumulation of a Gram matrix. */
export interface StreamedGramOptions {
  /** Called with the columns that are done, after each block. */
  readonly onProgress?: (columnsDone: number) => void;
  /** Numbers of a block, all rows together; at least one column is read. */
  readonly blockNumbers?: number;
}

/**
 * Gram matrix Gamma = [f_i . f_j] of all rows of the sources in order: N x N, row-major.
 *
 * Adds X_b X_b^T over blocks X_b of columns: every number is read once, and memory is a few N x N matrices and two
 * blocks, whatever p is. While one block is multiplied on the other processors, the next is read.
 *
 * @throws RangeError if the sources differ in columns; whatever a source throws while it is read.
 */
export function streamedGram(
  sources: readonly MatrixSource[],
  { onProgress = () => undefined, blockNumbers = BLOCK_NUMBERS }: StreamedGramOptions = {},
): Float64Array {
  const columns = sources[0]?.columns ?? 0;
  for (const source of sources) {
    if (source.columns !== columns) {
      throw new RangeError(`all sources must have ${columns} columns; ${source.name} has ${source.columns}`);
    }
  }
  const count = sources.reduce((sum, { rows }) => sum + rows, 0);
  const width = Math.max(1, Math.min(columns, Math.floor(blockNumbers / Math.max(1, count))));
  const gram = new Float64Array(count * count);
  const product = sharedNumbers(count * count);
  const blocks = [sharedNumbers(count * width), sharedNumbers(count * width)] as const;
  let finish = (): void => undefined;
  for (let from = 0, b = 0; from < columns; from += width, b++) {
    const to = Math.min(columns, from + width);
    const block = blocks[b % 2]!;
    readBlock(sources, from, to, block);
    finish();
    const multiplied = beginSymmetricProduct(block, block, count, to - from, product);
    finish = () => {
      multiplied();
      for (let k = 0; k < gram.length; k++) gram[k]! += product[k]!;
      onProgress(to);
    };
  }
  finish();
  return gram;
}

/** Columns from .. to-1 of all sources below each other. */
function readBlock(sources: readonly MatrixSource[], from: number, to: number, block: Float64Array): void {
  let at = 0;
  for (const source of sources) {
    const size = source.rows * (to - from);
    source.readColumns(from, to, block.subarray(at, at + size));
    at += size;
  }
}
