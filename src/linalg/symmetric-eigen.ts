import { tridiagonalEigen } from './divide-and-conquer.js';
import { panelSpare, reduceByPanels } from './panel-tridiagonal.js';
import { accumulate, reduce, reduceByRows } from './plain-tridiagonal.js';
import { reflectRows } from './reflections.js';
import { type TridiagonalLoops, tridiagonalLoops } from './tridiagonal-loops.js';
import { eigenBySteps } from './tridiagonal-ql.js';

/** Eigendecomposition A = V diag(values) V^T of a real symmetric matrix. */
export interface SymmetricEigen {
  /** n eigenvalues in ascending order. */
  readonly values: Float64Array;
  /** n x n row-major; row k is the unit eigenvector of `values[k]`. */
  readonly rows: Float64Array;
}

/**
 * Eigendecomposition of a symmetric row-major n x n matrix by way of a tridiagonal one: by `tridiagonalQl`, large ones by
 * `dividedEigen`. Only symmetric input is meaningful; the strictly upper part is not checked.
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  if (n === 0) return { values: new Float64Array(0), rows: new Float64Array(0) };
  if (n === 1) return { values: Float64Array.of(matrix[0]!), rows: Float64Array.of(1) };
  const scale = largestMagnitude(matrix);
  if (scale === 0) return { values: new Float64Array(n), rows: identityMatrix(n) };
  const loops = loopsFor(matrix, n, scale);
  if (n >= DIVIDED) return dividedEigen(loops, n, scale);
  tridiagonalQl(loops, n, true);
  return { values: loops.d.map((x) => x * scale), rows: loops.v.slice() };
}

/** From this order on division wins (docs/speed.md). */
const DIVIDED = 512;

/** From this order on reduction by panels wins: the matrix has left the caches. */
const PANELS = 1500;

/** The same for large matrices, in products: reduction by panels, division of the tridiagonal matrix, and the way back. */
function dividedEigen(loops: TridiagonalLoops, n: number, scale: number): SymmetricEigen {
  const { diagonal, off, scales } = (n < PANELS ? reduceByRows : reduceByPanels)(loops, n);
  const { values, rows } = tridiagonalEigen(diagonal, off);
  const reflections = {
    count: n - 1,
    m: n,
    scales: scales.slice(1).reverse(),
    vectors: loops.v,
    row: (k: number) => n - 1 - k,
    support: (k: number) => [0, n - 1 - k] as const,
  };
  reflectRows(reflections, rows, n);
  return { values: values.map((x) => x * scale), rows: rows.slice() };
}

/** The eigenvalues alone, ascending: the same to the last bit below order 512, to rounding from there on, for less. */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  return eigenvaluesAlone(matrix, n).sort();
}

/** The eigenvalues without the eigenvectors and in no order. */
function eigenvaluesAlone(matrix: Float64Array, n: number): Float64Array {
  if (n < 2) return matrix.slice(0, n);
  const scale = largestMagnitude(matrix);
  if (scale === 0) return new Float64Array(n);
  const loops = loopsFor(matrix, n, scale);
  if (n < PANELS) tridiagonalQl(loops, n, false);
  else {
    const { diagonal, off } = reduceByPanels(loops, n);
    loops.d.set(diagonal);
    loops.e.set(off);
    eigenBySteps(loops, n, false);
  }
  return loops.d.map((x) => x * scale);
}

/** Loops that work on the transpose of the matrix over `scale`. */
function loopsFor(matrix: Float64Array, n: number, scale: number): TridiagonalLoops {
  const loops = tridiagonalLoops(n, n < PANELS ? 0 : panelSpare(n));
  const { v } = loops;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) v[j * n + i] = matrix[i * n + j]! / scale;
  return loops;
}

/** The n x n identity, row-major. */
export function identityMatrix(n: number): Float64Array {
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  return identity;
}

/** max |x|, 0 for an empty array. */
export function largestMagnitude(values: Float64Array): number {
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]!));
  return largest;
}

/** Largest eigenvalue of a symmetric row-major n x n matrix; 0 when n = 0, NaN where an entry is. */
export function largestEigenvalue(matrix: Float64Array, n: number): number {
  const values = eigenvaluesAlone(matrix, n);
  let largest = n === 0 ? 0 : -Infinity;
  for (let k = 0; k < n; k++) largest = Math.max(largest, values[k]!);
  return largest;
}

/** Smallest eigenvalue of a symmetric row-major n x n matrix; 0 when n = 0, NaN where an entry is. */
export function smallestEigenvalue(matrix: Float64Array, n: number): number {
  const values = eigenvaluesAlone(matrix, n);
  let smallest = n === 0 ? 0 : Infinity;
  for (let k = 0; k < n; k++) smallest = Math.min(smallest, values[k]!);
  return smallest;
}

/**
 * Eigenvalues of the symmetric n x n matrix in `v` by Householder tridiagonalisation (tred2 of EISPACK: Martin, Reinsch &
 * Wilkinson 1968) and QL, and the eigenvectors where they are asked for.
 *
 * `d` gets the eigenvalues, ascending with `vectors`, else in no order; with `vectors`, row k of `v` is afterwards the
 * unit eigenvector of the k-th eigenvalue; without, what is left there means nothing.
 */
function tridiagonalQl(loops: TridiagonalLoops, n: number, vectors: boolean): void {
  const { v, d } = loops;
  reduce(loops, n);
  if (vectors) accumulate(loops, n);
  else for (let j = 0; j < n; j++) d[j] = v[j * n + j]!;
  eigenBySteps(loops, n, vectors);
}
