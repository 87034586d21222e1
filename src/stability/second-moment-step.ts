import type { CurvatureGroup, Sampling } from '../curvature/problem.js';
import { noiseMap } from './noise-map.js';

/**
 * One application of T, in place: M becomes E[A M A], the second moment of the displacement a step later.
 *
 * @param groups in the eigenbasis of D. @param d eigenvalues of D, in the same order.
 * @returns a function of a symmetric r x r matrix, row-major.
 */
export function secondMomentStep(
  groups: readonly CurvatureGroup[],
  d: Float64Array,
  sampling: Sampling,
  eta: number,
): (m: Float64Array) => void {
  const r = d.length;
  const addNoise = noiseMap(groups, d, sampling);
  const noise = new Float64Array(r * r);
  return (m) => {
    addNoise(m, noise);
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < r; b++) {
        const k = a * r + b;
        m[k] = (1 - eta * d[a]!) * (1 - eta * d[b]!) * m[k]! + eta * eta * noise[k]!;
      }
    }
  };
}
