import type { AxisSamples } from '../../models/axis-quadratic.js';

/**
 * Groups of sigma identical samples along orthogonal axes, as in D3, the curvature such that lambda_1(H) = 1; the coherence
 * is sigma. Where sigma does not divide n the last n mod sigma samples have no curvature.
 *
 * @param sigma in 1..n.
 */
export function groupedFamily(sigma: number, n: number): AxisSamples {
  const axes = Math.floor(n / sigma);
  const axisOf = Int32Array.from({ length: n }, (_, i) => (i < axes * sigma ? Math.floor(i / sigma) : -1));
  return { axes, axisOf, curvature: n / sigma };
}
