import { tridiagonalQl } from './tridiagonal-ql.js';

/** Eigendecomposition A = V diag(values) V^T of a real symmetric matrix. */
export interface SymmetricEigen {
  /** n eigenvalues in ascending order. */
  readonly values: Float64Array;
  /** n x n row-major; row k is the unit eigenvector of `values[k]`. */
  readonly rows: Float64Array;
}

/**
 * Eigendecomposition of a symmetric row-major n x n matrix by `tridiagonalQl`. Only symmetric input is
 * meaningful; the strictly upper part is not checked.
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  if (n === 0) return { values: new Float64Array(0), rows: new Float64Array(0) };
  if (n === 1) return { values: Float64Array.of(matrix[0]!), rows: Float64Array.of(1) };
  const scale = largestMagnitude(matrix);
  if (scale === 0) return { values: new Float64Array(n), rows: identityMatrix(n) };
  const rows = scaledDown(matrix, n, scale);
  const values = tridiagonalQl(rows, n, true);
  for (let k = 0; k < n; k++) values[k]! *= scale;
  return { values, rows };
}

/** The same eigenvalues, to the last bit, without the eigenvectors and in no order: for a third of the cost. */
function eigenvaluesAlone(matrix: Float64Array, n: number): Float64Array {
  if (n < 2) return matrix.slice(0, n);
  const scale = largestMagnitude(matrix);
  if (scale === 0) return new Float64Array(n);
  const values = tridiagonalQl(scaledDown(matrix, n, scale), n, false);
  for (let k = 0; k < n; k++) values[k]! *= scale;
  return values;
}

function scaledDown(matrix: Float64Array, n: number, scale: number): Float64Array {
  const scaled = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) scaled[j * n + i] = matrix[i * n + j]! / scale;
  return scaled;
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
