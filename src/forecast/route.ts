import { largestMagnitude } from '../linalg/symmetric-eigen.js';
import { dot } from '../linalg/vectors.js';
import { addWeightedRows, rowsTimesVector } from '../linalg/row-products.js';
import { rowsTimesVectors } from '../linalg/rows-times-vectors.js';
import { streamedGram, type StreamedGramOptions } from '../theory/matrix-source.js';
import {
  heldBytes,
  heldRows,
  type JacobianRows,
  largestStored,
  type OutputSet,
  streamedRows,
} from './output-set.js';

/** Samples of a set in a gradient, with the derivatives of their losses in their outputs. */
export interface OutputGradient {
  /** Number of the set in the list of sets. */
  readonly set: number;
  readonly sample: number;
  /** c_i, c numbers, with the weight of the sample in the step. */
  readonly coefficients: Float64Array;
}

/**
 * How vectors of the parameter space are kept: as they are (p numbers), or by their image under the Jacobian of all sets
 * (one number an output). A training loop takes sums and multiples of them, which are the same in both.
 */
export interface Route {
  readonly name: RouteName;
  /** Numbers of a vector. */
  readonly length: number;
  /** Writes J_i v for samples from .. to-1 of a set to `out` at a place. */
  outputs(set: number, from: number, to: number, vector: Float64Array, out: Float64Array, at?: number): void;
  /**
   * Writes J_i v for the samples of a list and several vectors: a row an output, a number a vector.
   *
   * @param vectors one below the other.
   */
  products(set: number, samples: Int32Array, vectors: Float64Array, out: Float64Array): void;
  /** Vectors that `products` takes at its best. */
  readonly vectorsAtOnce: number;
  /** A bound of the numbers of J v, which reads no row. */
  reach(vector: Float64Array): number;
  /** vector += J_i^T c_i. */
  add(gradient: OutputGradient, vector: Float64Array): void;
  /** |g|^2 of the gradient that is the sum of `parts`. */
  squaredLength(vector: Float64Array, parts: readonly OutputGradient[]): number;
}

export type RouteName = 'jacobian' | 'gram';

/** Samples whose rows are worked on at once where they lie together. */
const SAMPLES_AT_ONCE = 16;

/** Bytes of Jacobians that are kept in memory; larger ones are read row by row where they are needed. */
const MOST_HELD_BYTES = 3 * 2 ** 29;

/** Numbers of the vectors that are multiplied at once, 64 MB, and the most vectors. */
const AT_ONCE = { numbers: 2 ** 23, vectors: 64 };

/** Vectors of p numbers that the route on the Jacobian multiplies at once. */
function vectorsAtOnce(p: number): number {
  return Math.max(1, Math.min(AT_ONCE.vectors, Math.floor(AT_ONCE.numbers / p)));
}

/** The route on the Jacobian itself: a step costs twice the rows of its batches times p. */
export function jacobianRoute(sets: readonly OutputSet[], mostBytes = MOST_HELD_BYTES): Route {
  const inMemory = sets.reduce((sum, { jacobian }) => sum + heldBytes(jacobian), 0) <= mostBytes;
  const all = sets.map(({ jacobian }): JacobianRows => (inMemory ? heldRows : streamedRows)(jacobian));
  const p = sets[0]!.jacobian.columns;
  const largest = Math.max(...sets.map(({ jacobian }) => largestStored(jacobian.dtype)));
  return {
    name: 'jacobian',
    length: p,
    vectorsAtOnce: vectorsAtOnce(p),
    outputs(set, from, to, vector, out, at = 0) {
      const { width } = sets[set]!;
      for (let i = from; i < to; i += SAMPLES_AT_ONCE) {
        const last = Math.min(to, i + SAMPLES_AT_ONCE);
        const rows = all[set]!.read(i, last);
        rowsTimesVector(rows.numbers, rows.at, (last - i) * width, vector, out, at + (i - from) * width);
      }
    },
    products(set, samples, vectors, out) {
      const { numbers, at } = all[set]!.gather(samples);
      rowsTimesVectors(numbers, at, samples.length * sets[set]!.width, vectors, p, out);
    },
    reach: (vector) => largest * vector.reduce((sum, x) => sum + Math.abs(x), 0),
    add({ set, sample, coefficients }, vector) {
      const { numbers, at } = all[set]!.read(sample, sample + 1);
      addWeightedRows(numbers, at, coefficients, vector);
    },
    squaredLength: (vector) => dot(vector, vector),
  };
}

/**
 * The route in output space, on G = J J^T of all outputs: forming it costs (outputs)^2 p, a step then the outputs times the
 * rows of its batches, whatever p is.
 */
export function gramRoute(sets: readonly OutputSet[], options: StreamedGramOptions = {}): Route {
  const gram = streamedGram(
    sets.map(({ jacobian }) => jacobian),
    options,
  );
  const length = Math.sqrt(gram.length);
  const firsts: number[] = [];
  sets.reduce((first, { samples, width }) => (firsts.push(first), first + samples * width), 0);
  const rowOf = (set: number, sample: number): number => firsts[set]! + sample * sets[set]!.width;
  return {
    name: 'gram',
    length,
    // The outputs are there: nothing is won by waiting.
    vectorsAtOnce: 1,
    outputs(set, from, to, vector, out, at = 0) {
      out.set(vector.subarray(rowOf(set, from), rowOf(set, to)), at);
    },
    products(set, samples, vectors, out) {
      const { width } = sets[set]!;
      const many = vectors.length / length;
      samples.forEach((sample, j) => {
        for (let k = 0, from = rowOf(set, sample); k < many; k++, from += length) {
          for (let i = 0; i < width; i++) out[(j * width + i) * many + k] = vectors[from + i]!;
        }
      });
    },
    reach: largestMagnitude,
    add({ set, sample, coefficients }, vector) {
      addWeightedRows(gram, rowOf(set, sample) * length, coefficients, vector);
    },
    squaredLength(vector, parts) {
      let sum = 0;
      for (const { set, sample, coefficients } of parts) {
        const row = rowOf(set, sample);
        for (let k = 0; k < coefficients.length; k++) sum += coefficients[k]! * vector[row + k]!;
      }
      return Math.max(0, sum);
    },
  };
}
