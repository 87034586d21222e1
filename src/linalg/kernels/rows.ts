// AssemblyScript, compiled by scripts/kernels.mjs: not part of the TypeScript program. The loops of
// src/linalg/row-products.ts for rows of single precision, with the same order of every sum; addresses are in bytes.

/** s + (a_k, b_k) x_k for four columns of two rows, one after the other: lanes are rows. */
function gained4(s: v128, a: v128, b: v128, x: usize): v128 {
  const low = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
  const high = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
  s = f64x2.add(s, f64x2.mul(f64x2.promote_low_f32x4(low), v128.load64_splat(x)));
  const second = v128.shuffle<f64>(low, low, 1, 1);
  s = f64x2.add(s, f64x2.mul(f64x2.promote_low_f32x4(second), v128.load64_splat(x, 8)));
  s = f64x2.add(s, f64x2.mul(f64x2.promote_low_f32x4(high), v128.load64_splat(x, 16)));
  const last = v128.shuffle<f64>(high, high, 1, 1);
  return f64x2.add(s, f64x2.mul(f64x2.promote_low_f32x4(last), v128.load64_splat(x, 24)));
}

/**
 * out[i] += <row i, x> for `count` rows of p single numbers, summed from left to right.
 *
 * @param count a multiple of 4. @param p a multiple of 4. @param x p doubles. @param out `count` doubles.
 */
export function addRowsTimesVector(rows: usize, count: usize, p: usize, x: usize, out: usize): void {
  const width = p << 2;
  for (let i: usize = 0; i < count; i += 4, rows += 4 * width, out += 32) {
    let s01 = v128.load(out);
    let s23 = v128.load(out, 16);
    let y = x;
    const end = rows + width;
    for (let a = rows; a < end; a += 16, y += 32) {
      const b = a + width;
      const c = b + width;
      s01 = gained4(s01, v128.load(a), v128.load(b), y);
      s23 = gained4(s23, v128.load(c), v128.load(c + width), y);
    }
    v128.store(out, s01);
    v128.store(out, s23, 16);
  }
}

/**
 * y += sum_i weights[i] row_i, four rows at once: y_k + (((w0 a_k + w1 b_k) + w2 c_k) + w3 d_k).
 *
 * @param count a multiple of 4. @param p a multiple of 2. @param weights `count` doubles. @param y p doubles.
 */
export function addWeightedRows(rows: usize, count: usize, p: usize, weights: usize, y: usize): void {
  const width = p << 2;
  for (let i: usize = 0; i < count; i += 4, rows += 4 * width, weights += 32) {
    const w0 = v128.load64_splat(weights);
    const w1 = v128.load64_splat(weights, 8);
    const w2 = v128.load64_splat(weights, 16);
    const w3 = v128.load64_splat(weights, 24);
    let o = y;
    const end = rows + width;
    for (let a = rows; a < end; a += 8, o += 16) {
      const b = a + width;
      const c = b + width;
      let s = f64x2.mul(w0, f64x2.promote_low_f32x4(v128.load64_zero(a)));
      s = f64x2.add(s, f64x2.mul(w1, f64x2.promote_low_f32x4(v128.load64_zero(b))));
      s = f64x2.add(s, f64x2.mul(w2, f64x2.promote_low_f32x4(v128.load64_zero(c))));
      s = f64x2.add(s, f64x2.mul(w3, f64x2.promote_low_f32x4(v128.load64_zero(c + width))));
      v128.store(o, f64x2.add(v128.load(o), s));
    }
  }
}
