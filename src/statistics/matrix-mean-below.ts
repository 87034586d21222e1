import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import {
  addSandwiches,
  compilesSandwiches,
  forEachSandwich,
  type PowerSums,
  type Sandwich,
} from '../linalg/sandwich-sums.js';
import { smallestEigenvalue } from '../linalg/symmetric-eigen.js';
import { addScaled } from '../linalg/vectors.js';
import { bestOnGrid } from './betting-tests.js';

/**
 * Sequential test of "lambda_1(E Y) is at least `level`" for independent symmetric matrices
 * 0 <= Y_s <= range * I: rejecting it certifies lambda_1(E Y) < level.
 *
 * Proof. Under the hypothesis some fixed unit vector u has E u^T Y u >= level. Put D = level - Y and
 * Z = stake D >= -zeta, zeta = stake (range - level) < 1. The capital prod (1 + u^T Z_s u) is a nonnegative
 * supermartingale, so it ever reaches 1/error with probability at most `error` (Ville). The logarithm is concave and
 * u^T f(Z) u a mean of f over the eigenvalues of Z, so log(1 + u^T Z u) >= u^T log(I + Z) u (Jensen), and for z >= -zeta
 *
 *   log(1+z) >= z - c2 z^2,                      c2 = (-log(1-zeta) - zeta)/zeta^2,
 *   log(1+z) >= z - z^2/2 + z^3/3 - c4 z^4,      c4 = (-log(1-zeta) - zeta - zeta^2/2 - zeta^3/3)/zeta^4:
 *
 * the remainder of the series after z^m is -(-1)^m times the integral of t^m/(1+t) from 0 to z, which over z^(m+1) falls
 * in z, so that it is largest at -zeta. Hence, with the first or with the second polynomial p,
 *
 *   log capital >= lambda_min( sum_s p(Z_s) ),
 *
 * whatever u is: no net over directions and no factor for the dimension is needed, and of the two bounds the larger one
 * holds. The first is better for stakes above 1/level, the second where a range far above most Y bounds the stake: its
 * factor c4, which the range makes large, stands at a fourth power. Several stakes are a mixture: each capital counts with
 * weight 1/number. Valid at every time.
 *
 * Observations above the range may be taken as they are if the hypothesis is put to those within it, the
 * others counting as 0: then the true factor is 1 + stake * level > 1, and both polynomials are below 0 for z < 0.
 */
export class MatrixMeanBelowTest {
  /** Sums of the powers of D. */
  private readonly sums: PowerSums;
  private count = 0;

  constructor(
    private readonly size: number,
    private readonly level: number,
    private readonly range: number,
  ) {
    const zeros = (): Float64Array => new Float64Array(size * size);
    this.sums = [zeros(), zeros(), zeros(), zeros()];
  }

  /** Takes one observation Y: size x size, symmetric, 0 <= Y. */
  observe(y: Float64Array): void {
    const { size, level } = this;
    this.count++;
    const d = y.map((x, k) => (k % (size + 1) === 0 ? level : 0) - x);
    const square = multiplyTransposedSymmetric(d, d, size, size);
    const cube = multiplyTransposed(d, size, square, size, size);
    const powers = [d, square, cube, multiplyTransposedSymmetric(square, square, size, size)];
    this.sums.forEach((sum, power) => {
      addScaled(sum, 1, powers[power]!);
    });
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
    addSandwiches(matrices, count, size, sandwich, this.level, this.sums, norms);
  }

  /** Largest stake considered: zeta stays below 0.95. */
  largestStake(): number {
    return 0.95 / Math.max(this.range - this.level, 1e-3);
  }

  /** Lower bound on the log capital of one stake, in every direction. */
  logCapital(stake: number): number {
    const zeta = stake * (this.range - this.level);
    return Math.max(
      this.polynomialCapital(stake, [1, -remainderFactor(zeta, 2)]),
      this.polynomialCapital(stake, [1, -1 / 2, 1 / 3, -remainderFactor(zeta, 4)]),
    );
  }

  /** lambda_min of the sum of a polynomial of stake D, without constant term. */
  private polynomialCapital(stake: number, coefficients: readonly number[]): number {
    const bound = new Float64Array(this.size ** 2);
    coefficients.forEach((coefficient, k) => {
      addScaled(bound, coefficient * stake ** (k + 1), this.sums[k]!);
    });
    return smallestEigenvalue(bound, this.size);
  }

  /** Lower bound on the log of the mean capital over the stakes, which must have been fixed beforehand. */
  logEvidence(stakes: readonly number[]): number {
    return Math.max(...stakes.map((stake) => this.logCapital(stake))) - Math.log(stakes.length);
  }

  /**
   * The stake with the largest capital a sample on the observations so far: for choosing, not for testing. The
   * logarithms that are bounded are concave in the stake, so the first fall ends the search.
   */
  bestStake(): { stake: number; growth: number } {
    const grid = { largest: this.largestStake(), ratio: 0.75, count: 24 };
    return bestOnGrid(grid, (stake) => this.logCapital(stake) / this.count);
  }
}

/**
 * Smallest c with log(1+z) >= (terms of the series below z^m) - c z^m for all z >= -zeta, m = 2 or 4:
 * (-log(1-zeta) - zeta - .. - zeta^(m-1)/(m-1))/zeta^m; 1/m for zeta <= 0 (then z > 0). Where that loses its digits, an
 * upper bound from its series 1/m + zeta/(m+1) + .., the rest summed as geometric.
 */
function remainderFactor(zeta: number, m: 2 | 4): number {
  if (zeta <= 0) return 1 / m;
  if (zeta < SERIES_BELOW) {
    let sum = 0;
    for (let k = 0; k < SERIES_TERMS; k++) sum += zeta ** k / (m + k);
    return sum + zeta ** SERIES_TERMS / ((m + SERIES_TERMS) * (1 - zeta));
  }
  let rest = -Math.log1p(-zeta);
  for (let k = 1; k < m; k++) rest -= zeta ** k / k;
  return rest / zeta ** m;
}

/** Below it the series is summed, with so many terms: the rest is less than 1e-16 of it. */
const SERIES_BELOW = 0.1;
const SERIES_TERMS = 16;
