import { rowsTimesVector } from './row-products.js';

/** Inner product of two vectors of equal length. */
export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}

/** Euclidean norm, safe against overflow of the squares. */
export function norm(x: Float64Array): number {
  const squared = dot(x, x);
  if (squared > 1e-280 && squared < 1e280) return Math.sqrt(squared);
  let scale = 0;
  for (const value of x) scale = Math.max(scale, Math.abs(value));
  if (scale === 0 || !Number.isFinite(scale)) return scale;
  let sum = 0;
  for (const value of x) sum += (value / scale) ** 2;
  return scale * Math.sqrt(sum);
}

/** y += a x. */
export function addScaled(y: Float64Array, a: number, x: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += a * x[i]!;
}

/** out += a u u^T, r x r, for the r numbers u of `rows` from number `from` on. */
export function addRankOne(out: Float64Array, a: number, rows: Float64Array, r: number, from = 0): void {
  for (let i = 0; i < r; i++) {
    for (let j = 0; j < r; j++) out[i * r + j]! += a * rows[from + i]! * rows[from + j]!;
  }
}

/** x *= a. */
export function scale(x: Float64Array, a: number): void {
  for (let i = 0; i < x.length; i++) x[i]! *= a;
}

/** x/a. In a loop, as `map` allocates every number that its function returns. */
export function divided(x: Float64Array, a: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) out[i] = x[i]! / a;
  return out;
}

/** Transpose of a row-major m x n matrix, as n x m. */
export function transpose(matrix: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = matrix[i * n + j]!;
  return out;
}

/** A x for a row-major m x n matrix A and a vector x of length n; each entry is summed from left to right. */
export function matrixTimesVector(
  matrix: Float64Array,
  x: Float64Array,
  out: Float64Array = new Float64Array(matrix.length / x.length),
): Float64Array {
  rowsTimesVector(matrix, 0, out.length, x, out);
  return out;
}

/** x^T A x for a row-major n x n matrix A and a vector x of length n. */
export function quadraticForm(matrix: Float64Array, x: Float64Array): number {
  const n = x.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let row = 0;
    for (let j = 0; j < n; j++) row += matrix[i * n + j]! * x[j]!;
    sum += x[i]! * row;
  }
  return sum;
}

/** Trace of a row-major n x n matrix. */
export function trace(matrix: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += matrix[i * n + i]!;
  return sum;
}

/*
 * Symmetric r x r matrices as vectors of length r(r+1)/2: the lower triangle row by row, off-diagonal
 * entries times sqrt(2), so that inner products are kept. Eigenvalue iterations on such vectors cannot
 * leave the space of symmetric matrices by rounding.
 */

/** r(r+1)/2. */
function packedLength(r: number): number {
  return (r * (r + 1)) / 2;
}

/** Vector of a symmetric matrix; only its lower triangle is read. */
export function packSymmetric(
  matrix: Float64Array,
  r: number,
  out: Float64Array = new Float64Array(packedLength(r)),
): Float64Array {
  for (let a = 0, k = 0; a < r; a++) {
    for (let b = 0; b < a; b++) out[k++] = Math.SQRT2 * matrix[a * r + b]!;
    out[k++] = matrix[a * r + a]!;
  }
  return out;
}

/** The symmetric matrix of a vector. */
export function unpackSymmetric(
  packed: Float64Array,
  r: number,
  out: Float64Array = new Float64Array(r * r),
): Float64Array {
  for (let a = 0, k = 0; a < r; a++) {
    for (let b = 0; b < a; b++) out[a * r + b] = out[b * r + a] = packed[k++]! * Math.SQRT1_2;
    out[a * r + a] = packed[k++]!;
  }
  return out;
}

/** The entries f(a, b), b <= a, of a map that multiplies entry (a, b) of a symmetric matrix by f(a, b). */
export function packedEntrywise(r: number, f: (a: number, b: number) => number): Float64Array {
  const out = new Float64Array(packedLength(r));
  for (let a = 0, k = 0; a < r; a++) for (let b = 0; b <= a; b++) out[k++] = f(a, b);
  return out;
}
