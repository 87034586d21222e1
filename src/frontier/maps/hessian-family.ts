import type { AxisSamples } from '../../models/axis-quadratic.js';

/** n of the published grid. */
export const HESSIAN_SAMPLES = 100;

/**
 * The published construction (Dexter et al., arXiv 2401.12332, their numerical experiment): sigma samples with
 * H_i = (2n/sigma) e_1 e_1^T, the others with (2n/sigma) e_a e_a^T on an axis of their own. lambda_1(H) = 2, and the
 * coherence is sigma.
 *
 * @param sigma in 1..n.
 */
export function hessianFamily(sigma: number, n: number = HESSIAN_SAMPLES): AxisSamples {
  const axisOf = Int32Array.from({ length: n }, (_, i) => Math.max(0, i - sigma + 1));
  return { axes: 1 + n - sigma, axisOf, curvature: (2 * n) / sigma };
}
