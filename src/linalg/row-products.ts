import { compiledWeightedRows, compiledRowsTimesVector, paysCompiled } from './single-rows.js';

/** Numbers of single or double precision. */
export type Reals = Float32Array | Float64Array;

/** out[at + i] = <row i, x> for the first `count` rows, row-major with x.length columns, from number `from` on. */
export function rowsTimesVector(
  rows: Reals,
  from: number,
  count: number,
  x: Float64Array,
  out: Float64Array,
  at = 0,
): void {
  const p = x.length;
  if (rows instanceof Float32Array && paysCompiled(count, p)) {
    return compiledRowsTimesVector(rows, from, count, x, out, at);
  }
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const a = from + i * p;
    const [b, c, d] = [a + p, a + 2 * p, a + 3 * p];
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let k = 0; k < p; k++) {
      const y = x[k]!;
      s0 += rows[a + k]! * y;
      s1 += rows[b + k]! * y;
      s2 += rows[c + k]! * y;
      s3 += rows[d + k]! * y;
    }
    out[at + i] = s0;
    out[at + i + 1] = s1;
    out[at + i + 2] = s2;
    out[at + i + 3] = s3;
  }
  for (; i < count; i++) {
    const a = from + i * p;
    let sum = 0;
    for (let k = 0; k < p; k++) sum += rows[a + k]! * x[k]!;
    out[at + i] = sum;
  }
}

/** y += sum_i weights[i] row_i, four at once, over all the weights; rows as in `rowsTimesVector`, with y.length columns. */
export function addWeightedRows(rows: Reals, from: number, weights: Float64Array, y: Float64Array): void {
  const p = y.length;
  let i = 0;
  if (rows instanceof Float32Array && paysCompiled(weights.length, p)) {
    i = weights.length - (weights.length % 4);
    compiledWeightedRows(rows, from, weights.subarray(0, i), y);
  }
  for (; i + 4 <= weights.length; i += 4) {
    const a = from + i * p;
    const [b, c, d] = [a + p, a + 2 * p, a + 3 * p];
    const [w0, w1, w2, w3] = [weights[i]!, weights[i + 1]!, weights[i + 2]!, weights[i + 3]!];
    for (let k = 0; k < p; k++) {
      y[k]! += w0 * rows[a + k]! + w1 * rows[b + k]! + w2 * rows[c + k]! + w3 * rows[d + k]!;
    }
  }
  for (; i < weights.length; i++) {
    const a = from + i * p;
    const weight = weights[i]!;
    for (let k = 0; k < p; k++) y[k]! += weight * rows[a + k]!;
  }
}
