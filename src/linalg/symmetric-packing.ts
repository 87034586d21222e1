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
