import type { LinearPrediction } from './linear-prediction.js';

/** Steps of a run without a predicted escape. */
const WITHOUT_ESCAPE = 1000;

const MOST_STEPS = 20_000;

/**
 * Steps after which the linear growth would have multiplied the displacement by factor^8: with the default
 * displacement far beyond the size of w*, so that the end of a run shows what becomes of the network.
 */
const ESCAPES = 8;

/** How long to follow a run that was given no number of steps. */
export function defaultSteps({ growth, escapeDistance, displacementLength }: LinearPrediction): number {
  if (!(growth > 0)) return WITHOUT_ESCAPE;
  const escape = Math.log(escapeDistance / displacementLength) / growth;
  return Math.min(MOST_STEPS, Math.max(WITHOUT_ESCAPE / 2, Math.ceil(ESCAPES * escape)));
}
