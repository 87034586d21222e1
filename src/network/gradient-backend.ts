import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { sharedNumbers } from '../linalg/product-team.js';
import { norm, transpose } from '../linalg/vectors.js';
import type { Batch } from '../unlearning/batch-sampler.js';
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
  const signs = Float64Array.from({ length: filters }, (_, r) => outputWeight(network, r));
  let whole: DrawnRows | null = null;
  let preactivation = new Float64Array(0);
  let along = new Float64Array(0);
  const gradient = new Float64Array(filters * d);

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
    addGradient,
    addBatchGradient(w, batch, scale, out) {
      if (batch.size * patches < FEWEST_ROWS || w.length > filters * d) {
        addOneByOne(w, batch, scale, out);
        return;
      }
      const { rows, columns } = drawnRows(batch);
      const count = batch.size * patches;
      if (along.length !== filters * count) {
        preactivation = new Float64Array(filters * count);
        along = new Float64Array(filters * count);
      }
      multiplyTransposed(rows, count, w, filters, d, preactivation);
      for (let k = 0; k < batch.size; k++) {
        const [first, end] = [k * patches, (k + 1) * patches];
        let output = 0;
        for (let row = first, at = first * filters; row < end; row++) {
          for (let r = 0; r < filters; r++, at++) {
            if (preactivation[at]! > 0) output += preactivation[at]! * signs[r]!;
          }
        }
        const derivative = scale * loss.derivative(output, labels[batch.indices[k]!]!);
        for (let row = first, at = first * filters; row < end; row++) {
          for (let r = 0; r < filters; r++, at++) {
            along[r * count + row] = preactivation[at]! > 0 ? derivative * signs[r]! : 0;
          }
        }
      }
      multiplyTransposed(along, filters, columns, d, count, gradient);
      for (let k = 0; k < out.length; k++) out[k]! += gradient[k]!;
    },
  };

  function addGradient(w: Float64Array, i: number, scale: number, out: Float64Array): void {
    const derivative = scale * loss.derivative(evaluate(w, i), labels[i]!);
    if (derivative === 0) return;
    for (let r = 0; r < filters; r++) {
      const along = derivative * outputWeight(network, r);
      for (let p = 0; p < patches; p++) {
        if (active[p * filters + r] === 0) continue;
        addScaledAt(out, r * d, along, inputs, (i * patches + p) * d, d);
      }
    }
  }

  function addOneByOne(w: Float64Array, { indices, size }: Batch, scale: number, out: Float64Array): void {
    const parameters = filters * d;
    for (let from = 0; from < w.length; from += parameters) {
      const [own, target] = [w.subarray(from, from + parameters), out.subarray(from, from + parameters)];
      for (let k = 0; k < size; k++) addGradient(own, indices[k]!, scale, target);
    }
  }

  /** The patches of a batch as rows, and as columns; those of a batch of all samples are kept. */
  function drawnRows(batch: Batch): DrawnRows {
    const isWhole = batch.size === data.sampleCount && batch.indices.every((i, k) => i === k);
    if (isWhole) return (whole ??= inSharedMemory(inputs, d));
    const length = patches * d;
    const rows = new Float64Array(batch.size * length);
    for (let k = 0; k < batch.size; k++) {
      const i = batch.indices[k]!;
      rows.set(inputs.subarray(i * length, (i + 1) * length), k * length);
    }
    return { rows, columns: transpose(rows, batch.size * patches, d) };
  }
}

/** Patches of the samples of a batch, row-major: one a row, and one a column. */
interface DrawnRows {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/** All patches, where the threads of a large product find them without a copy. */
function inSharedMemory(inputs: Float64Array, d: number): DrawnRows {
  const [rows, columns] = [sharedNumbers(inputs.length), sharedNumbers(inputs.length)];
  rows.set(inputs);
  columns.set(transpose(inputs, inputs.length / d, d));
  return { rows, columns };
}

/** Patches from which the gradients of a batch are products of matrices. */
const FEWEST_ROWS = 8;

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
