import { largestMagnitude } from '../linalg/symmetric-eigen.js';
import { randomSource, type RandomSource } from '../statistics/generator.js';
import { type FactorSet, SET_NAMES, type SetName, type UnlearningProblem } from './problem.js';
import { meanHessian, sampleCurvatures } from './mean-curvature.js';

/**
 * A set of n samples of which some were drawn: some for certain, of the others a random sample of
 * fixed size with unequal inclusion probabilities.
 */
export interface DrawnSet {
  /** n. */
  readonly of: number;
  /** The drawn samples: first those that are in for certain, then the random ones, in random order. */
  readonly samples: FactorSet;
  /** K: how many are in for certain; all of them if everything was drawn. */
  readonly certain: number;
  /** pi_i: with which probability each drawn sample was drawn; 1 for the certain ones. */
  readonly inclusion: Float64Array;
  /** max lambda_1(H_i) over all n samples, or over those of a thinned set. */
  readonly largestCurvature: number;
  /** True if samples were drawn, uniformly, before any was read: of the others nothing is known; default false. */
  readonly isThinned?: boolean;
  /** Hbar of all n samples, r x r, in the coordinates of `samples`; null if only the drawn ones are known. */
  readonly mean: Float64Array | null;
}

/** Most samples that are drawn of either set, and the seed of the draw. */
export interface SubsetSize {
  readonly size: number;
  readonly seed: number;
}

/** Drawn samples of both sets. */
export interface DrawnSets {
  readonly retain: DrawnSet;
  readonly forget: DrawnSet;
  /** Positions of the drawn samples in their sets. */
  readonly draws: { readonly retain: SubsetDraw; readonly forget: SubsetDraw };
}

/** A problem of which a subset of the samples was drawn, without its step size; batch sizes are those of the whole. */
export interface DrawnProblem extends Omit<UnlearningProblem, 'retain' | 'forget'> {
  readonly sets: DrawnSets;
  /** p. */
  readonly parameters: number;
  readonly seed: number;
}

/** Largest p at which the mean curvature of all samples is computed, a p x p matrix. */
export const MEAN_COLUMNS = 2048;

/** The random numbers of a draw. */
export function subsetSource(name: SetName, seed: number): RandomSource {
  return randomSource('subset', name, seed);
}

/** Draws a subset of two sets in memory; with p <= meanColumns the mean curvatures of all samples are kept. */
export function drawnSets(
  sets: { readonly retain: FactorSet; readonly forget: FactorSet },
  { size, seed }: SubsetSize,
  meanColumns: number = MEAN_COLUMNS,
): DrawnSets {
  const [retain, forget] = SET_NAMES.map((name) =>
    drawnSet(sets[name], size, subsetSource(name, seed), meanColumns),
  );
  return {
    retain: retain!.set,
    forget: forget!.set,
    draws: { retain: retain!.draw, forget: forget!.draw },
  };
}

function drawnSet(
  samples: FactorSet,
  size: number,
  random: RandomSource,
  meanColumns: number,
): { set: DrawnSet; draw: SubsetDraw } {
  const { sampleCount: of, dimension } = samples;
  const curvatures = sampleCurvatures(samples);
  const draw = drawSubset(curvatures, size, random);
  const { indices, certain, inclusion } = draw;
  const mean = dimension <= meanColumns && of > 0 ? meanHessian(samples) : null;
  const picked = indices.length === of ? samples : pickedSamples(samples, indices);
  const largestCurvature = largestMagnitude(curvatures);
  return { set: { of, samples: picked, certain, inclusion, largestCurvature, mean }, draw };
}

/** The samples of a set that are taken. */
interface SubsetDraw {
  /** Positions of those that are in for certain, then of the random ones in random order. */
  readonly indices: readonly number[];
  /** Number of those that are in for certain. */
  readonly certain: number;
  /** Inclusion probability of each, 1 for the certain ones. */
  readonly inclusion: Float64Array;
}

/** Samples that are drawn of a larger set at least: fewer have no standard error. */
export const SMALLEST_SUBSET = 20;

/**
 * Draws `size` samples of a set, given lambda_1(H_i) of every sample: large ones with a larger probability, so that
 * a few samples that carry the curvature or its noise cannot be missed.
 *
 * The probabilities are in proportion to 1 + lambda_1(H_i)/mean + lambda_1(H_i)^2/mean square, equal parts of a
 * uniform draw, one by the share in the mean curvature and one by the share in the noise: no sample counts more than
 * three times what it would in the best of the three for its purpose. Drawn by Pareto sampling (Rosen, 1997), which
 * has a fixed size and these probabilities to good approximation.
 */
export function drawSubset(curvatures: Float64Array, size: number, random: RandomSource): SubsetDraw {
  const n = curvatures.length;
  if (size >= n) {
    const indices = Array.from(curvatures.keys());
    return { indices, certain: n, inclusion: new Float64Array(n).fill(1) };
  }
  if (!(size >= SMALLEST_SUBSET)) throw new RangeError(`size must be >= ${SMALLEST_SUBSET}; got ${size}`);
  const probabilities = inclusionProbabilities(curvatures, size);
  const rank = probabilities.map((probability) => {
    const u = random.uniform();
    return probability === 1 ? -1 : ((u / (1 - u)) * (1 - probability)) / probability;
  });
  const order = Array.from(curvatures.keys()).sort((i, j) => rank[i]! - rank[j]! || i - j);
  const indices = order.slice(0, size);
  const certain = indices.filter((i) => probabilities[i] === 1).length;
  shuffle(indices, certain, random);
  return { indices, certain, inclusion: Float64Array.from(indices, (i) => probabilities[i]!) };
}

/**
 * Samples of a set that holds a uniform draw from `of` samples, at most `size` of them, in random order: a uniform draw from
 * the same.
 */
export function thinnedDraw(samples: number, of: number, size: number, random: RandomSource): SubsetDraw {
  const indices = Array.from({ length: samples }, (_, i) => i);
  shuffle(indices, 0, random);
  const drawn = indices.slice(0, size);
  const certain = drawn.length === of ? of : 0;
  return { indices: drawn, certain, inclusion: new Float64Array(drawn.length).fill(drawn.length / of) };
}

/** min(1, c x_i), with c such that their sum is `size`. */
function inclusionProbabilities(curvatures: Float64Array, size: number): Float64Array {
  const n = curvatures.length;
  const largest = largestMagnitude(curvatures) || 1;
  const scaled = curvatures.map((x) => x / largest);
  const mean = scaled.reduce((sum, x) => sum + x, 0) / n || 1;
  const square = scaled.reduce((sum, x) => sum + x * x, 0) / n || 1;
  const shares = scaled.map((x) => 1 + x / mean + (x * x) / square);
  const descending = shares.slice().sort((a, b) => b - a);
  let left = shares.reduce((sum, x) => sum + x, 0);
  let certain = 0;
  while ((size - certain) * descending[certain]! >= left) left -= descending[certain++]!;
  const cut = certain === 0 ? Infinity : descending[certain - 1]!;
  return shares.map((x) => (x >= cut ? 1 : ((size - certain) * x) / left));
}

/** Shuffles all entries from `first` on. */
function shuffle(values: number[], first: number, random: RandomSource): void {
  for (let k = values.length - 1; k > first; k--) {
    const other = first + random.integer(k - first + 1);
    const held = values[k]!;
    values[k] = values[other]!;
    values[other] = held;
  }
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
