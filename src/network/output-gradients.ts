import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { transpose } from '../linalg/vectors.js';
import type { PatchData } from './patch-data.js';
import {
  activations,
  filterCount,
  outputsOf,
  outputWeight,
  preactivations,
  type PatchNetwork,
} from './patch-network.js';

/** f(W, x_i) and grad f_i of all samples at one W; the n gradients of 2 m d numbers are never formed. */
export interface OutputGradients {
  /** f(W, x_i): n numbers. */
  readonly outputs: Float64Array;
  /** (n * patches) x 2m: 1 where <w_r, x_p> > 0. */
  readonly active: Float64Array;
  /** sum_i c_i grad f_i: 2 m d numbers, for n coefficients. */
  readonly combination: (coefficients: Float64Array) => Float64Array;
  /** <grad f_i, delta>: n numbers, for a displacement of 2 m d numbers. */
  readonly along: (displacement: Float64Array) => Float64Array;
}

/**
 * The outputs and their gradients as a function of W, in products of dense matrices. f is piecewise linear
 * and homogeneous, so <grad f_i(W), W> = f_i(W), and f_i(W + delta) = f_i(W) + <grad f_i(W), delta> as long as
 * no activation flips.
 */
export function outputGradients(
  network: PatchNetwork,
  data: PatchData,
): (weights: Float64Array) => OutputGradients {
  const { sampleCount, patches, dimension: d, inputs } = data;
  const filters = filterCount(network);
  const rows = sampleCount * patches;
  const columns = transpose(inputs, rows, d);

  function combine(active: Float64Array, coefficients: Float64Array): Float64Array {
    const pushes = new Float64Array(filters * rows);
    for (let r = 0; r < filters; r++) {
      const weight = outputWeight(network, r);
      for (let i = 0, row = 0; i < sampleCount; i++) {
        const push = weight * coefficients[i]!;
        for (let p = 0; p < patches; p++, row++)
          if (active[row * filters + r] !== 0) pushes[r * rows + row] = push;
      }
    }
    return multiplyTransposed(pushes, filters, columns, d, rows);
  }

  function directional(active: Float64Array, displacement: Float64Array): Float64Array {
    const change = preactivations(network, displacement, data);
    const sums = new Float64Array(sampleCount);
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let r = 0; r < filters; r++) {
        const k = row * filters + r;
        if (active[k] !== 0) sum += outputWeight(network, r) * change[k]!;
      }
      sums[Math.floor(row / patches)]! += sum;
    }
    return sums;
  }

  return (weights) => {
    const preactivation = preactivations(network, weights, data);
    const active = activations(preactivation);
    return {
      outputs: outputsOf(network, preactivation, data),
      active,
      combination: (coefficients) => combine(active, coefficients),
      along: (displacement) => directional(active, displacement),
    };
  };
}
