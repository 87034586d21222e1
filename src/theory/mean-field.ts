import { congruence } from '../linalg/multiply-transposed.js';
import { meanSpectrum } from './curvature-signs.js';
import { batchNoise, meanHessian } from './mean-curvature.js';
import type { CurvatureGroup, ReducedProblem } from './problem.js';

/** The 2 x 2 matrix [[rr, rf], [rf, ff]] of a mean-field bound; with one set, rf = ff = 0. */
export interface PairMatrix {
  readonly rr: number;
  readonly rf: number;
  readonly ff: number;
}

/** What a mean-field bound takes of a problem; the defaults are U18's. */
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
 * operations a step of the bisection, whose function rises with eta.
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
  const exceeds = (eta: number): boolean => {
    let [rr, rf, ff] = [0, 0, 0];
    for (let a = 0, k = 0; a < r; a++) {
      for (let b = 0; b < r; b++, k++) {
        const scale = eta / (d[a]! + d[b]! - square * eta * d[a]! * d[b]!);
        if (!(scale > 0)) return true;
        rr += scale * first[k]! * first[k]!;
        if (!second) continue;
        rf += scale * first[k]! * second[k]!;
        ff += scale * second[k]! * second[k]!;
      }
    }
    return radius({ rr, rf, ff }) > 1;
  };
  let [low, high] = [0, 2 / d[r - 1]!];
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    if (exceeds(middle)) high = middle;
    else low = middle;
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
