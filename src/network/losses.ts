import { sigmoid, softplus } from '../unlearning/output-loss.js';
import { networkOutputs, type PatchData, type PatchNetwork } from './patch-network.js';

/** Loss l(f, y) of an output f for a label y = +-1, with its derivatives in f. */
export interface Loss {
  readonly name: LossName;
  value(output: number, label: number): number;
  derivative(output: number, label: number): number;
  secondDerivative(output: number, label: number): number;
}

export type LossName = 'squared' | 'logistic';

/** (f - y)^2 / 2. */
const squared: Loss = {
  name: 'squared',
  value: (f, y) => (f - y) ** 2 / 2,
  derivative: (f, y) => f - y,
  secondDerivative: () => 1,
};

/** log(1 + exp(-y f)), computed without overflow. */
const logistic: Loss = {
  name: 'logistic',
  value: (f, y) => softplus(-y * f),
  derivative: (f, y) => -y * sigmoid(-y * f),
  secondDerivative: (f, y) => sigmoid(y * f) * sigmoid(-y * f),
};

export const LOSSES: Readonly<Record<LossName, Loss>> = { squared, logistic };

/** Performance of a network on a set of samples. */
export interface SetPerformance {
  readonly meanLoss: number;
  /** Share of samples with y f > 0. */
  readonly accuracy: number;
}

/** Mean loss and accuracy; null for a set without samples. */
export function setPerformance(
  network: PatchNetwork,
  weights: Float64Array,
  data: PatchData,
  loss: Loss,
): SetPerformance | null {
  const n = data.sampleCount;
  if (n === 0) return null;
  const outputs = networkOutputs(network, weights, data);
  let sum = 0;
  let right = 0;
  outputs.forEach((f, i) => {
    const y = data.labels[i]!;
    sum += loss.value(f, y);
    if (y * f > 0) right++;
  });
  return { meanLoss: sum / n, accuracy: right / n };
}
