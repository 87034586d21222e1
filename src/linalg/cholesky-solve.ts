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
