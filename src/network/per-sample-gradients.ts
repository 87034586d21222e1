import type { PatchData } from './patch-data.js';
import {
  filterCount,
  outputWeight,
  parameterCount,
  preactivations,
  type PatchNetwork,
} from './patch-network.js';

/**
 * grad_W f(W, x_i) of every sample, n x 2md, row-major: +-(1/m) sum over the patches on which filter r is
 * active, with the gradient of the ReLU at 0 taken as 0. For inner products alone `gradientGram`
 * needs none of these numbers.
 */
export function perSampleGradients(
  network: PatchNetwork,
  weights: Float64Array,
  data: PatchData,
): Float64Array {
  const { sampleCount, patches, dimension: d, inputs } = data;
  const filters = filterCount(network);
  const preactivation = preactivations(network, weights, data);
  const stride = parameterCount(network);
  const gradients = new Float64Array(sampleCount * stride);
  for (let row = 0; row < sampleCount * patches; row++) {
    const sample = Math.floor(row / patches) * stride;
    for (let r = 0; r < filters; r++) {
      if (!(preactivation[row * filters + r]! > 0)) continue;
      const weight = outputWeight(network, r);
      const to = sample + r * d;
      for (let a = 0; a < d; a++) gradients[to + a]! += weight * inputs[row * d + a]!;
    }
  }
  return gradients;
}
