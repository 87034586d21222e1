/** Length of the stretch of a row that is worked on at once: the same in compiled loops, so that sums are the same. */
export const STRETCH = 512;

/** out = A B^T in plain loops, 4 x 4 register blocks: for small products, and for engines without SIMD. */
export function multiplyInLoops(
  a: Float64Array,
  m: number,
  b: Float64Array,
  n: number,
  k: number,
  out: Float64Array,
): Float64Array {
  out.fill(0, 0, m * n);
  for (let from = 0; from < k; from += STRETCH) {
    const to = Math.min(k, from + STRETCH);
    for (let i = 0; i < m; i += 4) addBlockRow(a, i, m, b, 0, n, k, from, to, out);
  }
  return out;
}

/** The blocks on and above the diagonal of a symmetric product. */
export function addUpperBlocks(
  a: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  out: Float64Array,
): void {
  out.fill(0, 0, n * n);
  for (let from = 0; from < k; from += STRETCH) {
    const to = Math.min(k, from + STRETCH);
    for (let i = 0; i < n; i += 4) addBlockRow(a, i, n, b, i, n, k, from, to, out);
  }
}

/**
 * Adds rows i .. i+3 (fewer at the end) of A[:, from:to] times rows firstColumn .. n-1 of B[:, from:to]
 * to `out`, whose rows have `width` entries.
 */
export function addBlockRow(
  a: Float64Array,
  i: number,
  m: number,
  b: Float64Array,
  firstColumn: number,
  n: number,
  k: number,
  from: number,
  to: number,
  out: Float64Array,
  width: number = n,
): void {
  let j = firstColumn;
  if (i + 4 <= m) {
    for (; j + 4 <= n; j += 4) addFourByFour(a, i * k, b, j * k, k, from, to, out, i * width + j, width);
    for (; j < n; j++) addFourByOne(a, i * k, b, j * k, k, from, to, out, i * width + j, width);
    return;
  }
  for (let row = i; row < m; row++) {
    for (j = firstColumn; j + 4 <= n; j += 4) {
      addFourByOne(b, j * k, a, row * k, k, from, to, out, row * width + j, 1);
    }
    for (; j < n; j++) {
      out[row * width + j]! += innerProduct(a, row * k + from, b, j * k + from, to - from);
    }
  }
}

/** out = A B^T entry by entry. */
export function multiplySmall(
  a: Float64Array,
  m: number,
  b: Float64Array,
  n: number,
  k: number,
  out: Float64Array,
): Float64Array {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) out[i * n + j] = innerProduct(a, i * k, b, j * k, k);
  }
  return out;
}

/** The same for a symmetric product: the entries on and above the diagonal, mirrored. */
export function multiplySmallSymmetric(
  a: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  out: Float64Array,
): Float64Array {
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) out[i * n + j] = out[j * n + i] = innerProduct(a, i * k, b, j * k, k);
  }
  return out;
}

function innerProduct(a: Float64Array, i: number, b: Float64Array, j: number, k: number): number {
  let sum = 0;
  for (let c = 0; c < k; c++) sum += a[i + c]! * b[j + c]!;
  return sum;
}

/** Adds the products of four rows from A[a0 ..] on with the row B[b0 ..] to out[o], out[o + stride], .. */
function addFourByOne(
  a: Float64Array,
  a0: number,
  b: Float64Array,
  b0: number,
  k: number,
  from: number,
  to: number,
  out: Float64Array,
  o: number,
  stride: number,
): void {
  const a1 = a0 + k;
  const a2 = a1 + k;
  const a3 = a2 + k;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  for (let c = from; c < to; c++) {
    const y = b[b0 + c]!;
    s0 += a[a0 + c]! * y;
    s1 += a[a1 + c]! * y;
    s2 += a[a2 + c]! * y;
    s3 += a[a3 + c]! * y;
  }
  out[o]! += s0;
  out[o + stride]! += s1;
  out[o + 2 * stride]! += s2;
  out[o + 3 * stride]! += s3;
}

function addFourByFour(
  a: Float64Array,
  a0: number,
  b: Float64Array,
  b0: number,
  k: number,
  from: number,
  to: number,
  out: Float64Array,
  o: number,
  n: number,
): void {
  const a1 = a0 + k;
  const a2 = a1 + k;
  const a3 = a2 + k;
  const b1 = b0 + k;
  const b2 = b1 + k;
  const b3 = b2 + k;
  let s00 = 0;
  let s01 = 0;
  let s02 = 0;
  let s03 = 0;
  let s10 = 0;
  let s11 = 0;
  let s12 = 0;
  let s13 = 0;
  let s20 = 0;
  let s21 = 0;
  let s22 = 0;
  let s23 = 0;
  let s30 = 0;
  let s31 = 0;
  let s32 = 0;
  let s33 = 0;
  for (let c = from; c < to; c++) {
    const x0 = a[a0 + c]!;
    const x1 = a[a1 + c]!;
    const x2 = a[a2 + c]!;
    const x3 = a[a3 + c]!;
    const y0 = b[b0 + c]!;
    const y1 = b[b1 + c]!;
    const y2 = b[b2 + c]!;
    const y3 = b[b3 + c]!;
    s00 += x0 * y0;
    s01 += x0 * y1;
    s02 += x0 * y2;
    s03 += x0 * y3;
    s10 += x1 * y0;
    s11 += x1 * y1;
    s12 += x1 * y2;
    s13 += x1 * y3;
    s20 += x2 * y0;
    s21 += x2 * y1;
    s22 += x2 * y2;
    s23 += x2 * y3;
    s30 += x3 * y0;
    s31 += x3 * y1;
    s32 += x3 * y2;
    s33 += x3 * y3;
  }
  out[o]! += s00;
  out[o + 1]! += s01;
  out[o + 2]! += s02;
  out[o + 3]! += s03;
  out[o + n]! += s10;
  out[o + n + 1]! += s11;
  out[o + n + 2]! += s12;
  out[o + n + 3]! += s13;
  out[o + 2 * n]! += s20;
  out[o + 2 * n + 1]! += s21;
  out[o + 2 * n + 2]! += s22;
  out[o + 2 * n + 3]! += s23;
  out[o + 3 * n]! += s30;
  out[o + 3 * n + 1]! += s31;
  out[o + 3 * n + 2]! += s32;
  out[o + 3 * n + 3]! += s33;
}
