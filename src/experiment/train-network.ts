import { LOSSES } from '../network/losses.js';
import type { PatchData } from '../network/patch-data.js';
import { initialWeights } from '../network/patch-network.js';
import { trainingSteps, type TrainingProgress, type TrainingResult } from '../network/training.js';
import { randomSource } from '../random/generator.js';
import type { TrainingSettings } from './experiment-settings.js';

/** Standard deviation of initial weights: outputs start well below 1, and few networks are dead. */
const INITIAL_SCALE = 0.1;

/** Relative squared loss at which the residual is a few units in the last place of the outputs. */
const INTERPOLATION = 1e-26;

/**
 * Trains a network on data from weights of its own, as the settings say, step by step.
 *
 * @param words that name its random numbers.
 */
export function trainingFrom(
  data: PatchData,
  { width, loss, batchSize, stopAt }: TrainingSettings,
  words: readonly (string | number)[],
): Generator<TrainingProgress, TrainingResult> {
  const network = { width, dimension: data.dimension };
  const start = initialWeights(network, INITIAL_SCALE, randomSource(...words, 'start'));
  const random = randomSource(...words, 'batches');
  return trainingSteps(network, start, data, LOSSES[loss], {
    ...(batchSize !== null && { method: { kind: 'mini-batch', batchSize, random } }),
    ...(stopAt === null ? { tolerance: INTERPOLATION } : { stopAt }),
  });
}
