// AssemblyScript, compiled by scripts/kernels.mjs: not part of the TypeScript program. The loops of
// src/linalg/row-sums.ts, with the same order of every sum; addresses are in bytes.

/**
 * For each of `count` lists of row numbers, one list behind the other in `picks` with their lengths in `sizes` (both
 * int32), the sum of those rows from the first to the last.
 *
 * @param rows of `length` doubles. @param out `count` rows of that length.
 */
export function sumPickedRows(
  rows: usize,
  length: usize,
  picks: usize,
  sizes: usize,
  count: usize,
  out: usize,
): void {
  const width = length << 3;
  for (let n: usize = 0; n < count; n++, sizes += 4, out += width) {
    const end = picks + ((load<u32>(sizes) as usize) << 2);
    let c: usize = 0;
    for (; c + 64 <= width; c += 64) {
      let s01 = f64x2.splat(0);
      let s23 = f64x2.splat(0);
      let s45 = f64x2.splat(0);
      let s67 = f64x2.splat(0);
      for (let k = picks; k < end; k += 4) {
        const row = rows + (load<u32>(k) as usize) * width + c;
        s01 = f64x2.add(s01, v128.load(row));
        s23 = f64x2.add(s23, v128.load(row, 16));
        s45 = f64x2.add(s45, v128.load(row, 32));
        s67 = f64x2.add(s67, v128.load(row, 48));
      }
      v128.store(out + c, s01);
      v128.store(out + c, s23, 16);
      v128.store(out + c, s45, 32);
      v128.store(out + c, s67, 48);
    }
    if (c + 32 <= width) {
      let s01 = f64x2.splat(0);
      let s23 = f64x2.splat(0);
      for (let k = picks; k < end; k += 4) {
        const row = rows + (load<u32>(k) as usize) * width + c;
        s01 = f64x2.add(s01, v128.load(row));
        s23 = f64x2.add(s23, v128.load(row, 16));
      }
      v128.store(out + c, s01);
      v128.store(out + c, s23, 16);
      c += 32;
    }
    for (; c < width; c += 8) {
      let s: f64 = 0;
      for (let k = picks; k < end; k += 4) s += load<f64>(rows + (load<u32>(k) as usize) * width + c);
      store<f64>(out + c, s);
    }
    picks = end;
  }
}
