import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import type { FactorAccuracy } from './rank.js';

/**
 * Samples of one set as curvature factors: sample i has H_i = sum of f f^T over its factor vectors,
 * the rows offsets[i] .. offsets[i+1]-1 of `factors`.
 *
 * For squared loss and a scalar output the one factor is the per-sample gradient of the output; for
 * other losses the factors are the columns of J_i^T Lambda_i^{1/2} (generalised Gauss-Newton).
 */
export interface FactorSet {
  /** Length p of every factor vector. */
  readonly dimension: number;
  readonly sampleCount: number;
  /** sampleCount + 1 row indices. */
  readonly offsets: Int32Array;
  /** factorCount x dimension, row-major. */
  readonly factors: Float64Array;
  /** Default: that of doubles. */
  readonly accuracy?: FactorAccuracy;
}

/** A set from nested lists: `samples[i]` is the list of factor vectors of sample i, each of length `dimension`. */
export function factorSet(
  samples: readonly (readonly (readonly number[])[])[],
  dimension: number,
): FactorSet {
  const offsets = new Int32Array(samples.length + 1);
  samples.forEach((vectors, i) => (offsets[i + 1] = offsets[i]! + vectors.length));
  const factors = new Float64Array(offsets[samples.length]! * dimension);
  samples.flat().forEach((vector, row) => {
    if (vector.length !== dimension) {
      throw new RangeError(`factor vectors must have length ${dimension}; got ${vector.length}`);
    }
    factors.set(vector, row * dimension);
  });
  return { dimension, sampleCount: samples.length, offsets, factors };
}

/** A set of rank-one samples: row i of the row-major n x p matrix is the factor of sample i. */
export function rankOneSet(rows: Float64Array, dimension: number): FactorSet {
  return uniformSet(rows, dimension, dimension === 0 ? 0 : rows.length / dimension, 1);
}

/** A set of n samples with c factors each: row i c + k of the row-major n c x p matrix is factor k of sample i. */
export function uniformSet(
  factors: Float64Array,
  dimension: number,
  sampleCount: number,
  factorsPerSample: number,
): FactorSet {
  const offsets = Int32Array.from({ length: sampleCount + 1 }, (_, i) => i * factorsPerSample);
  return { dimension, sampleCount, offsets, factors };
}

/** The set without samples. */
export function emptySet(dimension: number): FactorSet {
  return { dimension, sampleCount: 0, offsets: new Int32Array(1), factors: new Float64Array(0) };
}

/** Number of factor vectors of the whole set. */
export function factorCount(set: FactorSet): number {
  return set.offsets[set.sampleCount]!;
}

/** True if every sample has exactly one factor vector. */
export function isRankOne(set: FactorSet): boolean {
  return set.offsets.every((offset, i) => offset === i);
}

/** The set in the coordinates of r orthonormal vectors, the rows of a row-major r x p basis: f becomes its r inner products. */
export function setInBasis(set: FactorSet, basis: Float64Array, r: number): FactorSet {
  const factors = multiplyTransposed(set.factors, factorCount(set), basis, r, set.dimension);
  return { ...set, dimension: r, factors };
}

/** The set with parameter j in units of its own: entry j of every factor times scales[j]. */
export function scaledSet(set: FactorSet, scales: readonly number[]): FactorSet {
  return { ...set, factors: set.factors.map((x, k) => x * scales[k % set.dimension]!) };
}

/** The factor vectors of sample i as nested lists, for files and messages. */
export function sampleFactors(set: FactorSet, i: number): number[][] {
  const { dimension, offsets, factors } = set;
  const vectors: number[][] = [];
  for (let row = offsets[i]!; row < offsets[i + 1]!; row++) {
    vectors.push(Array.from(factors.subarray(row * dimension, (row + 1) * dimension)));
  }
  return vectors;
}
