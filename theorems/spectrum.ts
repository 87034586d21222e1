import { meanCurvature, totalCurvature } from '../src/curvature/mean-curvature.js';
import { groupNamed, type CurvatureGroup, type ReducedProblem } from '../src/curvature/problem.js';
import { symmetricEigen, type SymmetricEigen } from '../src/linalg/symmetric-eigen.js';

/** Curvature below this share of lambda_1(K) is rounding: no theorem takes its sign for an answer. */
const ROUNDING = 1e-12;

/** Eigenvalues, ascending, and unit eigenvectors (rows) of D and of K. */
interface Spectra {
  readonly mean: SymmetricEigen;
  readonly total: SymmetricEigen;
}

const known = new WeakMap<ReducedProblem, Spectra>();

/** The spectra of a problem, computed once: many theorems ask for them. */
function spectra(problem: ReducedProblem): Spectra {
  let found = known.get(problem);
  if (!found) {
    const r = problem.dimension;
    found = {
      mean: symmetricEigen(meanCurvature(problem), r),
      total: symmetricEigen(totalCurvature(problem), r),
    };
    known.set(problem, found);
  }
  return found;
}

/** lambda_1(D). */
export function largestMeanCurvature(problem: ReducedProblem): number {
  return spectra(problem).mean.values.at(-1)!;
}

/** lambda_1(K). */
export function largestTotalCurvature(problem: ReducedProblem): number {
  return spectra(problem).total.values.at(-1)!;
}

/** Unit top eigenvectors of D and of K. */
export function topEigenvectors(problem: ReducedProblem): Float64Array[] {
  const r = problem.dimension;
  const { mean, total } = spectra(problem);
  return [mean, total].map(({ rows }) => rows.slice((r - 1) * r));
}

/** Smallest eigenvalue of D with its unit eigenvector. */
export function escapeDirection(problem: ReducedProblem): { value: number; direction: Float64Array } {
  const { values, rows } = spectra(problem).mean;
  return { value: values[0]!, direction: rows.slice(0, problem.dimension) };
}

/** True if D is positive definite on U beyond rounding. */
export function isDescending(problem: ReducedProblem): boolean {
  return escapeDirection(problem).value > ROUNDING * largestTotalCurvature(problem);
}

/** True if D has a negative eigenvalue beyond rounding. */
export function isEscaping(problem: ReducedProblem): boolean {
  return escapeDirection(problem).value < -ROUNDING * largestTotalCurvature(problem);
}

/** The retain group of a problem of descent alone (alpha = 0). */
export function descentGroup(problem: ReducedProblem): CurvatureGroup {
  const group = groupNamed(problem, 'retain');
  if (!group || problem.alpha !== 0) throw new RangeError(`alpha must be 0; got ${problem.alpha}`);
  return group;
}

/** The hypotheses of D1 to D3: descent alone with bernoulli batches. */
export function isBernoulliDescent(problem: ReducedProblem): boolean {
  return problem.alpha === 0 && problem.sampling === 'bernoulli';
}

export function isBernoulli(problem: ReducedProblem): boolean {
  return problem.sampling === 'bernoulli';
}
