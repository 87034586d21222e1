import { multiplyTransposed } from '../../linalg/multiply-transposed.js';
import { largestEigenvalue, smallestEigenvalue, symmetricEigen } from '../../linalg/symmetric-eigen.js';
import { trace } from '../../linalg/vectors.js';
import { meanCurvature, meanHessian, totalCurvature } from '../mean-curvature.js';
import { type CurvatureGroup, problemFromSpec, type ProblemSpec, type ReducedProblem } from '../problem.js';
import { RANK_TOLERANCE, reduceSets } from '../reduction.js';
import { noiseMap } from './noise-map.js';
import { type ExactStability, operatorStability } from './operator-stability.js';

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

const BISECTIONS = 60;

/**
 * The mixing alpha above which D = (1-alpha) Hbar_R - alpha Hbar_F has a negative eigenvalue on U, by
 * bisection on its smallest eigenvalue, which falls as alpha grows. 0 where Hbar_R is singular on U: any ascent
 * escapes there. null if a set is empty.
 */
export function exactCriticalMixing(spec: ProblemSpec): number | null {
  if (spec.retain.length === 0 || spec.forget.length === 0) return null;
  const problem = problemFromSpec(spec);
  const { dimension: r, sets } = reduceSets([problem.retain, problem.forget]);
  const [retain, forget] = sets.map(meanHessian);
  if (smallestEigenvalue(retain!, r) <= RANK_TOLERANCE * largestEigenvalue(retain!, r)) return 0;
  let low = 0;
  let high = 1;
  for (let k = 0; k < BISECTIONS; k++) {
    const alpha = (low + high) / 2;
    const mean = retain!.map((x, ab) => (1 - alpha) * x - alpha * forget![ab]!);
    if (smallestEigenvalue(mean, r) < 0) high = alpha;
    else low = alpha;
  }
  return (low + high) / 2;
}
