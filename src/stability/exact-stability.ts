import { meanCurvature, totalCurvature } from '../curvature/mean-curvature.js';
import type { CurvatureGroup, ReducedProblem } from '../curvature/problem.js';
import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { trace } from '../linalg/vectors.js';
import { noiseMap } from './noise-map.js';
import { operatorStability, type ExactStability } from './operator-stability.js';

export type { ExactStability, ExactValue, SecondMomentGrowth } from './operator-stability.js';

/**
 * The exact second-moment theory of one reduced problem: `operatorStability` of its mean curvature and noise map.
 *
 * @throws RangeError if the problem has no curvature at all.
 */
export function exactStability(problem: ReducedProblem): ExactStability {
  const r = problem.dimension;
  if (r === 0) throw new RangeError('the problem must have curvature; all its factors are zero');
  const mean = symmetricEigen(meanCurvature(problem), r);
  const rotated = problem.groups.map((group) => rotateGroup(group, mean.rows, r));
  return operatorStability({
    mean,
    noise: noiseMap(rotated, mean.values, problem.sampling),
    total: trace(totalCurvature(problem), r),
  });
}

/** The group with its factors in an orthonormal basis (rows). */
export function rotateGroup(group: CurvatureGroup, basis: Float64Array, r: number): CurvatureGroup {
  const { factors } = group.samples;
  const rotated = multiplyTransposed(factors, factors.length / r, basis, r, r);
  return { ...group, samples: { ...group.samples, factors: rotated } };
}
