import { dot } from '../linalg/vectors.js';
import type { Loss } from './losses.js';
import { outputGradients } from './output-gradients.js';
import type { PatchData } from './patch-data.js';
import type { PatchNetwork } from './patch-network.js';

/** The mean loss at one W and what follows from it. */
export interface Evaluation {
  readonly weights: Float64Array;
  /** f(W, x_i). */
  readonly outputs: Float64Array;
  /** l'(f_i, y_i). */
  readonly pushes: Float64Array;
  /** (1/n) sum_i l_i; Infinity where it, or |W|^2, is beyond the number range. */
  readonly loss: number;
  /** True if every filter is inactive on every patch: the gradient is then 0 whatever the loss. */
  readonly dead: boolean;
  /** Gradient of the mean loss, 2 m d numbers; computed at the first call. */
  gradient(): Float64Array;
}

/** Mean loss of the network on the data as a function of W; it keeps the weights, so do not change them. */
export type Objective = (weights: Float64Array) => Evaluation;

export function trainingObjective(network: PatchNetwork, data: PatchData, loss: Loss): Objective {
  const gradientsAt = outputGradients(network, data);
  const n = data.sampleCount;
  return (weights) => {
    const gradients = gradientsAt(weights);
    const { outputs, active } = gradients;
    const pushes = outputs.map((f, i) => loss.derivative(f, data.labels[i]!));
    const sum = outputs.reduce((total, f, i) => total + loss.value(f, data.labels[i]!), 0);
    // NaN weights activate no filter, so that the loss alone would look harmless.
    const finite = Number.isFinite(sum) && Number.isFinite(dot(weights, weights));
    let gradient: Float64Array | null = null;
    return {
      weights,
      outputs,
      pushes,
      loss: finite ? sum / n : Infinity,
      dead: active.every((a) => a === 0),
      gradient: () => (gradient ??= gradients.combination(pushes.map((push) => push / n))),
    };
  };
}
