import { panelNumbers, reflectPanels } from './panel-qr.js';
import { reflect, reflectOneByOne, type Reduction } from './plain-qr.js';
import { sharedNumbers } from './product-team.js';
import { reflectRows } from './reflections.js';
import { workingNumbers } from './row-loops.js';

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

/** From so many reflections on panels win: twice as fast at 512, four times at 2,000 (docs/speed.md). */
const BLOCKED = 256;

/**
 * QR factorisation with column pivoting by Householder reflections, of rows in order of falling size: the computed
 * factors are exact for a matrix each row and each column of which is changed by rounding of its own size alone (Cox &
 * Higham, BIT 38, 1998), so that parameters in small units and samples of small curvature keep their digits.
 * Large matrices are reduced a panel at a time, by products (`reflectPanels`).
 *
 * @param matrix m x n, row-major. @param tolerance columns whose rest has at most this norm are cut.
 */
export function pivotedQr(matrix: Float64Array, m: number, n: number, tolerance = 0): PivotedQr {
  const order = rowsBySize(matrix, m, n);
  const { a, scales, columns } =
    Math.min(m, n) < BLOCKED
      ? reflectOneByOne(orderedColumns(matrix, m, n, order, new Float64Array(n * m)), m, n, tolerance)
      : reflectedInPanels(matrix, m, n, order, tolerance);
  const rank = scales.length;
  const { pivots, norms } = columns;
  const triangle = new Float64Array(rank * n);
  for (let k = 0; k < rank; k++) for (let j = k; j < n; j++) triangle[k * n + j] = a[j * m + k]!;
  const steps = Math.min(m, n);
  const cut = rank < steps ? norms.subarray(rank) : new Float64Array(0);
  return {
    rank,
    pivots,
    triangle,
    left: cut.reduce((x, y) => Math.max(x, y), 0),
    leftColumns: Math.min(steps - rank, cut.filter((x) => x > 0).length),
    orthonormal: () =>
      (rank < BLOCKED ? orthonormalColumns : orthonormalByBlocks)(
        a,
        m,
        rank,
        Float64Array.from(scales),
        order,
      ),
  };
}

/** Row j of `a` becomes column j, with its rows in that order. */
function orderedColumns(
  matrix: Float64Array,
  m: number,
  n: number,
  order: Int32Array,
  a: Float64Array,
): Float64Array {
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) a[j * m + i] = matrix[order[i]! * n + j]!;
  return a;
}

function reflectedInPanels(
  matrix: Float64Array,
  m: number,
  n: number,
  order: Int32Array,
  tolerance: number,
): Reduction {
  const working = workingNumbers(panelNumbers(m, n));
  orderedColumns(matrix, m, n, order, working);
  const { scales, columns } = reflectPanels(working, m, n, tolerance);
  // The memory is taken again by others.
  return { a: working.slice(0, n * m), scales, columns };
}

function rowsBySize(matrix: Float64Array, m: number, n: number): Int32Array {
  const sizes = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) sizes[i] = Math.max(sizes[i]!, Math.abs(matrix[i * n + j]!));
  }
  return Int32Array.from({ length: m }, (_, i) => i).sort((i, j) => sizes[j]! - sizes[i]! || i - j);
}

/** The first columns of the product of the reflections, with the rows back in their places. */
function orthonormalColumns(
  a: Float64Array,
  m: number,
  rank: number,
  scales: Float64Array,
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

/** The same by products, for many reflections. */
function orthonormalByBlocks(
  a: Float64Array,
  m: number,
  rank: number,
  scales: Float64Array,
  order: Int32Array,
): Float64Array {
  const vectors = a.slice(0, rank * m);
  const x = sharedNumbers(rank * m);
  for (let k = 0; k < rank; k++) vectors[k * m + k] = x[k * m + k] = 1;
  const reflections = {
    count: rank,
    m,
    scales,
    vectors,
    row: (k: number) => k,
    support: (k: number) => [k, m] as const,
  };
  reflectRows(reflections, x, rank, (k) => k);
  const q = new Float64Array(m * rank);
  for (let i = 0; i < m; i++) for (let j = 0; j < rank; j++) q[order[i]! * rank + j] = x[j * m + i]!;
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
