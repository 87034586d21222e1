import type { BatchSizes, CurvatureGroup, Sampling } from '../curvature/problem.js';
import { congruence } from '../curvature/mean-curvature.js';
import { RANK_TOLERANCE, reduceSets } from '../curvature/reduction.js';
import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { addScaled } from '../linalg/vectors.js';
import { samplingFactors } from '../stability/noise-map.js';
import { estimatedMean, halfOf, type EstimatedSet } from './estimated-set.js';

/** A problem of which a subset of the samples is known; n and batch sizes are those of the whole. */
export interface SubsetProblem {
  readonly retain: EstimatedSet;
  readonly forget: EstimatedSet;
  readonly alpha: number;
  readonly batch: BatchSizes;
  readonly sampling: Sampling;
}

/** One set as it enters the step. */
export interface EstimatedGroup extends Pick<CurvatureGroup, 'name' | 'sign' | 'weight'> {
  readonly set: EstimatedSet;
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
  const { alpha, batch, sampling } = problem;
  const candidates = [
    { name: 'retain', sign: 1, weight: 1 - alpha, set: problem.retain, size: batch.retain },
    { name: 'forget', sign: -1, weight: alpha, set: problem.forget, size: batch.forget },
  ] as const;
  const active = candidates.filter(({ weight, set }) => weight > 0 && set.of > 0);
  const { dimension, sets } = reduced(active);
  const groups = active.map(({ name, sign, weight, size }, g) => {
    const set = sets[g]!;
    const { perSample, ofMean } = samplingFactors(sampling, set.of, size);
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

function partOf(set: EstimatedSet, weight: number): Float64Array {
  return estimatedMean(set).map((x) => weight * x);
}

/** The sets on the range of the weighted sum of known means; without them, on the span of the drawn factors. */
function reduced(active: readonly { weight: number; set: EstimatedSet }[]): {
  dimension: number;
  sets: EstimatedSet[];
} {
  if (active.some(({ set }) => set.mean === null)) {
    const { dimension, sets } = reduceSets(active.map(({ set }) => set.samples));
    return { dimension, sets: active.map(({ set }, g) => ({ ...set, samples: sets[g]! })) };
  }
  const p = active[0]!.set.samples.dimension;
  const total = new Float64Array(p * p);
  for (const { weight, set } of active) addScaled(total, weight, set.mean!);
  const { values, rows } = symmetricEigen(total, p);
  const kept = values.filter((x) => x > RANK_TOLERANCE * values.at(-1)!).length;
  const basis = rows.subarray((p - kept) * p);
  return { dimension: kept, sets: active.map(({ set }) => inBasis(set, basis, kept)) };
}

/** The set in the coordinates of an orthonormal basis (r rows). */
function inBasis(set: EstimatedSet, basis: Float64Array, r: number): EstimatedSet {
  const { samples, mean } = set;
  const p = samples.dimension;
  const factors = multiplyTransposed(samples.factors, samples.factors.length / p, basis, r, p);
  return {
    ...set,
    samples: { ...samples, dimension: r, factors },
    mean: mean && congruence(basis, mean, r, p),
  };
}
