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

/** The samples of the given numbers, in that order. */
export function selectSamples(data: PatchData, indices: readonly number[]): PatchData {
  const { patches, dimension } = data;
  const stride = patches * dimension;
  const inputs = new Float64Array(indices.length * stride);
  indices.forEach((i, k) => inputs.set(data.inputs.subarray(i * stride, (i + 1) * stride), k * stride));
  const labels = Float64Array.from(indices, (i) => data.labels[i]!);
  return { sampleCount: indices.length, patches, dimension, inputs, labels };
}
