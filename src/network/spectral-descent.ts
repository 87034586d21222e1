import { addScaled, dot } from '../linalg/vectors.js';
import type { Descent } from './descent.js';
import type { Evaluation, Objective } from './training-objective.js';

/** Losses among which the largest must be improved on: with 1 the search would be monotone and slow. */
const MEMORY = 10;

/** Share of the first-order decrease that a step must achieve (Armijo). */
const SUFFICIENT = 1e-4;

/** Halvings of a step, a factor of 1e18; beyond them the decrease is below rounding. */
const MAX_HALVINGS = 60;

/**
 * Step sizes relative to the first one: tiny curvature must not send W out of the number range. That of the
 * logistic loss falls like exp(-margin).
 */
const STEP_RANGE = { smallest: 1e-6, largest: 1e15 };

/** Growth of the step size where the curvature along the last step is not positive, as across a kink. */
const WITHOUT_CURVATURE = 10;

/**
 * Full-batch descent with the spectral step size |s|^2/<s, y> of Barzilai and Borwein (s and y: last change of
 * W and of the gradient) and the nonmonotone line search of Raydan (1997). While no activation flips the
 * squared loss is quadratic, where this takes about sqrt(condition) steps a digit, without an eigenvalue.
 *
 * @param firstStep the first step size, > 0, such as 1/lambda_1 of the mean curvature.
 */
export function spectralDescent(evaluate: Objective, start: Float64Array, firstStep: number): Descent {
  let current = evaluate(start);
  let stepSize = firstStep;
  const recent = [current.loss];

  /** The first halving that decreases enough, or null. */
  function search(gradient: Float64Array, slope: number): Evaluation | null {
    const reference = Math.max(...recent);
    for (let halvings = 0; halvings <= MAX_HALVINGS; halvings++, stepSize /= 2) {
      const weights = current.weights.slice();
      addScaled(weights, -stepSize, gradient);
      const candidate = evaluate(weights);
      if (candidate.loss <= reference - SUFFICIENT * stepSize * slope) return candidate;
    }
    return null;
  }

  return {
    get current() {
      return current;
    },
    advance() {
      const gradient = current.gradient();
      const slope = dot(gradient, gradient);
      const next = search(gradient, slope);
      if (!next) return 0;
      const change = next.gradient().slice();
      addScaled(change, -1, gradient);
      // <s, y> and |s|^2 with s = -stepSize * gradient.
      const curvature = -dot(gradient, change) / slope / stepSize;
      const wanted = curvature > 0 ? 1 / curvature : WITHOUT_CURVATURE * stepSize;
      const { smallest, largest } = STEP_RANGE;
      stepSize = Math.min(Math.max(wanted, smallest * firstStep), largest * firstStep);
      current = next;
      recent.push(current.loss);
      if (recent.length > MEMORY) recent.shift();
      return 1;
    },
  };
}
