// AssemblyScript, compiled by scripts/kernels.mjs: not part of the TypeScript program.

import { multiplyAdd } from './multiply-add';

/** The two numbers at `to` += s. */
function add(to: usize, s: v128): void {
  v128.store(to, f64x2.add(v128.load(to), s));
}

/**
 * out += A B^T for A and B in panels: four rows interleaved, column by column. Lanes are columns of `out`, so each
 * entry is summed from left to right, as the plain loop does.
 *
 * @param rows of A, a multiple of 4. @param columns rows of B, a multiple of 4. @param length of the rows.
 * @param out rows x columns, row-major. @param upper leave out the 4 x 4 blocks below the diagonal.
 * @param diagonal column j of B^T is 0 from row `diagonal` + j + 1 on, `length` or more where nothing is known.
 */
export function addProducts(
  a: usize,
  rows: usize,
  b: usize,
  columns: usize,
  length: usize,
  out: usize,
  upper: bool,
  diagonal: isize,
): void {
  const width = columns << 3;
  const panel = length << 5;
  for (let i: usize = 0; i < rows; i += 4) {
    const first: usize = upper ? i : 0;
    for (let j = first; j < columns; j += 4) {
      const known = min(<isize>length, max(0, diagonal + <isize>j + 4));
      let y = b + (j >> 2) * panel;
      const end = y + ((<usize>known) << 5);
      let x = a + (i >> 2) * panel;
      let s00 = f64x2.splat(0);
      let s01 = f64x2.splat(0);
      let s10 = f64x2.splat(0);
      let s11 = f64x2.splat(0);
      let s20 = f64x2.splat(0);
      let s21 = f64x2.splat(0);
      let s30 = f64x2.splat(0);
      let s31 = f64x2.splat(0);
      for (; y < end; y += 32, x += 32) {
        const y0 = v128.load(y);
        const y1 = v128.load(y, 16);
        let factor = v128.load64_splat(x);
        s00 = multiplyAdd(factor, y0, s00);
        s01 = multiplyAdd(factor, y1, s01);
        factor = v128.load64_splat(x, 8);
        s10 = multiplyAdd(factor, y0, s10);
        s11 = multiplyAdd(factor, y1, s11);
        factor = v128.load64_splat(x, 16);
        s20 = multiplyAdd(factor, y0, s20);
        s21 = multiplyAdd(factor, y1, s21);
        factor = v128.load64_splat(x, 24);
        s30 = multiplyAdd(factor, y0, s30);
        s31 = multiplyAdd(factor, y1, s31);
      }
      let o = out + i * width + (j << 3);
      add(o, s00);
      add(o + 16, s01);
      o += width;
      add(o, s10);
      add(o + 16, s11);
      o += width;
      add(o, s20);
      add(o + 16, s21);
      o += width;
      add(o, s30);
      add(o + 16, s31);
    }
  }
}
