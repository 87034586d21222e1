import { norm } from './vectors.js';

/** A P = Q R of an m x n matrix, cut where the rest is at most a tolerance. */
export interface PivotedQr {
  /** k: rows of R. */
  readonly rank: number;
  /** Column j of A P is column pivots[j] of A. */
  readonly pivots: Int32Array;
  /** R, k x n, upper trapezoidal, row-major; its columns are those of A P. */
  readonly triangle: Float64Array;
  /** Norm of the largest column of what is cut, at most the tolerance; 0 if nothing is. */
  readonly left: number;
  /** Columns that are cut and are not exactly zero. */
  readonly leftColumns: number;
  /** Q, m x k, row-major, with orthonormal columns. */
  orthonormal(): Float64Array;
}

/**
 * QR factorisation with column pivoting by Householder reflections, of rows in order of falling size: the computed
 * factors are exact for a matrix each row and each column of which is changed by rounding of its own size alone (Cox &
 * Higham, BIT 38, 1998), so that parameters in small units and samples of small curvature keep their digits.
 *
 * @param matrix m x n, row-major. @param tolerance columns whose rest has at most this norm are cut.
 */
export function pivotedQr(matrix: Float64Array, m: number, n: number, tolerance = 0): PivotedQr {
  const order = rowsBySize(matrix, m, n);
  // Row j is column j, with its rows in that order.
  const a = new Float64Array(n * m);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) a[j * m + i] = matrix[order[i]! * n + j]!;
  const pivots = Int32Array.from({ length: n }, (_, j) => j);
  const norms = Float64Array.from({ length: n }, (_, j) => norm(a.subarray(j * m, (j + 1) * m)));
  const fresh = norms.slice();
  const scales: number[] = [];
  const steps = Math.min(m, n);
  let rank = 0;
  for (; rank < steps; rank++) {
    const largest = largestFrom(norms, rank);
    if (!(norms[largest]! > tolerance)) {
      // Norms that were carried along are rounded: those of what is cut are taken anew.
      for (let j = rank; j < n; j++) norms[j] = norm(a.subarray(j * m + rank, (j + 1) * m));
      const again = largestFrom(norms, rank);
      if (!(norms[again]! > tolerance)) break;
      exchange(again);
    } else exchange(largest);
    scales.push(reflectColumns(a, m, n, rank));
    for (let j = rank + 1; j < n; j++) {
      norms[j] = carriedNorm(norms[j]!, fresh[j]!, Math.abs(a[j * m + rank]!));
      if (norms[j]! >= 0) continue;
      norms[j] = fresh[j] = norm(a.subarray(j * m + rank + 1, (j + 1) * m));
    }
  }
  const triangle = new Float64Array(rank * n);
  for (let k = 0; k < rank; k++) for (let j = k; j < n; j++) triangle[k * n + j] = a[j * m + k]!;
  const cut = rank < steps ? norms.subarray(rank) : new Float64Array(0);
  return {
    rank,
    pivots,
    triangle,
    left: cut.reduce((x, y) => Math.max(x, y), 0),
    leftColumns: Math.min(steps - rank, cut.filter((x) => x > 0).length),
    orthonormal: () => orthonormalColumns(a, m, rank, scales, order),
  };

  /** Puts a column in the next place. */
  function exchange(j: number): void {
    if (j === rank) return;
    const [first, second] = [rank * m, j * m];
    const held = a.slice(first, first + m);
    a.copyWithin(first, second, second + m);
    a.set(held, second);
    for (const list of [pivots, norms, fresh]) [list[rank], list[j]] = [list[j]!, list[rank]!];
  }
}

function rowsBySize(matrix: Float64Array, m: number, n: number): Int32Array {
  const sizes = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) sizes[i] = Math.max(sizes[i]!, Math.abs(matrix[i * n + j]!));
  }
  return Int32Array.from({ length: m }, (_, i) => i).sort((i, j) => sizes[j]! - sizes[i]! || i - j);
}

function largestFrom(norms: Float64Array, from: number): number {
  let largest = from;
  for (let j = from + 1; j < norms.length; j++) if (norms[j]! > norms[largest]!) largest = j;
  return largest;
}

/** Share of the norm when it was computed below which a norm that was carried along is computed anew. */
const CARRIED = 1e-4;

/** sqrt(norm^2 - removed^2), or -1 where too much has cancelled. */
function carriedNorm(before: number, fresh: number, removed: number): number {
  if (before === 0) return 0;
  const ratio = removed / before;
  const after = before * Math.sqrt(Math.max(0, (1 - ratio) * (1 + ratio)));
  return after > CARRIED * fresh ? after : -1;
}

/**
 * Reflects columns k .. n-1 so that column k vanishes below its entry k. There the reflector v stays, scaled to v_k = 1,
 * with the entry of R in place of v_k; returns s of I - s v v^T.
 */
function reflectColumns(a: Float64Array, m: number, n: number, k: number): number {
  const column = a.subarray(k * m + k, (k + 1) * m);
  const length = norm(column);
  const first = column[0]!;
  const diagonal = first > 0 ? -length : length;
  const pivot = first - diagonal;
  for (let i = 1; i < column.length; i++) column[i]! /= pivot;
  column[0] = diagonal;
  const s = -pivot / diagonal;
  for (let j = k + 1; j < n; j++) reflect(column, s, a.subarray(j * m + k, (j + 1) * m));
  return s;
}

/** x -= s v (v . x), v_0 = 1. */
function reflect(v: Float64Array, s: number, x: Float64Array): void {
  let along = x[0]!;
  for (let i = 1; i < x.length; i++) along += v[i]! * x[i]!;
  along *= s;
  x[0]! -= along;
  for (let i = 1; i < x.length; i++) x[i]! -= along * v[i]!;
}

/** The first columns of the product of the reflections, with the rows back in their places. */
function orthonormalColumns(
  a: Float64Array,
  m: number,
  rank: number,
  scales: readonly number[],
  order: Int32Array,
): Float64Array {
  const q = new Float64Array(m * rank);
  const x = new Float64Array(m);
  for (let j = 0; j < rank; j++) {
    x.fill(0);
    x[j] = 1;
    for (let k = j; k >= 0; k--) reflect(a.subarray(k * m + k, (k + 1) * m), scales[k]!, x.subarray(k));
    for (let i = 0; i < m; i++) q[order[i]! * rank + j] = x[i]!;
  }
  return q;
}

/**
 * Solution of A x = b for a symmetric positive definite row-major n x n matrix, by its Cholesky factor.
 *
 * @param smallestPivot a pivot that is not above it means that A is singular.
 * @returns null if A is.
 */
export function choleskySolve(
  matrix: Float64Array,
  rightSide: Float64Array,
  smallestPivot = 0,
): Float64Array | null {
  const n = rightSide.length;
  const lower = matrix.slice();
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let entry = lower[i * n + j]!;
      for (let k = 0; k < j; k++) entry -= lower[i * n + k]! * lower[j * n + k]!;
      if (i > j) lower[i * n + j] = entry / lower[j * n + j]!;
      else if (entry > smallestPivot) lower[j * n + j] = Math.sqrt(entry);
      else return null;
    }
  }
  const x = rightSide.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i * n + k]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= lower[k * n + i]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  return x;
}
