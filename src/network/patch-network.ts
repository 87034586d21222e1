import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { norm } from '../linalg/vectors.js';
import { normals, type RandomSource, randomSubset } from '../statistics/generator.js';

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

/**
 * The two-layer ReLU network f(W, x) = F_+ - F_-, F_j = (1/m) sum_r sum_p relu<w_jr, x_p>: `width` m
 * filters of each sign on patches of length d, the second layer fixed (Cao et al. 2022). Its
 * parameters are one vector of 2 m d numbers, the filters row by row, those of F_+ first.
 */
export interface PatchNetwork {
  /** m >= 1. */
  readonly width: number;
  /** d. */
  readonly dimension: number;
}

/** Number of filters, 2m. */
export function filterCount({ width }: PatchNetwork): number {
  return 2 * width;
}

/** Length of the parameter vector, 2 m d. */
export function parameterCount(network: PatchNetwork): number {
  return filterCount(network) * network.dimension;
}

/** Weight of filter r in the output: +1/m or -1/m. */
export function outputWeight({ width }: PatchNetwork, filter: number): number {
  return (filter < width ? 1 : -1) / width;
}

/** Independent normal weights of standard deviation `scale`. */
export function initialWeights(network: PatchNetwork, scale: number, random: RandomSource): Float64Array {
  return normals(parameterCount(network), random, scale);
}

/**
 * <w_r, x_p> for every patch p of every sample and every filter r: (sampleCount * patches) x 2m,
 * row-major.
 */
export function preactivations(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array {
  const { sampleCount, patches, dimension, inputs } = data;
  return multiplyTransposed(inputs, sampleCount * patches, weights, filterCount(network), dimension);
}

/** 1 where a filter is active on a patch, <w_r, x_p> > 0, else 0. */
export function activations(preactivation: Float64Array): Float64Array {
  const active = new Float64Array(preactivation.length);
  for (let k = 0; k < active.length; k++) if (preactivation[k]! > 0) active[k] = 1;
  return active;
}

/** f(W, x_i) of every sample from its preactivations. */
export function outputsOf(network: PatchNetwork, preactivation: Float64Array, data: PatchData): Float64Array {
  const filters = filterCount(network);
  const { width } = network;
  const outputs = new Float64Array(data.sampleCount);
  for (let i = 0, k = 0; i < data.sampleCount; i++) {
    let sum = 0;
    for (let p = 0; p < data.patches; p++) {
      for (let r = 0; r < filters; r++, k++) {
        const z = preactivation[k]!;
        if (z > 0) sum += r < width ? z : -z;
      }
    }
    outputs[i] = sum / width;
  }
  return outputs;
}

/** f(W, x_i) of every sample. */
export function networkOutputs(network: PatchNetwork, weights: Float64Array, data: PatchData): Float64Array {
  return outputsOf(network, preactivations(network, weights, data), data);
}

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
