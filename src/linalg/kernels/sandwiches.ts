// AssemblyScript, compiled by scripts/kernels.mjs: not part of the TypeScript program. The loops of
// src/linalg/sandwich-sums.ts, with the same order of every sum; addresses are in bytes. Rows of matrices are `width`
// bytes apart, an even number of doubles; what is behind column r means nothing.

/** out[j] = sum_k x_k m[k][j], k from 0 on, for the numbers x_k that are `step` bytes apart: lanes are columns. */
function rowTimes(x: usize, step: usize, r: usize, m: usize, width: usize, out: usize): void {
  const end = x + r * step;
  let c: usize = 0;
  for (; c + 32 <= width; c += 32) {
    let s01 = f64x2.splat(0);
    let s23 = f64x2.splat(0);
    let b = m + c;
    for (let a = x; a < end; a += step, b += width) {
      const factor = v128.load64_splat(a);
      s01 = f64x2.add(s01, f64x2.mul(factor, v128.load(b)));
      s23 = f64x2.add(s23, f64x2.mul(factor, v128.load(b, 16)));
    }
    v128.store(out + c, s01);
    v128.store(out + c, s23, 16);
  }
  if (c < width) {
    let s01 = f64x2.splat(0);
    let b = m + c;
    for (let a = x; a < end; a += step, b += width) {
      s01 = f64x2.add(s01, f64x2.mul(v128.load64_splat(a), v128.load(b)));
    }
    v128.store(out + c, s01);
  }
}

/** to += from, `bytes` of doubles in pairs. */
function add(from: usize, bytes: usize, to: usize): void {
  for (let k: usize = 0; k < bytes; k += 16) {
    v128.store(to + k, f64x2.add(v128.load(to + k), v128.load(from + k)));
  }
}

/** The smaller of the largest sum of a row and the Frobenius norm: at least the largest eigenvalue of a symmetric matrix. */
function normBound(y: usize, r: usize, width: usize): f64 {
  let largest: f64 = 0;
  let squares: f64 = 0;
  for (let i: usize = 0; i < r; i++, y += width) {
    let sum: f64 = 0;
    for (let k: usize = 0; k < r; k++) {
      const x = f64.load(y + (k << 3));
      sum += f64.abs(x);
      squares += x * x;
    }
    largest = f64.max(largest, sum);
  }
  return f64.min(largest, f64.sqrt(squares));
}

/** d = level I - y. */
function below(level: f64, y: usize, r: usize, width: usize, d: usize): void {
  const minus = f64x2.splat(-1);
  for (let k: usize = 0; k < r * width; k += 16) v128.store(d + k, f64x2.mul(minus, v128.load(y + k)));
  for (let i: usize = 0; i < r; i++) {
    const at = i * width + (i << 3);
    f64.store(d + at, level + f64.load(d + at));
  }
}

/** out = a b for a symmetric b. */
function product(a: usize, b: usize, r: usize, width: usize, out: usize): void {
  for (let i: usize = 0; i < r; i++) rowTimes(a + i * width, 8, r, b, width, out + i * width);
}

/**
 * For the `count` matrices S, r x r without gaps: Y = C C^T with C = L M^T, M = R S^T or, if `right` is 0, S itself. The
 * powers 1 to 4 of D = level I - Y are added to `sums`, one r x width matrix behind the other; `norms` gets bounds on |Y|.
 *
 * @param right R^T. @param left L^T. @param work room for three matrices.
 */
export function addSandwiches(
  s: usize,
  count: usize,
  r: usize,
  right: usize,
  left: usize,
  level: f64,
  work: usize,
  sums: usize,
  norms: usize,
): void {
  const width = ((r + 1) & ~1) << 3;
  const size = r * width;
  const own = r << 3;
  const moved = work;
  const c = work + size;
  const y = c + size;
  for (let n: usize = 0; n < count; n++, s += r * own, norms += 8) {
    if (right != 0) {
      for (let i: usize = 0; i < r; i++) rowTimes(s + i * own, 8, r, right, width, moved + i * width);
      for (let i: usize = 0; i < r; i++) rowTimes(moved + (i << 3), width, r, left, width, c + i * width);
    } else {
      for (let i: usize = 0; i < r; i++) rowTimes(s + i * own, 8, r, left, width, c + i * width);
    }
    for (let i: usize = 0; i < r; i++) rowTimes(c + (i << 3), width, r, c, width, y + i * width);
    f64.store(norms, normBound(y, r, width));
    const d = y;
    const square = moved;
    below(level, y, r, width, d);
    product(d, d, r, width, square);
    add(d, size, sums);
    add(square, size, sums + size);
    product(d, square, r, width, c);
    add(c, size, sums + 2 * size);
    product(square, square, r, width, c);
    add(c, size, sums + 3 * size);
  }
}
