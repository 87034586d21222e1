import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import type { Loss } from './losses.js';
import type { PatchData } from './patch-data.js';
import { activations, filterCount, outputsOf, preactivations, type PatchNetwork } from './patch-network.js';

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
 * The same of the curvature factors: H_i = l''_i grad f_i grad f_i^T, so entry (i, k) carries
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
