import { congruence, multiplyTransposed } from '../linalg/multiply-transposed.js';
import { symmetricEigen, type SymmetricEigen } from '../linalg/symmetric-eigen.js';
import { addScaled, dot } from '../linalg/vectors.js';
import type { DrawnSet } from '../theory/draw-subset.js';
import { meanHessian } from '../theory/mean-curvature.js';
import { accuracyOf, gramRank } from '../theory/rank.js';
import { type EstimatedProblem, hasExactMean, isWhole, weightedSample } from './estimated-problem.js';

/**
 * A step size below which a problem is stable for certain, whichever samples were not drawn: with N(I) at most
 * V = sum_g (k_g a_g h_g K_g - k'_g K_g^2), K_g = a_g Hbar_g, h_g = max_i lambda_1(H_i) and k, k' those of the sampling,
 * eta (D^2 + V) < 2 D implies stability (U5): 2/lambda_1(D^{-1/2} (D^2 + V) D^{-1/2}).
 *
 * @param mean eigenvalues of D and its eigenvectors as rows.
 * @returns null unless D > 0 and both mean curvatures are those of all samples.
 */
export function certainStep(
  { groups, dimension: r }: EstimatedProblem,
  { values: d, rows }: SymmetricEigen,
): number | null {
  if (!(d[0]! > 0) || !groups.every(({ set }) => hasExactMean(set))) return null;
  const bound = new Float64Array(r * r);
  for (const { part, weight, set, perSample, ofMean } of groups) {
    const k = congruence(rows, part, r, r);
    addScaled(bound, perSample * weight * set.largestCurvature, k);
    if (ofMean > 0) addScaled(bound, -ofMean, multiplyTransposed(k, r, k, r, r));
  }
  for (let a = 0; a < r; a++) bound[a * r + a]! += d[a]! ** 2;
  const scaled = bound.map((x, k) => x / Math.sqrt(d[Math.floor(k / r)]! * d[k % r]!));
  return 2 / symmetricEigen(scaled, r).values.at(-1)!;
}

/** Share of the curvature along a direction below which the drawn samples say nothing of it. */
const UNSEEN = 0.01;

/**
 * True if a set has curvature along a direction of which its drawn samples show less than UNSEEN: of their noise along
 * it, which may decide eta*, no interval from them knows.
 */
export function hasUnseenDirection(set: DrawnSet): boolean {
  if (set.mean === null || isWhole(set)) return false;
  const r = set.samples.dimension;
  const { rank, roots, scales } = gramRank(set.mean, r, accuracyOf([set.samples]).precision);
  // W with W Hbar W^T = 1 on the range of Hbar.
  const whitened = roots.map((x, k) => x * scales[k % r]!);
  for (let k = 0; k < rank; k++) {
    const root = roots.subarray(k * r, (k + 1) * r);
    const value = dot(root, root);
    for (let i = 0; i < r; i++) whitened[k * r + i]! /= value;
  }
  const drawn = congruence(whitened, meanHessian(weightedSample(set)), rank, r);
  return symmetricEigen(drawn, rank).values[0]! < UNSEEN;
}
