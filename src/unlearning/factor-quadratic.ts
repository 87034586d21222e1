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
  let displacement = new Float64Array(0);
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
      if (displacement.length !== w.length) displacement = new Float64Array(w.length);
      for (let from = 0; from < w.length; from += dimension) {
        for (let a = 0; a < dimension; a++) displacement[from + a] = w[from + a]! - minimiser[a]!;
      }
      ofBatch(displacement, indices, size, scale, out);
    },
    gradientRows(w, scale) {
      const rows = new Float64Array(factorCount(set) * w.length);
      for (let k = 0; k < rows.length; k += dimension) {
        const row = Math.floor(k / w.length);
        const push = scale * projection(w.subarray(k % w.length), row);
        for (let a = 0; a < dimension; a++) rows[k + a] = push * factors[row * dimension + a]!;
      }
      return { rows, offsets };
    },
  };
}

/**
 * out += scale * sum_i F_i F_i^T x over the first `size` of `indices`, added up in that order, for one or several x.
 *
 * @param x m x r, as is `out`.
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
 * to four coordinates x and the sum stay in registers while the batch runs; the coordinates that are missing count
 * as zeros, which changes no sum by a bit. With more, four x go through the batch together.
 */
function batchGradient(set: FactorSet): BatchGradient {
  const { dimension } = set;
  if (dimension <= 4) return fourWide(set);
  const [single, four] = [oneAtATime(set), fourAtATime(set)];
  return (x, indices, size, scale, out) => {
    for (let from = 0; from < x.length; from += 4 * dimension) {
      if (x.length - from > dimension) four(x, from, indices, size, scale, out);
      else single(x, from, indices, size, scale, out);
    }
  };
}

/** The same for the x that starts at entry `from`, or for those that start there, up to four. */
type GradientsFrom = (
  x: Float64Array,
  from: number,
  indices: Int32Array,
  size: number,
  scale: number,
  out: Float64Array,
) => void;

function oneAtATime({ dimension, offsets, factors }: FactorSet): GradientsFrom {
  let starts: Int32Array = new Int32Array(4);
  return (x, from, indices, size, scale, out) => {
    let count = 0;
    for (let k = 0; k < size; k++) {
      const i = indices[k]!;
      const end = offsets[i + 1]! * dimension;
      for (let start = offsets[i]! * dimension; start < end; start += dimension) {
        if (count === starts.length) starts = doubled(starts);
        starts[count++] = start;
      }
    }
    let next = 0;
    for (; next + 4 <= count; next += 4) addFour(x, from, starts, next, scale, out);
    for (; next < count; next++) {
      const start = starts[next]!;
      let along = 0;
      for (let a = 0; a < dimension; a++) along += factors[start + a]! * x[from + a]!;
      const push = scale * along;
      for (let a = 0; a < dimension; a++) out[from + a]! += push * factors[start + a]!;
    }
  };

  /** Four factors at once: their products with x do not wait for each other, and are added in their order. */
  function addFour(
    x: Float64Array,
    from: number,
    starts: Int32Array,
    next: number,
    scale: number,
    out: Float64Array,
  ): void {
    const f0 = starts[next]!;
    const f1 = starts[next + 1]!;
    const f2 = starts[next + 2]!;
    const f3 = starts[next + 3]!;
    let p0 = 0;
    let p1 = 0;
    let p2 = 0;
    let p3 = 0;
    for (let a = 0; a < dimension; a++) {
      const y = x[from + a]!;
      p0 += factors[f0 + a]! * y;
      p1 += factors[f1 + a]! * y;
      p2 += factors[f2 + a]! * y;
      p3 += factors[f3 + a]! * y;
    }
    p0 *= scale;
    p1 *= scale;
    p2 *= scale;
    p3 *= scale;
    for (let a = 0; a < dimension; a++) {
      let sum = out[from + a]! + p0 * factors[f0 + a]!;
      sum += p1 * factors[f1 + a]!;
      sum += p2 * factors[f2 + a]!;
      out[from + a] = sum + p3 * factors[f3 + a]!;
    }
  }
}

/** The array with as much room again. */
function doubled(numbers: Int32Array): Int32Array {
  return Int32Array.from({ length: 2 * numbers.length }, (_, k) => numbers[k] ?? 0);
}

/** Interleaved: entry 4a + j is coordinate a of number j. Zeros at both ends of a factor, as on an axis, are passed over. */
function fourAtATime(set: FactorSet): GradientsFrom {
  const { dimension, offsets, factors } = set;
  const { begins, ends } = supports(set);
  const x4 = new Float64Array(4 * dimension);
  const s4 = new Float64Array(4 * dimension);
  return (x, from, indices, size, scale, out) => {
    const here = Math.min(4 * dimension, x.length - from);
    for (let k = 0, j = 0; k < here; j++) {
      for (let t = j; t < 4 * dimension; t += 4, k++) {
        x4[t] = x[from + k]!;
        s4[t] = out[from + k]!;
      }
    }
    for (let k = 0; k < size; k++) {
      const i = indices[k]!;
      const last = offsets[i + 1]!;
      for (let row = offsets[i]!; row < last; row++) {
        const begin = begins[row]!;
        const end = ends[row]!;
        const first = 4 * (begin - row * dimension);
        let p0 = 0;
        let p1 = 0;
        let p2 = 0;
        let p3 = 0;
        for (let f = begin, t = first; f < end; f++, t += 4) {
          const factor = factors[f]!;
          p0 += factor * x4[t]!;
          p1 += factor * x4[t + 1]!;
          p2 += factor * x4[t + 2]!;
          p3 += factor * x4[t + 3]!;
        }
        p0 *= scale;
        p1 *= scale;
        p2 *= scale;
        p3 *= scale;
        for (let f = begin, t = first; f < end; f++, t += 4) {
          const factor = factors[f]!;
          s4[t]! += p0 * factor;
          s4[t + 1]! += p1 * factor;
          s4[t + 2]! += p2 * factor;
          s4[t + 3]! += p3 * factor;
        }
      }
    }
    for (let k = 0, j = 0; k < here; j++) {
      for (let t = j; t < 4 * dimension; t += 4, k++) out[from + k] = s4[t]!;
    }
  };
}

/** The entries of `factors` between which those of each factor are not zero. */
function supports(set: FactorSet): { begins: Int32Array; ends: Int32Array } {
  const { dimension, factors } = set;
  const begins = new Int32Array(factorCount(set));
  const ends = new Int32Array(begins.length);
  begins.forEach((_, row) => {
    let begin = row * dimension;
    let end = begin + dimension;
    while (end > begin && factors[end - 1] === 0) end--;
    while (end > begin && factors[begin] === 0) begin++;
    begins[row] = begin;
    ends[row] = end;
  });
  return { begins, ends };
}

function fourWide(set: FactorSet): BatchGradient {
  const { dimension, offsets } = set;
  const rows = fourWideRows(set);
  const entry = (x: Float64Array, from: number, a: number): number => (a < dimension ? x[from + a]! : 0);
  return (x, indices, size, scale, out) => {
    for (let from = 0; from < x.length; from += dimension) {
      const x0 = x[from]!;
      const x1 = entry(x, from, 1);
      const x2 = entry(x, from, 2);
      const x3 = entry(x, from, 3);
      let s0 = out[from]!;
      let s1 = entry(out, from, 1);
      let s2 = entry(out, from, 2);
      let s3 = entry(out, from, 3);
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
      out[from] = s0;
      if (dimension > 1) out[from + 1] = s1;
      if (dimension > 2) out[from + 2] = s2;
      if (dimension > 3) out[from + 3] = s3;
    }
  };
}

/** The factors, each filled up with zeros to four numbers. */
function fourWideRows(set: FactorSet): Float64Array {
  const { dimension, factors } = set;
  const count = factorCount(set);
  const rows = new Float64Array(4 * count);
  for (let row = 0; row < count; row++) {
    rows.set(factors.subarray(row * dimension, (row + 1) * dimension), 4 * row);
  }
  return rows;
}

/**
 * The quadratic model of a minimum that does not fit: l_i(w) = |F_i^T (w - w*)|^2 / 2 + <g_i, w - w*>, so grad l_i(w*) =
 * g_i.
 *
 * @param gradients n x r, row-major.
 */
export function tiltedQuadratic(
  set: FactorSet,
  minimiser: Float64Array,
  gradients: Float64Array,
): PerSampleModel {
  const { dimension: r } = set;
  const flat = factorQuadratic(set, minimiser);
  const { sampleCount, parameterCount } = flat;
  return {
    sampleCount,
    parameterCount,
    loss(w, i) {
      let along = 0;
      for (let a = 0; a < r; a++) along += gradients[i * r + a]! * (w[a]! - minimiser[a]!);
      return flat.loss(w, i) + along;
    },
    addGradient(w, i, scale, out) {
      flat.addGradient(w, i, scale, out);
      for (let a = 0; a < r; a++) out[a]! += scale * gradients[i * r + a]!;
    },
  };
}
