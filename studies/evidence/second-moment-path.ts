import { meanCurvature } from '../../src/theory/mean-curvature.js';
import { groupInBasis, type ReducedProblem } from '../../src/theory/problem.js';
import { identityMatrix, symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { trace } from '../../src/linalg/vectors.js';
import { secondMomentStep } from '../../src/theory/operator/noise-map.js';
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
  const { values, rows } = symmetricEigen(meanCurvature(problem), r);
  const groups = problem.groups.map((group) => groupInBasis(group, rows, r));
  const step = secondMomentStep(groups, values, problem.sampling, eta);
  const moment = identityMatrix(r).map((x) => x / r);
  for (let k = 0; k <= maxSteps; k++) {
    if (trace(moment, r) >= factor ** 2) return k;
    step(moment);
  }
  return null;
}
