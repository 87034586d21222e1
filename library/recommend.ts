import type { Recommendation } from '../src/analysis/answer.js';
import { DEFAULT_REQUEST, recommend as recommendFor } from '../src/analysis/recommend.js';
import { integerIn, numberWhich } from './checked-option.js';
import { readUnsteppedProblem, type UnsteppedProblem } from './problem-input.js';

export interface RecommendOptions {
  /** K, the steps that the escape may take; default 1000. */
  readonly steps?: number;
  /** Growth of |delta| that counts as escape, > 1; default 1000. */
  readonly factor?: number;
  /** Largest share of the retain curvature that may go with the forget directions, in [0, 1); default 0.1. */
  readonly retainShareLimit?: number;
  /** Retain batch sizes to try; default: powers of two, the given one and n. */
  readonly batches?: readonly number[];
  /** Called with the share that is done, in [0, 1]. */
  readonly onProgress?: (done: number) => void;
}

/**
 * The settings (eta, alpha, batch sizes) with which the forget directions escape in time while the retain directions
 * stay contracting, the one with the largest margin among them, or what blocks them all.
 *
 * @param problem its alpha and batch sizes are among those tried; its step size does not matter.
 * @throws InputError in one line that names the field, the value and what is allowed.
 */
export function recommend(problem: UnsteppedProblem, options: RecommendOptions = {}): Recommendation {
  const checked = readUnsteppedProblem(problem);
  const { onProgress, batches, ...goal } = options;
  const wanted = { ...DEFAULT_REQUEST, ...goal };
  const n = checked.retain.sampleCount;
  const request = {
    steps: integerIn('steps', wanted.steps, 1),
    factor: numberWhich('factor', wanted.factor, (factor) => factor > 1, '> 1 and finite'),
    retainShareLimit: numberWhich(
      'retainShareLimit',
      wanted.retainShareLimit,
      (share) => share >= 0 && share < 1,
      'in [0, 1)',
    ),
    batches: batches?.map((size) => integerIn('batches', size, 1, n)) ?? null,
  };
  return recommendFor(checked, request, onProgress);
}
