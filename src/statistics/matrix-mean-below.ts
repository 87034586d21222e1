import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import {
  addSandwiches,
  compilesSandwiches,
  forEachSandwich,
  type Sandwich,
} from '../linalg/sandwich-sums.js';
import { smallestEigenvalue } from '../linalg/symmetric-eigen.js';
import { bestOnGrid } from './betting-tests.js';

/**
 * Sequential test of "lambda_1(E Y) is at least `level`" for independent symmetric matrices
 * 0 <= Y_s <= range * I: rejecting it certifies lambda_1(E Y) < level.
 *
 * Proof. Under the hypothesis some fixed unit vector u has E u^T Y u >= level. Put y = u^T Y u and
 * z = stake (level - y) >= -zeta, zeta = stake (range - level) < 1. The capital prod (1 + z_s) is a
 * nonnegative supermartingale, so it ever reaches 1/error with probability at most `error` (Ville).
 * Since (z - log(1+z))/z^2 decreases in z, log(1+z) >= z - psi(zeta) z^2 with
 * psi(zeta) = (-log(1-zeta) - zeta)/zeta^2, and z^2 <= stake^2 u^T (level - Y)^2 u. Hence
 *
 *   log capital >= lambda_min( sum_s stake (level - Y_s) - psi stake^2 (level - Y_s)^2 ),
 *
 * whatever u is: no net over directions and no factor for the dimension is needed. Several stakes are
 * a mixture: each capital counts with weight 1/number. Valid at every time.
 *
 * Observations above the range may be taken as they are if the hypothesis is put to those within it, the
 * others counting as 0: then the true factor is 1 + stake * level > 1, and z - psi z^2 is below its log.
 */
export class MatrixMeanBelowTest {
  /** Of Y, and of Y^2. */
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  private readonly square: Float64Array;
  private count = 0;

  constructor(
    private readonly size: number,
    private readonly level: number,
    private readonly range: number,
  ) {
    this.sum = new Float64Array(size * size);
    this.squares = new Float64Array(size * size);
    this.square = new Float64Array(size * size);
  }

  /** Takes one observation Y: size x size, symmetric, 0 <= Y. */
  observe(y: Float64Array): void {
    this.count++;
    multiplyTransposedSymmetric(y, y, this.size, this.size, this.square);
    for (let k = 0; k < y.length; k++) {
      this.sum[k]! += y[k]!;
      this.squares[k]! += this.square[k]!;
    }
  }

  /**
   * Takes Y = C C^T of the first `count` of some matrices, size x size each, one after the other.
   *
   * @param norms gets a number that is at least lambda_1(Y), to rounding, for each.
   */
  observeSandwiches(matrices: Float64Array, count: number, sandwich: Sandwich, norms: Float64Array): void {
    const { size } = this;
    if (!compilesSandwiches(size)) {
      forEachSandwich(matrices, count, size, sandwich, norms, (y) => {
        this.observe(y);
      });
      return;
    }
    this.count += count;
    addSandwiches(matrices, count, size, sandwich, this, norms);
  }

  /** Largest stake considered: zeta stays below 0.9. */
  largestStake(): number {
    return 0.9 / Math.max(this.range - this.level, 1e-3);
  }

  /** Lower bound on the log capital of one stake, in every direction. */
  logCapital(stake: number): number {
    const { level, count, size } = this;
    const quadratic = stake ** 2 * deficitFactor(stake * (this.range - level));
    const bound = new Float64Array(size * size);
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) {
        const k = a * size + b;
        const identity = a === b ? count : 0;
        const first = level * identity - this.sum[k]!;
        const second = level ** 2 * identity - 2 * level * this.sum[k]! + this.squares[k]!;
        bound[k] = stake * first - quadratic * second;
      }
    }
    return smallestEigenvalue(bound, size);
  }

  /** Lower bound on the log of the mean capital over the stakes, which must have been fixed beforehand. */
  logEvidence(stakes: readonly number[]): number {
    return Math.max(...stakes.map((stake) => this.logCapital(stake))) - Math.log(stakes.length);
  }

  /**
   * The stake with the largest capital a sample on the observations so far: for choosing, not for testing. The
   * capital is concave in the stake (psi zeta^2 is convex, lambda_min concave), so the first fall ends the search.
   */
  bestStake(): { stake: number; growth: number } {
    const grid = { largest: this.largestStake(), ratio: 0.6, count: 14 };
    return bestOnGrid(grid, (stake) => this.logCapital(stake) / this.count);
  }
}

/**
 * psi(zeta) = (-log(1-zeta) - zeta)/zeta^2; 1/2 below 0 (then z > 0). Near 0 an upper bound from its series
 * 1/2 + zeta/3 + zeta^2/4 + .., the rest summed as geometric.
 */
function deficitFactor(zeta: number): number {
  if (zeta <= 0) return 0.5;
  if (zeta < 1e-3) return 0.5 + zeta / 3 + zeta ** 2 / (4 * (1 - zeta));
  return (-Math.log1p(-zeta) - zeta) / zeta ** 2;
}
