import { type DrawnSet, pickedSamples } from '../theory/draw-subset.js';
import type { FactorSet } from '../theory/problem.js';
import { meanHessian } from '../theory/mean-curvature.js';

/** Number of samples that were drawn at random. */
export function randomCount({ samples, certain }: DrawnSet): number {
  return samples.sampleCount - certain;
}

/** True if every sample was drawn. */
export function isWhole({ of, samples }: DrawnSet): boolean {
  return samples.sampleCount === of;
}

/** True if Hbar is known and not estimated. */
export function hasExactMean(set: DrawnSet): boolean {
  return set.mean !== null || isWhole(set);
}

/** Weights w_i = 1/(n pi_i): sum_i w_i x_i over the drawn samples estimates the mean over all n (Horvitz & Thompson, 1952). */
export function sampleWeights({ of, inclusion }: DrawnSet): Float64Array {
  return inclusion.map((probability) => 1 / (of * probability));
}

/** Hbar of all samples, or its estimate: r x r. */
export function estimatedMean(set: DrawnSet): Float64Array {
  if (set.mean) return set.mean;
  return meanHessian(weightedSample(set));
}

/** One sample whose H is the estimate of Hbar: the drawn factors times sqrt(w_i). */
export function weightedSample(set: DrawnSet): FactorSet {
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

/** Indices of the drawn samples in one half: the certain ones, and every second random one. */
export function halfIndices(set: DrawnSet, half: 0 | 1): number[] {
  return Array.from({ length: set.samples.sampleCount }, (_, i) => i).filter(
    (i) => i < set.certain || (i - set.certain) % 2 === half,
  );
}

/** The set as if only one half of its random samples had been drawn; a known mean is kept. */
export function halfOf(set: DrawnSet, half: 0 | 1): DrawnSet {
  const indices = halfIndices(set, half);
  const share = (indices.length - set.certain) / Math.max(1, randomCount(set));
  return {
    ...set,
    samples: pickedSamples(set.samples, indices),
    inclusion: Float64Array.from(indices, (i) => set.inclusion[i]! * (i < set.certain ? 1 : share)),
  };
}
