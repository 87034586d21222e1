import { congruence } from '../linalg/multiply-transposed.js';
import type { SymmetricEigen } from '../linalg/symmetric-eigen.js';
import { addScaled, trace } from '../linalg/vectors.js';
import { meanEigen } from '../theory/curvature-signs.js';
import { type DrawnSet, pickedSamples } from '../theory/draw-subset.js';
import {
  type FactorSet,
  setInBasis,
  type BatchSizes,
  type CurvatureGroup,
  curvatureGroups,
  groupInBasis,
  type SamplingChoice,
  withFactors,
} from '../theory/problem.js';
import { meanHessian } from '../theory/mean-curvature.js';
import { type ExactStability, operatorStability } from '../theory/operator/exact-stability.js';
import { addedSandwich, noiseMap, samplingFactors, type SymmetricMap } from '../theory/operator/noise-map.js';
import { accuracyOf } from '../theory/rank.js';
import { momentRange, reduceSets } from '../theory/reduction.js';

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
  return withFactors(samples, factors, dimension);
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

/** A problem of which a subset of the samples is known; n and batch sizes are those of the whole. */
export interface SubsetProblem {
  readonly retain: DrawnSet;
  readonly forget: DrawnSet;
  readonly alpha: number;
  readonly batch: BatchSizes;
  readonly sampling: SamplingChoice;
}

/** One set as it enters the step. */
export interface EstimatedGroup extends Pick<CurvatureGroup, 'name' | 'sign' | 'weight'> {
  readonly set: DrawnSet;
  /** Factors k and k' of the noise a^2 [k mean_i(H_i M H_i) - k' Hbar M Hbar], of all n samples. */
  readonly perSample: number;
  readonly ofMean: number;
  /** a Hbar, or its estimate: r x r. */
  readonly part: Float64Array;
}

/** The problem in r coordinates of U, or of what is known of U; sets of weight zero are left out. */
export interface EstimatedProblem {
  readonly dimension: number;
  readonly groups: readonly EstimatedGroup[];
}

/** Reduces a subset problem to r coordinates. */
export function estimatedProblem(problem: SubsetProblem): EstimatedProblem {
  const active = curvatureGroups(problem).filter(({ weight, samples }) => weight > 0 && samples.of > 0);
  const { dimension, sets } = reduced(active.map(({ weight, samples }) => ({ weight, set: samples })));
  const groups = active.map(({ name, sign, weight, batchSize, sampling }, g) => {
    const set = sets[g]!;
    const { perSample, ofMean } = samplingFactors(sampling, set.of, batchSize);
    return { name, sign, weight, set, perSample, ofMean, part: partOf(set, weight) };
  });
  return { dimension, groups };
}

/** The problem as one half of the random samples shows it; coordinates and known means are kept. */
export function halfProblem({ dimension, groups }: EstimatedProblem, half: 0 | 1): EstimatedProblem {
  return {
    dimension,
    groups: groups.map((group) => {
      const set = halfOf(group.set, half);
      return { ...group, set, part: partOf(set, group.weight) };
    }),
  };
}

/** D, or its estimate: r x r. */
export function estimatedCurvature({ dimension, groups }: EstimatedProblem): Float64Array {
  const sum = new Float64Array(dimension ** 2);
  for (const { sign, part } of groups) addScaled(sum, sign, part);
  return sum;
}

function partOf(set: DrawnSet, weight: number): Float64Array {
  return estimatedMean(set).map((x) => weight * x);
}

/** The sets on the range of the weighted sum of known means; without them, on the span of the drawn factors. */
function reduced(active: readonly { weight: number; set: DrawnSet }[]): {
  dimension: number;
  sets: DrawnSet[];
} {
  if (active.some(({ set }) => set.mean === null)) {
    const { dimension, sets } = reduceSets(active.map(({ set }) => set.samples));
    return { dimension, sets: active.map(({ set }, g) => ({ ...set, samples: sets[g]! })) };
  }
  const p = active[0]!.set.samples.dimension;
  const total = new Float64Array(p * p);
  for (const { weight, set } of active) addScaled(total, weight, set.mean!);
  const { precision } = accuracyOf(active.map(({ set }) => set.samples));
  const { basis } = momentRange(total, p, precision);
  const kept = basis.length / p;
  return { dimension: kept, sets: active.map(({ set }) => inBasis(set, basis, kept)) };
}

/** The set in the coordinates of an orthonormal basis (r rows). */
function inBasis(set: DrawnSet, basis: Float64Array, r: number): DrawnSet {
  const { samples, mean } = set;
  return {
    ...set,
    samples: setInBasis(samples, basis, r),
    mean: mean && congruence(basis, mean, r, samples.dimension),
  };
}

/** The second-moment theory with estimated means in place of the unknown ones, and the noise factors of all n samples. */
export function estimatedStability(
  problem: EstimatedProblem,
  mean: SymmetricEigen = estimatedEigen(problem),
): ExactStability {
  const perSample = perSampleNoise(problem, mean.rows, mean.values);
  const ofMeans = meanNoise(problem, mean.rows);
  return operatorStability({
    mean,
    noise: (m, out) => {
      perSample(m, out);
      ofMeans(m, out);
    },
    total: totalOf(problem),
  });
}

function estimatedEigen(problem: EstimatedProblem): SymmetricEigen {
  return meanEigen(estimatedCurvature(problem), problem.dimension, { total: totalOf(problem) });
}

/** tr K. */
function totalOf({ groups, dimension }: EstimatedProblem): number {
  return groups.reduce((sum, { part }) => sum + trace(part, dimension), 0);
}

/**
 * a^2 k sum_i w_i H_i M H_i of all groups. `noiseMap` means over m samples without weights: H_i times sqrt(w_i m) has
 * them, and a bernoulli batch of size 1/(k + 1/m) the factor k.
 */
function perSampleNoise(problem: EstimatedProblem, basis: Float64Array, d: Float64Array): SymmetricMap {
  const groups = problem.groups
    .filter(({ perSample }) => perSample > 0)
    .map(({ name, sign, weight, set, perSample }) => {
      const weights = sampleWeights(set);
      const m = weights.length;
      const samples = scaledSamples(set.samples, (i) => Math.sqrt(weights[i]! * m));
      const batchSize = 1 / (perSample + 1 / m);
      return groupInBasis({ name, sign, weight, batchSize, sampling: 'bernoulli', samples }, basis, d.length);
    });
  return noiseMap(groups, d);
}

/** out -= sum_g k'_g E_g M E_g, E_g = a_g Hbar_g. */
function meanNoise(problem: EstimatedProblem, basis: Float64Array): SymmetricMap {
  const r = problem.dimension;
  const terms = problem.groups
    .filter(({ ofMean }) => ofMean > 0)
    .map(({ ofMean, part }) => addedSandwich(congruence(basis, part, r, r), -ofMean, r));
  return (m, out) => {
    for (const add of terms) add(m, out);
  };
}
