import { norm } from '../linalg/vectors.js';
import type { PatchData } from './patch-data.js';
import { filterCount, preactivations, type PatchNetwork } from './patch-network.js';

/** Preactivations this small in size, relative to |w| |x|, may have another sign in float32. */
const FLOAT32_KINK = 1e-5;

/**
 * Activation margin: the distance that W can move, in any direction, before an activation on the data flips,
 * min over filters r and patches p of |<w_r, x_p>|/|x_p|. Patches of length 0 never flip. Within this distance f
 * is linear in W. 0 if a preactivation is exactly 0, Infinity if no patch has a length.
 */
export function activationMargin(network: PatchNetwork, weights: Float64Array, data: PatchData): number {
  const { dimension: d, inputs } = data;
  const filters = filterCount(network);
  const preactivation = preactivations(network, weights, data);
  let margin = Infinity;
  for (let row = 0; row < data.sampleCount * data.patches; row++) {
    const length = norm(inputs.subarray(row * d, (row + 1) * d));
    if (length === 0) continue;
    for (let r = 0; r < filters; r++) {
      margin = Math.min(margin, Math.abs(preactivation[row * filters + r]!) / length);
    }
  }
  return margin;
}

/** Samples near a kink of f in float32: those with a preactivation that may have another sign there; ascending. */
export function samplesNearKink(network: PatchNetwork, weights: Float64Array, data: PatchData): number[] {
  const { dimension: d, patches, inputs } = data;
  const filters = filterCount(network);
  const preactivation = preactivations(network, weights, data);
  const lengths = (rows: Float64Array): Float64Array =>
    Float64Array.from({ length: rows.length / d }, (_, k) => norm(rows.subarray(k * d, (k + 1) * d)));
  const filterLengths = lengths(weights);
  const patchLengths = lengths(inputs);
  const nearKink = (i: number): boolean => {
    const [from, to] = [i * patches * filters, (i + 1) * patches * filters];
    return preactivation.subarray(from, to).some((z, k) => {
      const size = patchLengths[i * patches + Math.floor(k / filters)]! * filterLengths[k % filters]!;
      return size > 0 && Math.abs(z) < FLOAT32_KINK * size;
    });
  };
  return Array.from(data.labels.keys()).filter(nearKink);
}

/** Number of pairs of filter and patch that are active at one of two W and not at the other. */
export function flippedActivations(before: Float64Array, after: Float64Array): number {
  return before.reduce((count, active, k) => (active === after[k] ? count : count + 1), 0);
}
