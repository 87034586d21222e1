import { meanCurvature } from '../../src/theory/mean-curvature.js';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { multiplyTransposed } from '../../src/linalg/multiply-transposed.js';
import { symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { trace } from '../../src/linalg/vectors.js';
import { noiseMap } from '../../src/theory/operator/noise-map.js';
import type { RunLimits } from './run-to-threshold.js';

/**
 * First k with E|delta_k|^2 >= factor^2 |delta_0|^2, for starts in a uniformly random direction: the second moment
 * M_k = T^k(I/r), iterated exactly, in the eigenbasis of D. T is self-adjoint, so that tr M_k <= rho^k: what cannot get there in
 * time is not iterated.
 *
 * @param logGrowth log rho(T).
 * @returns null if there is none up to `maxSteps`.
 */
export function secondMomentEscape(
  problem: ReducedProblem,
  eta: number,
  logGrowth: number,
  { factor, maxSteps }: RunLimits,
): number | null {
  if (maxSteps * logGrowth < 2 * Math.log(factor)) return null;
  const r = problem.dimension;
  const { values: d, rows: basis } = symmetricEigen(meanCurvature(problem), r);
  const groups = problem.groups.map((group) => {
    const { factors } = group.samples;
    const rotated = multiplyTransposed(factors, factors.length / r, basis, r, r);
    return { ...group, samples: { ...group.samples, factors: rotated } };
  });
  const noise = noiseMap(groups, d, problem.sampling);
  let moment = new Float64Array(r * r);
  let next = new Float64Array(r * r);
  for (let a = 0; a < r; a++) moment[a * r + a] = 1 / r;
  for (let k = 0; k <= maxSteps; k++) {
    if (trace(moment, r) >= factor ** 2) return k;
    noise(moment, next);
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < r; b++) {
        const shrink = (1 - eta * d[a]!) * (1 - eta * d[b]!);
        next[a * r + b] = shrink * moment[a * r + b]! + eta * eta * next[a * r + b]!;
      }
    }
    [moment, next] = [next, moment];
  }
  return null;
}
