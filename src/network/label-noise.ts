import type { RandomSource } from '../random/generator.js';
import { randomSubset } from '../random/subset.js';
import type { PatchData } from './patch-data.js';

/** Data with some labels flipped. */
export interface NoisyLabels<Data extends PatchData> {
  readonly data: Data;
  /** The samples with a flipped label, ascending. */
  readonly flipped: readonly number[];
}

/**
 * Flips the labels of round(share * n) random samples; the number is rounded, not drawn. The inputs stay, so
 * a signal patch keeps the sign of the true label.
 *
 * @param share in [0, 1].
 */
export function flipLabels<Data extends PatchData>(
  data: Data,
  share: number,
  random: RandomSource,
): NoisyLabels<Data> {
  if (!(share >= 0 && share <= 1)) {
    throw new RangeError(`the share of flipped labels must be in [0, 1]; got ${share}`);
  }
  const samples = Array.from(data.labels.keys());
  const flipped = randomSubset(samples, Math.round(share * data.sampleCount), random);
  const labels = data.labels.slice();
  for (const i of flipped) labels[i]! *= -1;
  return { data: { ...data, labels }, flipped };
}
