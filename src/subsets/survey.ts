import type { MatrixBlock, MatrixSource } from '../curvature/matrix-source.js';
import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { largestEigenvalue } from '../linalg/symmetric-eigen.js';
import { addScaled } from '../linalg/vectors.js';

/** What one pass over all samples of a set tells. */
export interface SetSurvey {
  /** lambda_1(H_i) of every sample. */
  readonly curvatures: Float64Array;
  /** Hbar, p x p; null if it was not asked for. */
  readonly mean: Float64Array | null;
}

export interface SurveyOptions {
  readonly withMean: boolean;
  /** Numbers that are in memory at once: 64 MB by default. */
  readonly blockNumbers?: number;
  /** Called with the share that is done, 0 .. 1. */
  readonly onProgress?: (share: number) => void;
}

/** Numbers of a block that are in memory at once. */
export const BLOCK_NUMBERS = 2 ** 23;

/**
 * One pass over a set that may be larger than memory, in blocks of whole samples where these lie together or the mean
 * curvature is wanted, else in blocks of columns.
 *
 * @throws whatever the source throws while it is read.
 */
export function surveySet(source: MatrixSource, options: SurveyOptions): SetSurvey {
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

/** Rows that are turned into columns at once: 4 MB at p = 1000. */
const TURNED = 512;

/** sum += X^T X for the rows of a block of p columns. */
function addProducts(numbers: Float64Array, p: number, product: Float64Array, sum: Float64Array): void {
  const rows = numbers.length / p;
  const turned = new Float64Array(p * TURNED);
  for (let from = 0; from < rows; from += TURNED) {
    const count = Math.min(TURNED, rows - from);
    for (let i = 0; i < count; i++) {
      for (let a = 0; a < p; a++) turned[a * count + i] = numbers[(from + i) * p + a]!;
    }
    multiplyTransposedSymmetric(turned, turned, p, count, product);
    addScaled(sum, 1, product);
  }
}
