import { factorCount, type FactorSet } from '../theory/problem.js';
import type { PerSampleModel } from './per-sample-model.js';

/**
 * The quadratic model of given curvature: l_i(w) = |F_i^T (w - w*)|^2 / 2, so grad l_i(w*) = 0 and
 * H_i = F_i F_i^T everywhere.
 *
 * @param minimiser w*, of the dimension of the factors.
 */
export function factorQuadratic(set: FactorSet, minimiser: Float64Array): PerSampleModel {
  const { dimension, offsets, factors } = set;
  const ofBatch = batchGradient(set);
  const displacement = new Float64Array(dimension);
  const projection = (w: Float64Array, row: number): number => {
    let sum = 0;
    for (let a = 0; a < dimension; a++) sum += factors[row * dimension + a]! * (w[a]! - minimiser[a]!);
    return sum;
  };
  return {
    sampleCount: set.sampleCount,
    parameterCount: dimension,
    loss(w, i) {
      let sum = 0;
      for (let row = offsets[i]!; row < offsets[i + 1]!; row++) sum += projection(w, row) ** 2;
      return sum / 2;
    },
    addGradient(w, i, scale, out) {
      for (let row = offsets[i]!; row < offsets[i + 1]!; row++) {
        const push = scale * projection(w, row);
        for (let a = 0; a < dimension; a++) out[a]! += push * factors[row * dimension + a]!;
      }
    },
    addBatchGradient(w, { indices, size }, scale, out) {
      for (let a = 0; a < dimension; a++) displacement[a] = w[a]! - minimiser[a]!;
      ofBatch(displacement, indices, size, scale, out);
    },
  };
}

/**
 * out += scale * sum_i F_i F_i^T x over the first `size` of `indices`, added up in that order.
 *
 * @param x r numbers, as is `out`.
 */
type BatchGradient = (
  x: Float64Array,
  indices: Int32Array,
  size: number,
  scale: number,
  out: Float64Array,
) => void;

/**
 * The gradients of a batch of quadratic samples |F_i^T x|^2 / 2, where a simulation spends most of its time. With up
 * to eight coordinates x and the sum stay in registers while the batch runs; the coordinates that are missing count
 * as zeros, which changes no sum by a bit.
 */
function batchGradient(set: FactorSet): BatchGradient {
  if (set.dimension <= 4) return fourWide(set);
  if (set.dimension <= 8) return eightWide(set);
  return ofAnyWidth(set);
}

function ofAnyWidth({ dimension, offsets, factors }: FactorSet): BatchGradient {
  return (x, indices, size, scale, out) => {
    for (let k = 0; k < size; k++) {
      const i = indices[k]!;
      const end = offsets[i + 1]! * dimension;
      for (let from = offsets[i]! * dimension; from < end; from += dimension) {
        let along = 0;
        for (let a = 0, f = from; a < dimension; a++, f++) along += factors[f]! * x[a]!;
        const push = scale * along;
        for (let a = 0, f = from; a < dimension; a++, f++) out[a]! += push * factors[f]!;
      }
    }
  };
}

function fourWide(set: FactorSet): BatchGradient {
  const { offsets } = set;
  const rows = paddedRows(set, 4);
  return (x, indices, size, scale, out) => {
    const x0 = entry(x, 0);
    const x1 = entry(x, 1);
    const x2 = entry(x, 2);
    const x3 = entry(x, 3);
    let s0 = entry(out, 0);
    let s1 = entry(out, 1);
    let s2 = entry(out, 2);
    let s3 = entry(out, 3);
    for (let k = 0; k < size; k++) {
      const i = indices[k]!;
      const end = 4 * offsets[i + 1]!;
      for (let f = 4 * offsets[i]!; f < end; f += 4) {
        const f0 = rows[f]!;
        const f1 = rows[f + 1]!;
        const f2 = rows[f + 2]!;
        const f3 = rows[f + 3]!;
        const push = scale * (f0 * x0 + f1 * x1 + f2 * x2 + f3 * x3);
        s0 += push * f0;
        s1 += push * f1;
        s2 += push * f2;
        s3 += push * f3;
      }
    }
    setEntry(out, 0, s0);
    setEntry(out, 1, s1);
    setEntry(out, 2, s2);
    setEntry(out, 3, s3);
  };
}

function eightWide(set: FactorSet): BatchGradient {
  const { offsets } = set;
  const rows = paddedRows(set, 8);
  return (x, indices, size, scale, out) => {
    const x0 = entry(x, 0);
    const x1 = entry(x, 1);
    const x2 = entry(x, 2);
    const x3 = entry(x, 3);
    const x4 = entry(x, 4);
    const x5 = entry(x, 5);
    const x6 = entry(x, 6);
    const x7 = entry(x, 7);
    let s0 = entry(out, 0);
    let s1 = entry(out, 1);
    let s2 = entry(out, 2);
    let s3 = entry(out, 3);
    let s4 = entry(out, 4);
    let s5 = entry(out, 5);
    let s6 = entry(out, 6);
    let s7 = entry(out, 7);
    for (let k = 0; k < size; k++) {
      const i = indices[k]!;
      const end = 8 * offsets[i + 1]!;
      for (let f = 8 * offsets[i]!; f < end; f += 8) {
        const f0 = rows[f]!;
        const f1 = rows[f + 1]!;
        const f2 = rows[f + 2]!;
        const f3 = rows[f + 3]!;
        const f4 = rows[f + 4]!;
        const f5 = rows[f + 5]!;
        const f6 = rows[f + 6]!;
        const f7 = rows[f + 7]!;
        const along = f0 * x0 + f1 * x1 + f2 * x2 + f3 * x3 + f4 * x4 + f5 * x5 + f6 * x6 + f7 * x7;
        const push = scale * along;
        s0 += push * f0;
        s1 += push * f1;
        s2 += push * f2;
        s3 += push * f3;
        s4 += push * f4;
        s5 += push * f5;
        s6 += push * f6;
        s7 += push * f7;
      }
    }
    setEntry(out, 0, s0);
    setEntry(out, 1, s1);
    setEntry(out, 2, s2);
    setEntry(out, 3, s3);
    setEntry(out, 4, s4);
    setEntry(out, 5, s5);
    setEntry(out, 6, s6);
    setEntry(out, 7, s7);
  };
}

/** The factors with every row filled up with zeros to `width` numbers. */
function paddedRows(set: FactorSet, width: number): Float64Array {
  const { dimension, factors } = set;
  const count = factorCount(set);
  const rows = new Float64Array(count * width);
  for (let row = 0; row < count; row++) {
    rows.set(factors.subarray(row * dimension, (row + 1) * dimension), row * width);
  }
  return rows;
}

function entry(x: Float64Array, a: number): number {
  return a < x.length ? x[a]! : 0;
}

function setEntry(x: Float64Array, a: number, value: number): void {
  if (a < x.length) x[a] = value;
}
