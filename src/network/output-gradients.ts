import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { dot, transpose } from '../linalg/vectors.js';
import type { Loss } from './losses.js';
import {
  activations,
  filterCount,
  outputsOf,
  outputWeight,
  type PatchData,
  type PatchNetwork,
  preactivations,
} from './patch-network.js';

/** Outputs f(W, x_i) and gradients grad f_i of all samples at one W; the n gradients of 2 m d numbers are never formed. */
interface OutputGradients {
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
 * Outputs and their gradients as a function of W, in products of dense matrices. f is piecewise linear
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
    const weighted = new Float64Array(filters * rows);
    for (let r = 0; r < filters; r++) {
      const weight = outputWeight(network, r);
      for (let i = 0, row = 0; i < sampleCount; i++) {
        const entry = weight * coefficients[i]!;
        for (let p = 0; p < patches; p++, row++)
          if (active[row * filters + r] !== 0) weighted[r * rows + row] = entry;
      }
    }
    return multiplyTransposed(weighted, filters, columns, d, rows);
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

/** Range of the patches of a sample: first .. end - 1. */
interface PatchRange {
  readonly first: number;
  readonly end: number;
}

/**
 * Squared norm |grad f_i|^2 of every sample, or the part of it that the given patches contribute by themselves,
 *
 *   (1/m^2) sum_{p,q in range} <x_p, x_q> |{r active on x_p and x_q}|,
 *
 * n numbers; parts of patches orthogonal to the others add up to the whole.
 *
 * @param active (n * patches) x 2m: 1 where the filter is active (`outputGradients`).
 */
export function squaredGradientNorms(
  network: PatchNetwork,
  active: Float64Array,
  data: PatchData,
  range: PatchRange = { first: 0, end: data.patches },
): Float64Array {
  const { patches, dimension: d, inputs } = data;
  const filters = filterCount(network);
  const patch = (row: number): Float64Array => inputs.subarray(row * d, (row + 1) * d);
  const activeOn = (row: number): Float64Array => active.subarray(row * filters, (row + 1) * filters);
  return Float64Array.from({ length: data.sampleCount }, (_, i) => {
    let sum = 0;
    for (let p = i * patches + range.first; p < i * patches + range.end; p++) {
      for (let q = i * patches + range.first; q <= p; q++) {
        const entry = dot(patch(p), patch(q)) * dot(activeOn(p), activeOn(q));
        sum += p === q ? entry : 2 * entry;
      }
    }
    // Rounding may leave a small negative number where patches cancel.
    return Math.max(0, sum) / network.width ** 2;
  });
}

/**
 * Gram matrix [<grad f_i, grad f_k>] of the output gradients, n x n, from inner products of patches and
 * counts of filters active on both,
 *
 *   <grad f_i, grad f_k> = (1/m^2) sum_{p,q} <x_ip, x_kq> |{r active on x_ip and x_kq}|,
 *
 * without ever forming a gradient of 2 m d numbers. For one signal and one noise patch this is C1.
 */
export function gradientGram(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array {
  return gramOf(network, preactivations(network, weights, data), data);
}

/**
 * Gram matrix of the curvature factors: H_i = l''_i grad f_i grad f_i^T, so entry (i, k) carries
 * sqrt(l''_i l''_k). Exact almost everywhere, since f is piecewise linear in W.
 */
export function curvatureGram(
  network: PatchNetwork,
  weights: Float64Array,
  data: PatchData,
  loss: Loss,
): Float64Array {
  const preactivation = preactivations(network, weights, data);
  const outputs = outputsOf(network, preactivation, data);
  const roots = outputs.map((f, i) => Math.sqrt(loss.secondDerivative(f, data.labels[i]!)));
  const n = data.sampleCount;
  return gramOf(network, preactivation, data).map((g, ik) => g * roots[Math.floor(ik / n)]! * roots[ik % n]!);
}

function gramOf(network: PatchNetwork, preactivation: Float64Array, data: PatchData): Float64Array {
  const { sampleCount: n, patches, dimension, inputs } = data;
  const rows = n * patches;
  const filters = filterCount(network);
  const active = activations(preactivation);
  const inner = multiplyTransposedSymmetric(inputs, inputs, rows, dimension);
  const shared = multiplyTransposedSymmetric(active, active, rows, filters);
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k <= i; k++) {
      let sum = 0;
      for (let p = 0; p < patches; p++) {
        const from = (i * patches + p) * rows + k * patches;
        for (let q = 0; q < patches; q++) sum += inner[from + q]! * shared[from + q]!;
      }
      gram[i * n + k] = gram[k * n + i] = sum / network.width ** 2;
    }
  }
  return gram;
}
