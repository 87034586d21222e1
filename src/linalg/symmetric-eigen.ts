import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Eigendecomposition A = V diag(values) V^T of a real symmetric matrix. */
export interface SymmetricEigen {
  /** n eigenvalues in ascending order. */
  readonly values: Float64Array;
  /** n x n row-major; row k is the unit eigenvector of `values[k]`. */
  readonly rows: Float64Array;
}

/**
 * Eigendecomposition of a symmetric row-major n x n matrix by Householder tridiagonalisation and
 * implicit QL (ml-matrix). Only symmetric input is meaningful; the strictly upper part is not checked.
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  if (n === 0) return { values: new Float64Array(0), rows: new Float64Array(0) };
  if (n === 1) return { values: Float64Array.of(matrix[0]!), rows: Float64Array.of(1) };
  const scale = largestMagnitude(matrix);
  if (scale === 0) return { values: new Float64Array(n), rows: identityMatrix(n) };
  const input = new Matrix(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) input.set(i, j, matrix[i * n + j]! / scale);
  const decomposition = new EigenvalueDecomposition(input, { assumeSymmetric: true });
  const order = decomposition.realEigenvalues
    .map((value, index) => ({ value, index }))
    .sort((x, y) => x.value - y.value);
  const vectors = decomposition.eigenvectorMatrix;
  const values = new Float64Array(n);
  const rows = new Float64Array(n * n);
  order.forEach(({ value, index }, k) => {
    values[k] = value * scale;
    for (let i = 0; i < n; i++) rows[k * n + i] = vectors.get(i, index);
  });
  return { values, rows };
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
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}

/** Largest eigenvalue of a symmetric row-major n x n matrix; 0 when n = 0. */
export function largestEigenvalue(matrix: Float64Array, n: number): number {
  return symmetricEigen(matrix, n).values.at(-1) ?? 0;
}

/** Smallest eigenvalue of a symmetric row-major n x n matrix; 0 when n = 0. */
export function smallestEigenvalue(matrix: Float64Array, n: number): number {
  return symmetricEigen(matrix, n).values[0] ?? 0;
}
