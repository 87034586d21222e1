import { dot } from '../linalg/vectors.js';
import type { PatchData } from './patch-data.js';
import { filterCount, type PatchNetwork } from './patch-network.js';

/** A range of the patches of a sample: first .. end - 1. */
export interface PatchRange {
  readonly first: number;
  readonly end: number;
}

/**
 * |grad f_i|^2 of every sample, or the part of it that the given patches contribute by themselves,
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
