import { norm } from '../linalg/vectors.js';
import type { PerSampleModel } from '../unlearning/per-sample-model.js';
import type { TrainedNetwork } from './linearisation.js';
import { type Loss, LOSSES, type LossName } from './losses.js';
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
 * The network on one data set as unlearning code sees it. The gradient of the ReLU at 0 is taken as 0;
 * elsewhere grad_{w_r} f(W, x) = +-(1/m) sum over the patches with <w_r, x_p> > 0 of x_p, in closed form.
 */
export function networkModel(network: PatchNetwork, data: PatchData, loss: Loss): PerSampleModel {
  const { patches, dimension: d, inputs, labels } = data;
  const filters = filterCount(network);
  /** 1 where filter r is active on patch p of the sample last evaluated: patches x filters. */
  const active = new Uint8Array(patches * filters);

  function evaluate(w: Float64Array, i: number): number {
    let output = 0;
    for (let r = 0; r < filters; r++) {
      const weight = outputWeight(network, r);
      for (let p = 0; p < patches; p++) {
        const z = dotAt(w, r * d, inputs, (i * patches + p) * d, d);
        active[p * filters + r] = z > 0 ? 1 : 0;
        if (z > 0) output += weight * z;
      }
    }
    return output;
  }

  return {
    sampleCount: data.sampleCount,
    parameterCount: parameterCount(network),
    loss: (w, i) => loss.value(evaluate(w, i), labels[i]!),
    addGradient(w, i, scale, out) {
      const derivative = scale * loss.derivative(evaluate(w, i), labels[i]!);
      if (derivative === 0) return;
      for (let r = 0; r < filters; r++) {
        const along = derivative * outputWeight(network, r);
        for (let p = 0; p < patches; p++) {
          if (active[p * filters + r] === 0) continue;
          addScaledAt(out, r * d, along, inputs, (i * patches + p) * d, d);
        }
      }
    },
  };
}

/** Inner product of x[i ..] and y[j ..], n numbers each; four sums at a time for the pipeline, indices by running up. */
function dotAt(x: Float64Array, i: number, y: Float64Array, j: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const end = i + n;
  for (; i + 3 < end; i += 4, j += 4) {
    s0 += x[i]! * y[j]!;
    s1 += x[i + 1]! * y[j + 1]!;
    s2 += x[i + 2]! * y[j + 2]!;
    s3 += x[i + 3]! * y[j + 3]!;
  }
  for (; i < end; i++, j++) s0 += x[i]! * y[j]!;
  return s0 + s1 + (s2 + s3);
}

/** y[j ..] += scale * x[i ..], n numbers each. */
function addScaledAt(y: Float64Array, j: number, scale: number, x: Float64Array, i: number, n: number): void {
  const end = j + n;
  for (; j + 3 < end; i += 4, j += 4) {
    y[j]! += scale * x[i]!;
    y[j + 1]! += scale * x[i + 1]!;
    y[j + 2]! += scale * x[i + 2]!;
    y[j + 3]! += scale * x[i + 3]!;
  }
  for (; j < end; i++, j++) y[j]! += scale * x[i]!;
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
