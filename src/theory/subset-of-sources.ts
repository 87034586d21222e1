import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { largestEigenvalue, largestMagnitude } from '../linalg/symmetric-eigen.js';
import { addScaled, transpose } from '../linalg/vectors.js';
import {
  blockNumbers,
  type MatrixBlock,
  type MatrixSource,
  storedSet,
  streamedSets,
} from './matrix-source.js';
import {
  type DrawnSet,
  type DrawnSets,
  drawSubset,
  MEAN_COLUMNS,
  type SubsetSize,
  subsetSource,
  thinnedDraw,
} from './draw-subset.js';
import { type BatchSizes, SET_NAMES } from './problem.js';

/**
 * Draws a subset of two sets that may be larger than memory: one pass over everything, then the drawn samples.
 *
 * @param of how many samples each source is a uniform draw from; null: of those that it holds.
 * @param onProgress called with the share of the first pass that is done.
 */
export function subsetOfSources(
  sources: { readonly retain: MatrixSource; readonly forget: MatrixSource },
  { size, seed }: SubsetSize,
  onProgress: (share: number) => void = () => undefined,
  of: BatchSizes | null = null,
): DrawnSets {
  const { retain, forget } = sources;
  const withMean = of === null && retain.columns <= MEAN_COLUMNS;
  const share = retain.rows / (retain.rows + forget.rows);
  const known = [
    streamedCurvatures(retain, { withMean, onProgress: (done) => onProgress(share * done) }),
    streamedCurvatures(forget, { withMean, onProgress: (done) => onProgress(share + (1 - share) * done) }),
  ] as const;
  const draws = known.map(({ curvatures }, k) => {
    const name = SET_NAMES[k]!;
    const random = subsetSource(name, seed);
    return of === null
      ? drawSubset(curvatures, size, random)
      : thinnedDraw(curvatures.length, of[name], size, random);
  });
  const picked = [retain, forget].map((source, k) => pickedSource(source, draws[k]!.indices));
  // Known means are in the coordinates of the files, and so must the samples be.
  const samples = withMean ? picked.map(storedSet) : streamedSets(picked);
  const [drawnRetain, drawnForget] = known.map(({ curvatures, mean }, k): DrawnSet => {
    const { certain, inclusion } = draws[k]!;
    const total = of?.[SET_NAMES[k]!] ?? curvatures.length;
    return {
      ...{ of: total, samples: samples[k]!, certain, inclusion, mean },
      largestCurvature: largestMagnitude(curvatures),
      isThinned: total > curvatures.length,
    };
  });
  return { retain: drawnRetain!, forget: drawnForget!, draws: { retain: draws[0]!, forget: draws[1]! } };
}

/** Curvatures of all samples of a set, from one pass over it. */
interface StreamedCurvatures {
  /** lambda_1(H_i) of every sample. */
  readonly curvatures: Float64Array;
  /** Hbar, p x p; null if it was not asked for. */
  readonly mean: Float64Array | null;
}

interface StreamedCurvaturesOptions {
  readonly withMean: boolean;
  /** Numbers that are in memory at once: 64 MB by default. */
  readonly blockNumbers?: number;
  /** Called with the share that is done, 0 .. 1. */
  readonly onProgress?: (share: number) => void;
}

/** Numbers of a block that are in memory at once. */
const BLOCK_NUMBERS = 2 ** 23;

/**
 * One pass over a set that may be larger than memory, in blocks of whole samples where these lie together or the mean
 * curvature is wanted, else in blocks of columns.
 *
 * @throws whatever the source throws while it is read.
 */
export function streamedCurvatures(
  source: MatrixSource,
  options: StreamedCurvaturesOptions,
): StreamedCurvatures {
  const { rows, columns: p, factorsPerSample: c } = source;
  const { withMean, blockNumbers = BLOCK_NUMBERS, onProgress = () => undefined } = options;
  const n = rows / c;
  const grams = new Float64Array(n * c * c);
  const mean = withMean ? new Float64Array(p * p) : null;
  const bySamples = withMean || source.order === 'samples';
  const step = Math.max(1, Math.floor(blockNumbers / (bySamples ? p * c : rows)));
  const product = new Float64Array(withMean ? p * p : 0);
  for (let from = 0; from < (bySamples ? n : p); from += step) {
    const to = Math.min(bySamples ? n : p, from + step);
    const block: MatrixBlock = bySamples
      ? { fromSample: from, toSample: to, fromColumn: 0, toColumn: p }
      : { fromSample: 0, toSample: n, fromColumn: from, toColumn: to };
    const numbers = source.readBlock(block);
    addGrams(numbers, block, c, grams);
    if (mean) addProducts(numbers, p, product, mean);
    onProgress(to / (bySamples ? n : p));
  }
  return {
    curvatures: Float64Array.from({ length: n }, (_, i) =>
      c === 1 ? grams[i]! : Math.max(0, largestEigenvalue(grams.slice(i * c * c, (i + 1) * c * c), c)),
    ),
    mean: mean?.map((x) => x / n) ?? null,
  };
}

/** Adds the inner products of the factors of each sample over the columns of a block. */
function addGrams(numbers: Float64Array, block: MatrixBlock, c: number, grams: Float64Array): void {
  const width = block.toColumn - block.fromColumn;
  for (let i = 0; i < block.toSample - block.fromSample; i++) {
    for (let s = 0; s < c; s++) {
      for (let t = 0; t < c; t++) {
        let sum = 0;
        const [x, y] = [(i * c + s) * width, (i * c + t) * width];
        for (let k = 0; k < width; k++) sum += numbers[x + k]! * numbers[y + k]!;
        grams[((block.fromSample + i) * c + s) * c + t]! += sum;
      }
    }
  }
}

/** Rows that are transposed at once: 4 MB at p = 1000. */
const ROWS_AT_ONCE = 512;

/** sum += X^T X for the rows of a block of p columns. */
function addProducts(numbers: Float64Array, p: number, product: Float64Array, sum: Float64Array): void {
  const rows = numbers.length / p;
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, rows - from);
    const columns = transpose(numbers.subarray(from * p, (from + count) * p), count, p);
    multiplyTransposedSymmetric(columns, columns, p, count, product);
    addScaled(sum, 1, product);
  }
}

/** The picked samples of a source as a source of their own, in the given order; nothing is read before it is asked for. */
export function pickedSource(source: MatrixSource, picked: readonly number[]): MatrixSource {
  const { factorsPerSample: c } = source;
  const n = source.rows / c;

  /** Sample by sample where its numbers lie together; else all samples of a few columns, of which most are dropped. */
  function read(samples: readonly number[], from: number, to: number, out: Float64Array): Float64Array {
    const width = to - from;
    if (source.order === 'samples') {
      samples.forEach((i, k) => {
        const part = out.subarray(k * c * width, (k + 1) * c * width);
        source.readBlock({ fromSample: i, toSample: i + 1, fromColumn: from, toColumn: to }, part);
      });
      return out;
    }
    const step = Math.max(1, Math.floor(BLOCK_NUMBERS / source.rows));
    for (let first = from; first < to; first += step) {
      const last = Math.min(to, first + step);
      const numbers = source.readBlock({ fromSample: 0, toSample: n, fromColumn: first, toColumn: last });
      samples.forEach((i, k) => {
        for (let factor = 0; factor < c; factor++) {
          const at = (i * c + factor) * (last - first);
          out.set(numbers.subarray(at, at + last - first), (k * c + factor) * width + first - from);
        }
      });
    }
    return out;
  }

  return {
    ...source,
    rows: picked.length * c,
    readColumns: (from, to, out = new Float64Array(picked.length * c * (to - from))) =>
      read(picked, from, to, out),
    readBlock: (block, out = new Float64Array(blockNumbers(source, block))) =>
      read(picked.slice(block.fromSample, block.toSample), block.fromColumn, block.toColumn, out),
  };
}
