import { type RandomSource, randomSubset } from '../random/generator.js';

/**
 * Labelled samples of several patches each: sample i has label y_i = +-1 and the rows i*patches ..
 * (i+1)*patches - 1 of `inputs` as its patches.
 */
export interface PatchData {
  readonly sampleCount: number;
  /** Patches of every sample, >= 1. */
  readonly patches: number;
  /** Length d of a patch. */
  readonly dimension: number;
  /** (sampleCount * patches) x dimension, row-major. */
  readonly inputs: Float64Array;
  /** sampleCount numbers, each +1 or -1. */
  readonly labels: Float64Array;
}

/** Samples of the given numbers, in that order. */
export function selectSamples(data: PatchData, indices: readonly number[]): PatchData {
  const { patches, dimension } = data;
  const stride = patches * dimension;
  const inputs = new Float64Array(indices.length * stride);
  indices.forEach((i, k) => inputs.set(data.inputs.subarray(i * stride, (i + 1) * stride), k * stride));
  const labels = Float64Array.from(indices, (i) => data.labels[i]!);
  return { sampleCount: indices.length, patches, dimension, inputs, labels };
}

/** Data with some labels flipped. */
interface NoisyLabels<Data extends PatchData> {
  readonly data: Data;
  /** The samples with a flipped label, ascending. */
  readonly flipped: readonly number[];
}

/**
 * Data with the labels flipped of round(share * n) random samples; the number is rounded, not drawn. The inputs stay, so
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
