import type { Loss } from '../network/losses.js';
import type { PatchData } from '../network/patch-data.js';
import { networkOutputs, type PatchNetwork } from '../network/patch-network.js';

/** How a network does on a set of samples. */
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
