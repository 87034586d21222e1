import type { BatchSizes, ReducedProblem } from '../curvature/problem.js';
import type { ForgetSplit } from './forget-set.js';

/** Batches that are the whole sets. */
export function fullBatches({ retain, forget }: ForgetSplit): BatchSizes {
  return { retain: retain.length, forget: forget.length };
}

/**
 * Predictions without batch noise hold for batches that are the whole sets, each sample once.
 *
 * @throws RangeError naming the first set with smaller or random batches.
 */
export function requireFullBatches({ groups, sampling }: ReducedProblem): void {
  for (const { name, batchSize, samples } of groups) {
    if (batchSize !== samples.sampleCount) {
      throw new RangeError(`the ${name} batch must be all ${samples.sampleCount} samples; got ${batchSize}`);
    }
    if (sampling === 'with-replacement' && batchSize > 1) {
      throw new RangeError(`${sampling} sampling repeats samples even in a batch of all ${batchSize}`);
    }
  }
}
