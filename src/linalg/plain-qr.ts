import { ColumnPivots, reflectorOf } from './column-pivots.js';

/** Reduction of the columns of `a`: R with the reflectors below, and their scales. */
export interface Reduction {
  readonly a: Float64Array;
  readonly scales: readonly number[];
  readonly columns: ColumnPivots;
}

/** Share of the norm when it was computed below which a norm that was carried along is computed anew. */
const CARRIED = 1e-4;

/** Householder reductions with column pivoting, each applied to all columns behind: for small matrices. */
export function reflectOneByOne(a: Float64Array, m: number, n: number, tolerance: number): Reduction {
  const columns = new ColumnPivots(a, m, n);
  const { norms } = columns;
  const scales: number[] = [];
  const steps = Math.min(m, n);
  for (let rank = 0; rank < steps; rank++) {
    let largest = columns.largestFrom(rank);
    if (!(norms[largest]! > tolerance)) {
      // Norms that were carried along are rounded: those of what is cut are taken anew.
      for (let j = rank; j < n; j++) norms[j] = columns.normFrom(j, rank);
      largest = columns.largestFrom(rank);
      if (!(norms[largest]! > tolerance)) break;
    }
    columns.exchange(largest, rank);
    scales.push(reflectColumns(a, m, n, rank));
    for (let j = rank + 1; j < n; j++) {
      if (!columns.carry(j, Math.abs(a[j * m + rank]!), CARRIED)) columns.measure(j, rank + 1);
    }
  }
  return { a, scales, columns };
}

/**
 * Reflects columns k .. n-1 so that column k vanishes below its entry k. There the reflector v stays, scaled to v_k = 1,
 * with the entry of R in place of v_k; returns s of I - s v v^T.
 */
function reflectColumns(a: Float64Array, m: number, n: number, k: number): number {
  const column = a.subarray(k * m + k, (k + 1) * m);
  const s = reflectorOf(column);
  for (let j = k + 1; j < n; j++) reflect(column, s, a.subarray(j * m + k, (j + 1) * m));
  return s;
}

/** x -= s v (v . x), v_0 = 1. */
export function reflect(v: Float64Array, s: number, x: Float64Array): void {
  let along = x[0]!;
  for (let i = 1; i < x.length; i++) along += v[i]! * x[i]!;
  along *= s;
  x[0]! -= along;
  for (let i = 1; i < x.length; i++) x[i]! -= along * v[i]!;
}
