// AssemblyScript, compiled by scripts/kernels.mjs: not part of the TypeScript program. The loops of
// src/linalg/rectified-units.ts, with the same order of every sum; addresses are in bytes.

import { multiplyAdd } from './multiply-add';

/**
 * Rows in panels: four interleaved, column by column.
 *
 * @param count a multiple of 4. @param stride bytes from one row to the next. @param length of the rows.
 */
export function interleaveRows(rows: usize, count: usize, stride: usize, length: usize, panels: usize): void {
  for (let i: usize = 0; i < count; i += 4, rows += 4 * stride) {
    let a = rows;
    const end = rows + (length << 3);
    for (; a + 16 <= end; a += 16, panels += 64) {
      const b = a + stride;
      const c = b + stride;
      const x0 = v128.load(a);
      const x1 = v128.load(b);
      const x2 = v128.load(c);
      const x3 = v128.load(c + stride);
      v128.store(panels, v128.shuffle<f64>(x0, x1, 0, 2));
      v128.store(panels, v128.shuffle<f64>(x2, x3, 0, 2), 16);
      v128.store(panels, v128.shuffle<f64>(x0, x1, 1, 3), 32);
      v128.store(panels, v128.shuffle<f64>(x2, x3, 1, 3), 48);
    }
    for (; a < end; a += 8) {
      for (let b = a; b < a + 4 * stride; b += stride, panels += 8) store<f64>(panels, load<f64>(b));
    }
  }
}

/**
 * For each group of `height` rows of Z the sum of s_r max(z_r, 0), row after row and from left to right. Lanes are groups.
 *
 * @param width bytes of a row of Z, a multiple of 16. @param scales one s_r a column. @param sums room for an even number.
 */
export function sumPositiveParts(
  z: usize,
  groups: usize,
  height: usize,
  width: usize,
  scales: usize,
  sums: usize,
): void {
  const zero = f64x2.splat(0);
  const group = height * width;
  for (let i: usize = 0; i < groups; i += 2, z += 2 * group, sums += 16) {
    let s = zero;
    const end = z + group;
    for (let row = z; row < end; row += width) {
      for (let r: usize = 0; r < width; r += 16) {
        const scale = v128.load(scales + r);
        const x = f64x2.mul(f64x2.pmax(zero, v128.load(row + r)), scale);
        const y = f64x2.mul(f64x2.pmax(zero, v128.load(row + group + r)), scale);
        s = f64x2.add(s, v128.shuffle<f64>(x, y, 0, 2));
        s = f64x2.add(s, v128.shuffle<f64>(x, y, 1, 3));
      }
    }
    v128.store(sums, s);
  }
}

/**
 * Z transposed, with slopes[i] s_r in the place of a positive number of group i and 0 in that of every other.
 *
 * @param out one row a column of Z, as many numbers as Z has rows.
 */
export function weighPositive(
  z: usize,
  groups: usize,
  height: usize,
  width: usize,
  scales: usize,
  slopes: usize,
  out: usize,
): void {
  const zero = f64x2.splat(0);
  const length = (groups * height) << 3;
  for (let i: usize = 0; i < groups; i++, slopes += 8) {
    const slope = v128.load64_splat(slopes);
    for (let p: usize = 0; p < height; p++, out += 8) {
      let to = out;
      for (let r: usize = 0; r < width; r += 16, z += 16, to += 2 * length) {
        const weight = f64x2.mul(slope, v128.load(scales + r));
        const weights = v128.and(f64x2.gt(v128.load(z), zero), weight);
        v128.store64_lane(to, weights, 0);
        v128.store64_lane(to + length, weights, 1);
      }
    }
  }
}

/**
 * out += A X for A (m x k) and X (k x n), row-major: each sum goes on from left to right; zeros of A are passed over. Lanes
 * are columns; more than six sums at once have no registers.
 *
 * @param stride bytes from one row of A to the next. @param entries room for k pairs: a number of A that is not 0, and
 * where its row of X begins.
 */
export function addSparseProduct(
  a: usize,
  stride: usize,
  m: usize,
  k: usize,
  x: usize,
  n: usize,
  entries: usize,
  out: usize,
): void {
  const width = n << 3;
  for (let i: usize = 0; i < m; i++, a += stride, out += width) {
    let end = entries;
    let row = x;
    const last = a + (k << 3);
    for (let at = a; at < last; at += 8, row += width) {
      store<f64>(end, load<f64>(at));
      store<usize>(end, row, 8);
      // Every number but 0 and -0 has a bit beside that of its sign.
      end += (<usize>(load<u64>(at) << 1 != 0)) << 4;
    }
    let c: usize = 0;
    for (; c + 96 <= width; c += 96) {
      const o = out + c;
      let s0 = v128.load(o);
      let s1 = v128.load(o, 16);
      let s2 = v128.load(o, 32);
      let s3 = v128.load(o, 48);
      let s4 = v128.load(o, 64);
      let s5 = v128.load(o, 80);
      for (let e = entries; e < end; e += 16) {
        const weight = v128.load64_splat(e);
        const b = load<usize>(e, 8) + c;
        s0 = multiplyAdd(weight, v128.load(b), s0);
        s1 = multiplyAdd(weight, v128.load(b, 16), s1);
        s2 = multiplyAdd(weight, v128.load(b, 32), s2);
        s3 = multiplyAdd(weight, v128.load(b, 48), s3);
        s4 = multiplyAdd(weight, v128.load(b, 64), s4);
        s5 = multiplyAdd(weight, v128.load(b, 80), s5);
      }
      v128.store(o, s0);
      v128.store(o, s1, 16);
      v128.store(o, s2, 32);
      v128.store(o, s3, 48);
      v128.store(o, s4, 64);
      v128.store(o, s5, 80);
    }
    for (; c + 32 <= width; c += 32) {
      let s0 = v128.load(out + c);
      let s1 = v128.load(out + c, 16);
      for (let e = entries; e < end; e += 16) {
        const weight = v128.load64_splat(e);
        const b = load<usize>(e, 8) + c;
        s0 = multiplyAdd(weight, v128.load(b), s0);
        s1 = multiplyAdd(weight, v128.load(b, 16), s1);
      }
      v128.store(out + c, s0);
      v128.store(out + c, s1, 16);
    }
    for (; c < width; c += 8) {
      let s = load<f64>(out + c);
      for (let e = entries; e < end; e += 16) s += load<f64>(e) * load<f64>(load<usize>(e, 8) + c);
      store<f64>(out + c, s);
    }
  }
}

/** to += from, `count` numbers each. */
export function addNumbers(from: usize, count: usize, to: usize): void {
  const end = from + (count << 3);
  for (; from + 64 <= end; from += 64, to += 64) {
    v128.store(to, f64x2.add(v128.load(to), v128.load(from)));
    v128.store(to, f64x2.add(v128.load(to, 16), v128.load(from, 16)), 16);
    v128.store(to, f64x2.add(v128.load(to, 32), v128.load(from, 32)), 32);
    v128.store(to, f64x2.add(v128.load(to, 48), v128.load(from, 48)), 48);
  }
  for (; from < end; from += 8, to += 8) store<f64>(to, load<f64>(to) + load<f64>(from));
}
