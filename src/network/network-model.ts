import { unitGradients } from '../linalg/rectified-units.js';
import type { Batch } from '../unlearning/batch-sampler.js';
import type { PerSampleModel } from '../unlearning/per-sample-model.js';
import type { Loss } from './losses.js';
import {
  filterCount,
  outputWeight,
  parameterCount,
  type PatchData,
  type PatchNetwork,
} from './patch-network.js';

/** Patches from which the gradients of a batch are products of matrices. */
const FEWEST_ROWS = 8;

/**
 * The network on one data set as unlearning code sees it. The gradient of the ReLU at 0 is taken as 0;
 * elsewhere grad_{w_r} f(W, x) = +-(1/m) sum over the patches with <w_r, x_p> > 0 of x_p, in closed form.
 */
export function networkModel(network: PatchNetwork, data: PatchData, loss: Loss): PerSampleModel {
  const { patches, dimension: d, inputs, labels } = data;
  const filters = filterCount(network);
  /** 1 where filter r is active on patch p of the sample last evaluated: patches x filters. */
  const active = new Uint8Array(patches * filters);
  const scales = Float64Array.from({ length: filters }, (_, r) => outputWeight(network, r));
  const addUnitGradients = unitGradients({ rows: inputs, height: patches, length: d, scales });

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
      } else {
        addUnitGradients(w, batch, (k, f) => scale * loss.derivative(f, labels[batch.indices[k]!]!), out);
      }
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
