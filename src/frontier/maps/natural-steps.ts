import { totalCurvature } from '../../curvature/mean-curvature.js';
import type { ReducedProblem } from '../../curvature/problem.js';
import { largestEigenvalue } from '../../linalg/symmetric-eigen.js';
import { exactStability } from '../../stability/exact-stability.js';

/** Factors below the smallest and above the largest threshold that an axis of step sizes reaches. */
const BELOW = 2.5;
const ABOVE = 2.5;

/**
 * A range of step sizes that has the exact thresholds of the problems inside; around 1/lambda_1(K) if all of them
 * escape at every step size. Ends in two digits.
 */
export function naturalSteps(problems: readonly ReducedProblem[]): { low: number; high: number } {
  const thresholds = problems.map((problem) => exactStability(problem).criticalStep().value);
  const positive = thresholds.filter((value) => value > 0);
  const reference = positive.length > 0 ? positive : problems.map(naturalStep);
  return {
    low: Number((Math.min(...reference) / BELOW).toPrecision(2)),
    high: Number((Math.max(...reference) * ABOVE).toPrecision(2)),
  };
}

function naturalStep(problem: ReducedProblem): number {
  return 1 / largestEigenvalue(totalCurvature(problem), problem.dimension);
}
