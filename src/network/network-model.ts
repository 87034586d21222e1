import type { PerSampleModel } from '../models/per-sample-model.js';
import type { Loss } from './losses.js';
import type { PatchData } from './patch-data.js';
import { filterCount, outputWeight, parameterCount, type PatchNetwork } from './patch-network.js';

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
      const push = scale * loss.derivative(evaluate(w, i), labels[i]!);
      if (push === 0) return;
      for (let r = 0; r < filters; r++) {
        const along = push * outputWeight(network, r);
        for (let p = 0; p < patches; p++) {
          if (active[p * filters + r] === 0) continue;
          const from = (i * patches + p) * d;
          for (let a = 0; a < d; a++) out[r * d + a]! += along * inputs[from + a]!;
        }
      }
    },
  };
}

/** Inner product of x[i ..] and y[j ..], n numbers each; four sums at a time for the pipeline. */
function dotAt(x: Float64Array, i: number, y: Float64Array, j: number, n: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let a = 0;
  for (; a + 3 < n; a += 4) {
    s0 += x[i + a]! * y[j + a]!;
    s1 += x[i + a + 1]! * y[j + a + 1]!;
    s2 += x[i + a + 2]! * y[j + a + 2]!;
    s3 += x[i + a + 3]! * y[j + a + 3]!;
  }
  for (; a < n; a++) s0 += x[i + a]! * y[j + a]!;
  return s0 + s1 + (s2 + s3);
}
