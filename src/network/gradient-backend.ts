import { norm } from '../linalg/vectors.js';
import type { TrainedNetwork } from './linearisation.js';
import { LOSSES, type LossName } from './losses.js';
import { networkModel } from './network-model.js';
import {
  filterCount,
  networkOutputs,
  outputWeight,
  parameterCount,
  type PatchData,
  type PatchNetwork,
  preactivations,
  samplesNearKink,
  selectSamples,
} from './patch-network.js';

/** Names of the backends that can be loaded; the closed form is always there. */
export type TensorBackendName = 'node' | 'wasm' | 'cpu';

/** Gradient backend: an implementation of the two-layer network and its first derivatives. */
export interface GradientBackend {
  readonly name: 'closed-form' | TensorBackendName;
  /** Name and version of what computes, as in a report: "tfjs-core 4.22.0, wasm". */
  readonly version: string;
  /** f(W, x_i) of every sample: n numbers. */
  outputs(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array;
  /** grad_W f(W, x_i) of every sample: n x 2md, row-major. */
  outputGradients(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array;
  /** Gradient of the mean loss over the samples: 2md numbers. */
  lossGradient(network: PatchNetwork, weights: Float64Array, data: PatchData, loss: LossName): Float64Array;
}

/** Backend of the closed form in float64. */
export const closedFormBackend: GradientBackend = {
  name: 'closed-form',
  version: 'closed form, float64',
  outputs: networkOutputs,
  outputGradients: perSampleGradients,
  lossGradient(network, weights, data, loss) {
    const model = networkModel(network, data, LOSSES[loss]);
    const gradient = new Float64Array(model.parameterCount);
    for (let i = 0; i < data.sampleCount; i++) model.addGradient(weights, i, 1 / data.sampleCount, gradient);
    return gradient;
  },
};

/** Difference of the output gradients in closed form and by automatic differentiation in float32. */
export interface GradientComparison {
  /** Version of the backend: "tfjs-core 4.22.0, wasm". */
  readonly backend: string;
  readonly compared: number;
  /** Samples near a kink (`samplesNearKink`). */
  readonly leftOut: number;
  /** max_i |grad f_i - its other version| / |grad f_i|; 0 if nothing could be compared. */
  readonly largestDifference: number;
}

/** Numbers of the gradients that are compared at most: 160 MB. */
const MAX_NUMBERS = 2e7;

/** Comparison of the output gradients at w*, on as many training samples as fit into memory. */
export function compareGradients(trained: TrainedNetwork, backend: GradientBackend): GradientComparison {
  const { network, weights, data } = trained;
  const parameters = parameterCount(network);
  const considered = Math.min(data.sampleCount, Math.max(1, Math.floor(MAX_NUMBERS / parameters)));
  const all = Array.from({ length: considered }, (_, i) => i);
  const nearKink = new Set(samplesNearKink(network, weights, selectSamples(data, all)));
  const chosen = all.filter((i) => !nearKink.has(i));
  const samples = selectSamples(data, chosen);
  const exact = closedFormBackend.outputGradients(network, weights, samples);
  const other = chosen.length === 0 ? exact : backend.outputGradients(network, weights, samples);
  const differences = chosen.map((_, k) => {
    const row = exact.subarray(k * parameters, (k + 1) * parameters);
    const length = norm(row);
    const off = norm(row.map((value, a) => value - other[k * parameters + a]!));
    return off === 0 ? 0 : off / length;
  });
  return {
    backend: backend.version,
    compared: chosen.length,
    leftOut: nearKink.size,
    largestDifference: Math.max(0, ...differences),
  };
}

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
