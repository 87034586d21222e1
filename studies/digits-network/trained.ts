import { LOSSES } from '../../src/network/losses.js';
import { initialWeights, parameterCount, type PatchData } from '../../src/network/patch-network.js';
import { trainNetwork, type TrainingResult } from '../../src/network/training.js';
import { randomSource } from '../../src/statistics/generator.js';

/**
 * Standard deviation of initial weights. With 64 pixels for hundreds of images, training from small weights slides
 * along kinks of f and stalls; from large ones few activations change, and it interpolates.
 */
const INITIAL_SCALE = 5;

/** Relative loss that counts as interpolation: gradients are then a millionth of the displacement and less. */
const INTERPOLATION = 1e-16;

const MAX_STEPS = 10_000;

/**
 * Trains on images from weights of its own. Both halves of the network start equal, so that f starts at 0
 * (Chizat, Oyallon & Bach 2019): otherwise large initial weights would be large random outputs.
 *
 * @param words that name the random weights.
 * @param tolerance relative loss that counts as interpolation.
 */
export function trainedOn(
  data: PatchData,
  width: number,
  words: readonly (string | number)[],
  tolerance: number = INTERPOLATION,
): TrainingResult {
  const network = { width, dimension: data.dimension };
  const start = initialWeights(network, INITIAL_SCALE, randomSource(...words));
  const half = parameterCount(network) / 2;
  start.copyWithin(half, 0, half);
  return trainNetwork(network, start, data, LOSSES.squared, {
    tolerance,
    maxSteps: MAX_STEPS,
  });
}
