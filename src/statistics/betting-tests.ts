import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { smallestEigenvalue, symmetricEigen, type SymmetricEigen } from '../linalg/symmetric-eigen.js';
import { transpose } from '../linalg/vectors.js';

/**
 * Sequential test of "the mean of x is at most 1" for independent x_s >= 0, by betting: the capital
 * prod_s (1 + lambda (x_s - 1)), 0 <= lambda <= 1, is a nonnegative supermartingale under the
 * hypothesis, whatever the upper range of x, so it ever reaches 1/error with probability at most
 * `error` (Ville's inequality; Waudby-Smith & Ramdas, arXiv 2010.09686). The stakes lambda are fixed
 * before the first observation; with several, the capitals are averaged.
 *
 * Valid at every time: looking after each observation costs nothing.
 */
export class MeanAboveOneTest {
  private readonly logCapital: Float64Array;
  private readonly product: Float64Array;
  private pending = 0;

  /** @throws RangeError unless every stake is in (0, 1]. */
  constructor(private readonly stakes: readonly number[]) {
    for (const stake of stakes) {
      if (!(stake > 0 && stake <= 1)) throw new RangeError(`a stake must be in (0, 1]; got ${stake}`);
    }
    this.logCapital = new Float64Array(stakes.length);
    this.product = new Float64Array(stakes.length).fill(1);
  }

  /** Takes one observation x >= 0; infinite or NaN values are overflow and count as the largest number. */
  observe(x: number): void {
    const bounded = x < 1e150 ? x : 1e150;
    for (let k = 0; k < this.stakes.length; k++) this.product[k]! *= 1 + this.stakes[k]! * (bounded - 1);
    if (++this.pending === 16 || bounded > 1e8) this.settle();
  }

  /** log of the mean capital; the hypothesis is rejected at level `error` once it reaches log(1/error). */
  logEvidence(): number {
    this.settle();
    const largest = Math.max(...this.logCapital);
    if (largest === -Infinity) return -Infinity;
    const sum = this.logCapital.reduce((total, x) => total + Math.exp(x - largest), 0);
    return largest + Math.log(sum / this.stakes.length);
  }

  private settle(): void {
    for (let k = 0; k < this.stakes.length; k++) {
      this.logCapital[k]! += Math.log(this.product[k]!);
      this.product[k] = 1;
    }
    this.pending = 0;
  }
}

/**
 * The stake in (0, 1] with the largest mean log growth on trial observations, from a geometric grid. The growth is
 * concave in the stake, so the first fall ends the search.
 */
export function bestStake(observations: ArrayLike<number>): { stake: number; growth: number } {
  return bestOnGrid({ largest: 1, ratio: 0.7, count: 33 }, (stake) => meanLogGrowth(observations, stake));
}

/** The stake with the largest growth on a geometric grid, of a growth that is concave in the stake: the first fall ends the search. */
export function bestOnGrid(
  { largest, ratio, count }: { largest: number; ratio: number; count: number },
  growthOf: (stake: number) => number,
): { stake: number; growth: number } {
  let best = { stake: largest, growth: -Infinity };
  for (let k = 0, stake = largest; k < count; k++, stake *= ratio) {
    const growth = growthOf(stake);
    if (growth < best.growth) break;
    if (growth > best.growth) best = { stake, growth };
  }
  return best;
}

function meanLogGrowth(observations: ArrayLike<number>, stake: number): number {
  let sum = 0;
  for (let s = 0; s < observations.length; s++) {
    sum += Math.log1p(stake * (Math.min(observations[s]!, 1e150) - 1));
  }
  return sum / observations.length;
}

/**
 * Sequential test of "lambda_min(E Y) is at most 1" for independent symmetric matrices Y_s >= 0 of any size:
 * rejecting it certifies lambda_min(E Y) > 1. With 1 x 1 matrices it is `MeanAboveOneTest`.
 *
 * Proof. Under the hypothesis some fixed unit vector u has E u^T Y u <= 1. The capital prod (1 + stake (u^T Y_s u - 1)),
 * 0 < stake < 1, is a nonnegative supermartingale, so it ever reaches 1/error with probability at most `error` (Ville).
 * The logarithm is concave and u^T f(Y) u is a mean of f over the eigenvalues of Y, so by Jensen's inequality
 * log(u^T (I + Z) u) >= u^T log(I + Z) u with Z = stake (Y - I) > -I. Hence
 *
 *   log capital >= lambda_min( sum_s log(I + stake (Y_s - I)) ),
 *
 * whatever u is, and no upper range of Y is needed: a heavy tail enters by its logarithm. (It is the bound of
 * `MatrixMeanBelowTest` without its last step, a polynomial below the logarithm, which a heavy tail would spoil.) The stakes are
 * fixed before the first observation; each has an equal part of the capital. Valid at every time.
 */
export class MatrixMeanAboveOneTest {
  private readonly sums: readonly Float64Array[];

  /** @param size of Y. @throws RangeError unless every stake is in (0, 1). */
  constructor(
    private readonly size: number,
    private readonly stakes: readonly number[],
  ) {
    for (const stake of stakes) {
      if (!(stake > 0 && stake < 1)) throw new RangeError(`a stake must be in (0, 1); got ${stake}`);
    }
    this.sums = stakes.map(() => new Float64Array(size * size));
  }

  /** Takes one observation Y: size x size, symmetric, 0 <= Y. */
  observe(y: Float64Array): void {
    const eigen = symmetricEigen(y, this.size);
    this.stakes.forEach((stake, k) => {
      addLogFactor(eigen, stake, this.size, this.sums[k]!);
    });
  }

  /** Lower bound on the log of the mean capital over the stakes, in every direction. */
  logEvidence(): number {
    const bounds = this.sums.map((sum) => smallestEigenvalue(sum, this.size));
    return Math.max(...bounds) - Math.log(bounds.length);
  }
}

/** Stake of a test that has no prospect. */
const SMALLEST_STAKE = 1e-5;

/**
 * The stake below 1 with the largest growth of the capital a sample on trial observations of `MatrixMeanAboveOneTest`:
 * concave in the stake as the logarithm of a matrix and lambda_min are, so the first fall ends the search.
 */
export function bestMatrixStake(
  observations: readonly Float64Array[],
  size: number,
): { stake: number; growth: number } {
  const mean = new Float64Array(size * size);
  for (const y of observations) for (let k = 0; k < y.length; k++) mean[k]! += y[k]! / observations.length;
  const excess = smallestEigenvalue(mean, size) - 1;
  // No stake grows faster than it times the excess.
  if (!(excess > 0)) return { stake: SMALLEST_STAKE, growth: SMALLEST_STAKE * excess };
  const logarithms = new LogFactors(observations, size);
  return bestOnGrid({ largest: 0.98, ratio: 0.7, count: 33 }, (stake) => {
    return smallestEigenvalue(logarithms.sum(stake), size) / observations.length;
  });
}

/** The matrices log(I + stake (Y - I)) of trial observations, whose sum is one product V diag(log) V^T for all eigenvectors V. */
class LogFactors {
  /** All eigenvalues, and all eigenvectors as the columns of V, size x count. */
  private readonly values: Float64Array;
  private readonly columns: Float64Array;
  private readonly weighted: Float64Array;

  constructor(
    observations: readonly Float64Array[],
    private readonly size: number,
  ) {
    const count = observations.length * size;
    this.values = new Float64Array(count);
    const rows = new Float64Array(count * size);
    observations.forEach((y, s) => {
      const spectrum = symmetricEigen(y, size);
      this.values.set(spectrum.values, s * size);
      rows.set(spectrum.rows, s * size * size);
    });
    this.columns = transpose(rows, count, size);
    this.weighted = new Float64Array(rows.length);
  }

  sum(stake: number): Float64Array {
    const { values, columns, weighted, size } = this;
    const count = values.length;
    for (let v = 0; v < count; v++) {
      const log = logFactor(values[v]!, stake);
      for (let k = v; k < columns.length; k += count) weighted[k] = log * columns[k]!;
    }
    return multiplyTransposedSymmetric(weighted, columns, size, count);
  }
}

/** log(1 + stake (y - 1)) for an eigenvalue y; one that is negative by rounding counts as 0. */
function logFactor(value: number, stake: number): number {
  return Math.log1p(stake * (Math.max(0, value) - 1));
}

/** Adds log(I + stake (Y - I)) for Y of this spectrum. */
function addLogFactor(
  { values, rows }: SymmetricEigen,
  stake: number,
  size: number,
  sum: Float64Array,
): void {
  for (let k = 0; k < size; k++) {
    const log = logFactor(values[k]!, stake);
    for (let a = 0; a < size; a++) {
      const weight = log * rows[k * size + a]!;
      for (let b = 0; b < size; b++) sum[a * size + b]! += weight * rows[k * size + b]!;
    }
  }
}
