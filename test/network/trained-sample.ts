import { forgetSet, type ForgetSplit } from '../../src/network/forget-set.js';
import type { TrainedNetwork } from '../../src/network/linearisation.js';
import { LOSSES, type LossName } from '../../src/network/losses.js';
import { initialWeights } from '../../src/network/patch-network.js';
import { distributionOfSnr, drawSignalPlusNoise } from '../../src/network/signal-plus-noise.js';
import { trainNetwork, type TrainingOptions } from '../../src/network/training.js';
import { randomSource } from '../../src/statistics/generator.js';

/** Samples, dimension and width of the networks below: they train within milliseconds. */
export const SIZE = { samples: 16, dimension: 40, width: 8 };

/** Twelve of sixteen samples are kept. */
export const FORGOTTEN = 4;

/** Signal-plus-noise data with noise of variance 1. */
export function sampleData(signalToNoise: number, seed: number, samples = SIZE.samples) {
  const { dimension } = SIZE;
  return drawSignalPlusNoise(
    distributionOfSnr(signalToNoise, dimension),
    samples,
    randomSource('forgetting data', signalToNoise, seed),
  );
}

/** A network trained to rounding, or as the options say. */
export function trainedSample(
  signalToNoise: number,
  seed: number,
  loss: LossName = 'squared',
  options: TrainingOptions = { tolerance: 1e-26 },
): TrainedNetwork {
  const { dimension, width } = SIZE;
  const data = sampleData(signalToNoise, seed);
  const network = { width, dimension };
  const start = initialWeights(network, 1 / Math.sqrt(dimension), randomSource('forgetting start', seed));
  const { weights, reached, reason } = trainNetwork(network, start, data, LOSSES[loss], options);
  if (!reached) throw new Error(`sample ${seed} is not trained: ${reason ?? ''}`);
  return { network, weights, data, loss: LOSSES[loss] };
}

/** Four random samples are forgotten. */
export function sampleSplit({ data }: TrainedNetwork): ForgetSplit {
  return forgetSet(data, { kind: 'random', count: FORGOTTEN, random: randomSource('forget') });
}
