// AssemblyScript, compiled by scripts/kernels.mjs: not part of the TypeScript program. The loops of
// src/linalg/row-loops.ts, with the same order of every sum; addresses are in bytes.

/** The two lanes of s each gain the two products of their row with `x`, from left to right. */
function gainedTwo(s: v128, first: v128, second: v128, x: v128): v128 {
  const p = f64x2.mul(first, x);
  const q = f64x2.mul(second, x);
  return f64x2.add(f64x2.add(s, v128.shuffle<f64>(p, q, 0, 2)), v128.shuffle<f64>(p, q, 1, 3));
}

/** out[j] = <row j, x> for `count` rows of `length` numbers, `stride` numbers apart. */
export function rowsTimesColumn(
  rows: usize,
  stride: usize,
  count: usize,
  length: usize,
  x: usize,
  out: usize,
): void {
  const step = stride << 3;
  const end = length << 3;
  let j: usize = 0;
  for (; j + 4 <= count; j += 4, rows += 4 * step, out += 32) {
    const r1 = rows + step;
    const r2 = r1 + step;
    const r3 = r2 + step;
    let s01 = f64x2.splat(0);
    let s23 = f64x2.splat(0);
    let k: usize = 0;
    for (; k + 16 <= end; k += 16) {
      const y = v128.load(x + k);
      s01 = gainedTwo(s01, v128.load(rows + k), v128.load(r1 + k), y);
      s23 = gainedTwo(s23, v128.load(r2 + k), v128.load(r3 + k), y);
    }
    if (k < end) {
      const y = v128.load64_splat(x + k);
      const x01 = f64x2.replace_lane(v128.load64_splat(rows + k), 1, load<f64>(r1 + k));
      const x23 = f64x2.replace_lane(v128.load64_splat(r2 + k), 1, load<f64>(r3 + k));
      s01 = f64x2.add(s01, f64x2.mul(x01, y));
      s23 = f64x2.add(s23, f64x2.mul(x23, y));
    }
    v128.store(out, s01);
    v128.store(out, s23, 16);
  }
  for (; j < count; j++, rows += step, out += 8) {
    let s: f64 = 0;
    for (let k: usize = 0; k < end; k += 8) s += load<f64>(rows + k) * load<f64>(x + k);
    store<f64>(out, s);
  }
}

/** x -= weights[j] row j for `count` rows of `length` numbers, `stride` numbers apart, one after the other. */
export function subtractRows(
  rows: usize,
  stride: usize,
  count: usize,
  length: usize,
  weights: usize,
  x: usize,
): void {
  const step = stride << 3;
  const end = length << 3;
  let j: usize = 0;
  for (; j + 4 <= count; j += 4, rows += 4 * step, weights += 32) {
    const r1 = rows + step;
    const r2 = r1 + step;
    const r3 = r2 + step;
    const w0 = v128.load64_splat(weights);
    const w1 = v128.load64_splat(weights, 8);
    const w2 = v128.load64_splat(weights, 16);
    const w3 = v128.load64_splat(weights, 24);
    let k: usize = 0;
    for (; k + 16 <= end; k += 16) {
      let s = f64x2.sub(v128.load(x + k), f64x2.mul(w0, v128.load(rows + k)));
      s = f64x2.sub(s, f64x2.mul(w1, v128.load(r1 + k)));
      s = f64x2.sub(s, f64x2.mul(w2, v128.load(r2 + k)));
      v128.store(x + k, f64x2.sub(s, f64x2.mul(w3, v128.load(r3 + k))));
    }
    if (k < end) {
      let s = load<f64>(x + k) - load<f64>(weights) * load<f64>(rows + k);
      s -= load<f64>(weights, 8) * load<f64>(r1 + k);
      s -= load<f64>(weights, 16) * load<f64>(r2 + k);
      store<f64>(x + k, s - load<f64>(weights, 24) * load<f64>(r3 + k));
    }
  }
  for (; j < count; j++, rows += step, weights += 8) {
    const w = v128.load64_splat(weights);
    let k: usize = 0;
    for (; k + 16 <= end; k += 16) {
      v128.store(x + k, f64x2.sub(v128.load(x + k), f64x2.mul(w, v128.load(rows + k))));
    }
    if (k < end) store<f64>(x + k, load<f64>(x + k) - load<f64>(weights) * load<f64>(rows + k));
  }
}
