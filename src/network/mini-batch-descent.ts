import type { RandomSource } from '../random/generator.js';
import { batchSampler } from '../unlearning/batch-sampler.js';
import type { Descent } from './descent.js';
import type { Loss } from './losses.js';
import { networkModel } from './network-model.js';
import type { PatchData } from './patch-data.js';
import type { PatchNetwork } from './patch-network.js';
import type { Objective } from './training-objective.js';

export interface MiniBatchSettings {
  readonly network: PatchNetwork;
  readonly data: PatchData;
  readonly loss: Loss;
  /** 1 <= B <= n; with B = n this is plain full-batch descent. */
  readonly batchSize: number;
  /** The step size from given weights on, asked for again every `EPOCHS_BETWEEN` epochs. */
  readonly stepSize: (weights: Float64Array) => number;
  readonly random: RandomSource;
}

/** Epochs after which the step size is asked for again: activations, and with them the curvature, change slowly. */
const EPOCHS_BETWEEN = 10;

/**
 * Descent with batches drawn without replacement. One advance is one epoch, ceil(n/B) steps, since the loss of
 * all samples costs as much as that.
 *
 * @throws RangeError unless 1 <= B <= n.
 */
export function miniBatchDescent(
  evaluate: Objective,
  start: Float64Array,
  settings: MiniBatchSettings,
): Descent {
  const { network, data, loss, batchSize, random } = settings;
  const model = networkModel(network, data, loss);
  const sampler = batchSampler('without-replacement', data.sampleCount, batchSize);
  const stepsOfEpoch = Math.ceil(data.sampleCount / batchSize);
  const gradient = new Float64Array(start.length);
  let current = evaluate(start);
  let stepSize = 0;
  let epoch = 0;
  return {
    get current() {
      return current;
    },
    advance() {
      if (epoch++ % EPOCHS_BETWEEN === 0) stepSize = settings.stepSize(current.weights);
      const weights = current.weights.slice();
      for (let step = 0; step < stepsOfEpoch; step++) {
        sampler.draw(random);
        gradient.fill(0);
        for (let k = 0; k < sampler.batch.size; k++) {
          model.addGradient(weights, sampler.batch.indices[k]!, stepSize / batchSize, gradient);
        }
        for (let a = 0; a < weights.length; a++) weights[a]! -= gradient[a]!;
      }
      current = evaluate(weights);
      return stepsOfEpoch;
    },
  };
}
