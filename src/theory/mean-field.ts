import { congruence } from '../linalg/multiply-transposed.js';
import { meanSpectrum } from './curvature-signs.js';
import { batchNoise, meanHessian } from './mean-curvature.js';
import type { CurvatureGroup, ReducedProblem } from './problem.js';

/** The 2 x 2 matrix [[rr, rf], [rf, ff]] of a mean-field bound; with one set, rf = ff = 0. */
interface PairMatrix {
  readonly rr: number;
  readonly rf: number;
  readonly ff: number;
}

/** Quantities that a mean-field bound takes of a problem; the defaults are U18's. */
interface MeanField {
  /** c_g, the weight of (tr K_g M)^2 in the noise: nu_g/n_g. */
  readonly weight?: (nu: number, n: number) => number;
  /** The number that is 1 at the step: the top eigenvalue. */
  readonly radius?: (matrix: PairMatrix) => number;
  /** Multiple of eta^2 DMD in L_eta: 1. */
  readonly square?: number;
}

/**
 * Mean-field critical step: the eta in (0, 2/lambda_1(D)] at which the matrix with the entries sqrt(c_g c_h) eta^2 tr(K_g
 * L_eta^{-1} K_h), L_eta(M) = eta (DM + MD) - eta^2 DMD, has top eigenvalue 1, and 2/lambda_1(D) if it never has.
 *
 * In the eigenbasis of D, L_eta divides entry (a, b) by eta (d_a + d_b - eta d_a d_b): one eigendecomposition, then r^2
 * operations a step of the search for a root.
 *
 * @returns null unless D > 0 on U.
 */
export function meanFieldStep(
  problem: ReducedProblem,
  { weight = (nu, n) => nu / n, radius = topOfPair, square = 1 }: MeanField = {},
): number | null {
  const { values: d, rows } = meanSpectrum(problem);
  if (!(d[0]! > 0)) return null;
  const r = problem.dimension;
  const sets = problem.groups.map((group) => {
    const root = Math.sqrt(weight(batchNoise(group), group.samples.sampleCount));
    return congruence(rows, weightedMean(group), r, r).map((x) => root * x);
  });
  const [first, second] = [sets[0]!, sets[1]];
  /** eta/radius - eta, which falls through 0 at the step; nearly linear, and linear where all samples are alike. */
  const excess = (eta: number): number => {
    let [rr, rf, ff] = [0, 0, 0];
    for (let a = 0; a < r; a++) {
      for (let b = a; b < r; b++) {
        const k = a * r + b;
        const scale = ((a === b ? 1 : 2) * eta) / (d[a]! + d[b]! - square * eta * d[a]! * d[b]!);
        if (!(scale > 0 && scale < Infinity)) return -eta;
        rr += scale * first[k]! * first[k]!;
        if (!second) continue;
        rf += scale * first[k]! * second[k]!;
        ff += scale * second[k]! * second[k]!;
      }
    }
    return eta / radius({ rr, rf, ff }) - eta;
  };
  return fallThroughZero(excess, 2 / d[r - 1]!);
}

/** Where a function that is positive near 0 falls through 0 before `end`, to rounding; `end` if it does not. */
function fallThroughZero(f: (x: number) => number, end: number): number {
  let [low, high] = [0, end];
  let [above, below] = [Infinity, f(high)];
  if (!(below < 0)) return end;
  // False position with the Illinois rule, and a bisection every third time and until it is positive somewhere.
  let last = 0;
  for (let k = 1; high - low > 4 * Number.EPSILON * high; k++) {
    const share = Number.isFinite(above) && k % 3 > 0 ? above / (above - below) : 0.5;
    // At least two units in the last place from both ends, so that a root that is met is closed in.
    const [width, least] = [high - low, 2 * Number.EPSILON * high];
    const middle = low + Math.min(width - least, Math.max(least, share * width));
    const value = f(middle);
    if (value === 0) return middle;
    if (value > 0) {
      [low, above] = [middle, value];
      if (last > 0) below /= 2;
    } else {
      [high, below] = [middle, value];
      if (last < 0) above /= 2;
    }
    last = Math.sign(value);
  }
  return high;
}

/** Top eigenvalue of a pair matrix. */
export function topOfPair({ rr, rf, ff }: PairMatrix): number {
  return (rr + ff) / 2 + Math.hypot((rr - ff) / 2, rf);
}

/** K_g = a_g Hbar_g: r x r. */
function weightedMean(group: CurvatureGroup): Float64Array {
  return meanHessian(group.samples).map((x) => group.weight * x);
}
