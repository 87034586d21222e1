import { meanHessian } from '../curvature/mean-curvature.js';
import { problemFromSpec, type ProblemSpec } from '../curvature/problem-spec.js';
import { RANK_TOLERANCE, reduceSets } from '../curvature/reduction.js';
import { largestEigenvalue, smallestEigenvalue } from '../linalg/symmetric-eigen.js';

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
