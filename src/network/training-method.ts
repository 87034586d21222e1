import type { RandomSource } from '../random/generator.js';
import type { Descent } from './descent.js';
import type { Loss } from './losses.js';
import { miniBatchDescent } from './mini-batch-descent.js';
import type { PatchData } from './patch-data.js';
import type { PatchNetwork } from './patch-network.js';
import { spectralDescent } from './spectral-descent.js';
import { trainingObjective } from './training-objective.js';
import { trainingStepSize } from './training-step-size.js';

/** How to descend: full batches with spectral steps, or mini-batches drawn from `random`. */
export type TrainingMethod =
  | { readonly kind: 'spectral' }
  | {
      readonly kind: 'mini-batch';
      readonly batchSize: number;
      readonly random: RandomSource;
      /** A constant step size, stable or not; by default one from the curvature (`trainingStepSize`). */
      readonly stepSize?: number;
    };

/** Steps after which a method has failed: about ten times what ill-conditioned data (SNR 4) take. */
export const DEFAULT_MAX_STEPS = { spectral: 5000, 'mini-batch': 300_000 } as const;

/**
 * The descent of a method from `start`.
 *
 * @throws RangeError for a batch size outside 1..n.
 */
export function descentOf(
  method: TrainingMethod,
  network: PatchNetwork,
  start: Float64Array,
  data: PatchData,
  loss: Loss,
): Descent {
  const evaluate = trainingObjective(network, data, loss);
  const stepSizeFor = (batchSize: number) => (weights: Float64Array) =>
    trainingStepSize(network, weights, data, loss.name, batchSize);
  if (method.kind === 'spectral') {
    const firstStep = stepSizeFor(data.sampleCount)(start);
    // Without any gradient no step is made, of whatever size.
    return spectralDescent(evaluate, start, Number.isFinite(firstStep) ? firstStep : 1);
  }
  const { batchSize, random, stepSize } = method;
  return miniBatchDescent(evaluate, start, {
    network,
    data,
    loss,
    batchSize,
    random,
    stepSize: stepSize === undefined ? stepSizeFor(batchSize) : () => stepSize,
  });
}
