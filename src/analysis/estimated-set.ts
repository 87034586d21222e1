import type { FactorSet } from '../theory/factor-set.js';
import { meanHessian } from '../theory/mean-curvature.js';

/**
 * What is known of a set of n samples of which some were drawn: some for certain, of the others a random sample of
 * fixed size with unequal inclusion probabilities.
 */
export interface EstimatedSet {
  /** n. */
  readonly of: number;
  /** The drawn samples: first those that are in for certain, then the random ones, in random order. */
  readonly samples: FactorSet;
  /** K: how many are in for certain; all of them if everything was drawn. */
  readonly certain: number;
  /** pi_i: with which probability each drawn sample was drawn; 1 for the certain ones. */
  readonly inclusion: Float64Array;
  /** max lambda_1(H_i) over all n samples. */
  readonly largestCurvature: number;
  /** Hbar of all n samples, r x r, in the coordinates of `samples`; null if only the drawn ones are known. */
  readonly mean: Float64Array | null;
}

/** How many samples were drawn at random. */
export function randomCount({ samples, certain }: EstimatedSet): number {
  return samples.sampleCount - certain;
}

/** True if every sample was drawn. */
export function isWhole({ of, samples }: EstimatedSet): boolean {
  return samples.sampleCount === of;
}

/** True if Hbar is known and not estimated. */
export function hasExactMean(set: EstimatedSet): boolean {
  return set.mean !== null || isWhole(set);
}

/** Weights w_i = 1/(n pi_i): sum_i w_i x_i over the drawn samples estimates the mean over all n (Horvitz & Thompson, 1952). */
export function sampleWeights({ of, inclusion }: EstimatedSet): Float64Array {
  return inclusion.map((probability) => 1 / (of * probability));
}

/** Hbar of all samples, or its estimate: r x r. */
export function estimatedMean(set: EstimatedSet): Float64Array {
  if (set.mean) return set.mean;
  return meanHessian(weightedSample(set));
}

/** One sample whose H is the estimate of Hbar: the drawn factors times sqrt(w_i). */
export function weightedSample(set: EstimatedSet): FactorSet {
  const weights = sampleWeights(set);
  const { dimension, factors } = scaledSamples(set.samples, (i) => weights[i]!);
  return oneSample(factors, dimension);
}

/** One sample with all these factors. */
export function oneSample(factors: Float64Array, dimension: number): FactorSet {
  const count = dimension === 0 ? 0 : factors.length / dimension;
  return { dimension, sampleCount: 1, offsets: Int32Array.of(0, count), factors };
}

/** The samples with H_i times scale(i) >= 0. */
export function scaledSamples(samples: FactorSet, scale: (i: number) => number): FactorSet {
  const { dimension, sampleCount, offsets } = samples;
  const factors = samples.factors.slice();
  for (let i = 0; i < sampleCount; i++) {
    const root = Math.sqrt(scale(i));
    for (let k = offsets[i]! * dimension; k < offsets[i + 1]! * dimension; k++) factors[k]! *= root;
  }
  return { ...samples, factors };
}

/** Some samples of a set, in the given order. */
export function pickedSamples(samples: FactorSet, picked: readonly number[]): FactorSet {
  const { dimension, offsets, factors } = samples;
  const newOffsets = new Int32Array(picked.length + 1);
  picked.forEach((i, k) => (newOffsets[k + 1] = newOffsets[k]! + offsets[i + 1]! - offsets[i]!));
  const out = new Float64Array(newOffsets[picked.length]! * dimension);
  picked.forEach((i, k) => {
    out.set(
      factors.subarray(offsets[i]! * dimension, offsets[i + 1]! * dimension),
      newOffsets[k]! * dimension,
    );
  });
  return { dimension, sampleCount: picked.length, offsets: newOffsets, factors: out };
}

/** Indices of the drawn samples in one half: the certain ones, and every second random one. */
export function halfIndices(set: EstimatedSet, half: 0 | 1): number[] {
  return Array.from({ length: set.samples.sampleCount }, (_, i) => i).filter(
    (i) => i < set.certain || (i - set.certain) % 2 === half,
  );
}

/** The set as if only one half of its random samples had been drawn; a known mean is kept. */
export function halfOf(set: EstimatedSet, half: 0 | 1): EstimatedSet {
  const indices = halfIndices(set, half);
  const share = (indices.length - set.certain) / Math.max(1, randomCount(set));
  return {
    ...set,
    samples: pickedSamples(set.samples, indices),
    inclusion: Float64Array.from(indices, (i) => set.inclusion[i]! * (i < set.certain ? 1 : share)),
  };
}
