// AssemblyScript, compiled by scripts/kernels.mjs: not part of the TypeScript program. The loops of
// src/linalg/rank-one-blocks.ts, with the same order of every sum; addresses are in bytes.

import { multiplyAdd } from './multiply-add';

/** Columns of the triangle that are gone through with all samples: what they take stays in the second-level cache. */
const TILE: usize = 32;

/**
 * forms[i] += sum_j h_ij t_ij with t_ij = sum_k l_jk h_ik, from left to right. Lanes are samples.
 *
 * @param samples h in panels: four rows interleaved, column by column. @param count of them, a multiple of 4.
 * @param width of the rows, a multiple of 4. @param lower l in panels, width x width, 0 above the diagonal.
 */
export function addPanelForms(samples: usize, count: usize, width: usize, lower: usize, forms: usize): void {
  const panel = width << 5;
  for (let first: usize = 0; first < width; first += TILE) {
    const last = min(width, first + TILE);
    let row = samples;
    const end = forms + (count << 3);
    for (let q = forms; q < end; q += 32, row += panel) {
      let q01 = v128.load(q);
      let q23 = v128.load(q, 16);
      for (let j = first; j < last; j += 4) {
        let x = lower + (j >> 2) * panel;
        const stop = row + ((j + 4) << 5);
        let s00 = f64x2.splat(0);
        let s02 = f64x2.splat(0);
        let s10 = f64x2.splat(0);
        let s12 = f64x2.splat(0);
        let s20 = f64x2.splat(0);
        let s22 = f64x2.splat(0);
        let s30 = f64x2.splat(0);
        let s32 = f64x2.splat(0);
        for (let y = row; y < stop; y += 32, x += 32) {
          const y0 = v128.load(y);
          const y2 = v128.load(y, 16);
          let factor = v128.load64_splat(x);
          s00 = multiplyAdd(factor, y0, s00);
          s02 = multiplyAdd(factor, y2, s02);
          factor = v128.load64_splat(x, 8);
          s10 = multiplyAdd(factor, y0, s10);
          s12 = multiplyAdd(factor, y2, s12);
          factor = v128.load64_splat(x, 16);
          s20 = multiplyAdd(factor, y0, s20);
          s22 = multiplyAdd(factor, y2, s22);
          factor = v128.load64_splat(x, 24);
          s30 = multiplyAdd(factor, y0, s30);
          s32 = multiplyAdd(factor, y2, s32);
        }
        const h = row + (j << 5);
        q01 = multiplyAdd(s00, v128.load(h), q01);
        q23 = multiplyAdd(s02, v128.load(h, 16), q23);
        q01 = multiplyAdd(s10, v128.load(h, 32), q01);
        q23 = multiplyAdd(s12, v128.load(h, 48), q23);
        q01 = multiplyAdd(s20, v128.load(h, 64), q01);
        q23 = multiplyAdd(s22, v128.load(h, 80), q23);
        q01 = multiplyAdd(s30, v128.load(h, 96), q01);
        q23 = multiplyAdd(s32, v128.load(h, 112), q23);
      }
      v128.store(q, q01);
      v128.store(q, q23, 16);
    }
  }
}

/** out = panels with column i times weights[i]. @param panels number of them. @param count of columns. */
export function weighPanels(panels: usize, count: usize, from: usize, weights: usize, out: usize): void {
  const end = weights + (count << 3);
  for (let p: usize = 0; p < panels; p++) {
    for (let w = weights; w < end; w += 8, from += 32, out += 32) {
      const weight = v128.load64_splat(w);
      v128.store(out, f64x2.mul(weight, v128.load(from)));
      v128.store(out, f64x2.mul(weight, v128.load(from, 16)), 16);
    }
  }
}
