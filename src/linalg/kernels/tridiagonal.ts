// AssemblyScript, compiled by scripts/kernels.mjs: not part of the TypeScript program. The loops of
// src/linalg/tridiagonal-loops.ts, with the same order of every sum; addresses are in bytes.

/** The two lanes of (g, h) each gain the two products of their row with `x`, from left to right. */
function gained(sums: v128, first: v128, second: v128, x: v128): v128 {
  const p = f64x2.mul(first, x);
  const q = f64x2.mul(second, x);
  const low = v128.shuffle<f64>(p, q, 0, 2);
  const high = v128.shuffle<f64>(p, q, 1, 3);
  return f64x2.add(f64x2.add(sums, low), high);
}

/** e = A u for the leading i x i block A, of which the upper triangle is stored, and u = d[0..i-1]; row i gets u. */
export function symmetricProduct(v: usize, n: usize, i: usize, d: usize, e: usize): void {
  const stride = n << 3;
  const end = i << 3;
  memory.fill(e, 0, end);
  memory.copy(v + i * stride, d, end);
  let j: usize = 0;
  for (; j + 4 <= i; j += 4) {
    const here = j << 3;
    for (let t: usize = 0; t < 4; t++) {
      const at = here + (t << 3);
      const row = v + (j + t) * stride;
      const f = load<f64>(d + at);
      let g = load<f64>(e + at) + load<f64>(row + at) * f;
      for (let k = at + 8; k < here + 32; k += 8) {
        const x = load<f64>(row + k);
        g += x * load<f64>(d + k);
        store<f64>(e + k, load<f64>(e + k) + x * f);
      }
      store<f64>(e + at, g);
    }
    const r0 = v + j * stride;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    const f0 = v128.load64_splat(d + here);
    const f1 = v128.load64_splat(d + here, 8);
    const f2 = v128.load64_splat(d + here, 16);
    const f3 = v128.load64_splat(d + here, 24);
    let g01 = v128.load(e + here);
    let g23 = v128.load(e + here, 16);
    let k = here + 32;
    for (; k + 16 <= end; k += 16) {
      const x = v128.load(d + k);
      const x0 = v128.load(r0 + k);
      const x1 = v128.load(r1 + k);
      const x2 = v128.load(r2 + k);
      const x3 = v128.load(r3 + k);
      g01 = gained(g01, x0, x1, x);
      g23 = gained(g23, x2, x3, x);
      let s = v128.load(e + k);
      s = f64x2.add(s, f64x2.mul(x0, f0));
      s = f64x2.add(s, f64x2.mul(x1, f1));
      s = f64x2.add(s, f64x2.mul(x2, f2));
      s = f64x2.add(s, f64x2.mul(x3, f3));
      v128.store(e + k, s);
    }
    if (k < end) {
      const x = v128.load64_splat(d + k);
      const x01 = f64x2.replace_lane(v128.load64_splat(r0 + k), 1, load<f64>(r1 + k));
      const x23 = f64x2.replace_lane(v128.load64_splat(r2 + k), 1, load<f64>(r3 + k));
      g01 = f64x2.add(g01, f64x2.mul(x01, x));
      g23 = f64x2.add(g23, f64x2.mul(x23, x));
      let s = load<f64>(e + k);
      s += load<f64>(r0 + k) * f64x2.extract_lane(f0, 0);
      s += load<f64>(r1 + k) * f64x2.extract_lane(f1, 0);
      s += load<f64>(r2 + k) * f64x2.extract_lane(f2, 0);
      s += load<f64>(r3 + k) * f64x2.extract_lane(f3, 0);
      store<f64>(e + k, s);
    }
    v128.store(e + here, g01);
    v128.store(e + here, g23, 16);
  }
  for (; j < i; j++) {
    const at = j << 3;
    const row = v + j * stride;
    const f = load<f64>(d + at);
    let g = load<f64>(e + at) + load<f64>(row + at) * f;
    for (let k = at + 8; k < end; k += 8) {
      const x = load<f64>(row + k);
      g += x * load<f64>(d + k);
      store<f64>(e + k, load<f64>(e + k) + x * f);
    }
    store<f64>(e + at, g);
  }
}

/** The upper triangle of the leading i x i block A becomes A - u w^T - w u^T, u in d, w in e; d gets row i - 1, column i zeros. */
export function rankTwoUpdate(v: usize, n: usize, i: usize, d: usize, e: usize): void {
  const stride = n << 3;
  const end = i << 3;
  let row = v;
  for (let j: usize = 0; j < end; j += 8, row += stride) {
    const f = v128.load64_splat(d + j);
    const g = v128.load64_splat(e + j);
    let k = j;
    for (; k + 16 <= end; k += 16) {
      const change = f64x2.add(f64x2.mul(f, v128.load(e + k)), f64x2.mul(g, v128.load(d + k)));
      v128.store(row + k, f64x2.sub(v128.load(row + k), change));
    }
    if (k < end) {
      const change = load<f64>(d + j) * load<f64>(e + k) + load<f64>(e + j) * load<f64>(d + k);
      store<f64>(row + k, load<f64>(row + k) - change);
    }
    store<f64>(d + j, load<f64>(row + end - 8));
    store<f64>(row + end, 0);
  }
}

/** Rows x_0 .. x_i become x_j - (u . x_j) d, u in row i + 1, all of length i + 1. */
export function reflectRows(v: usize, n: usize, i: usize, d: usize): void {
  const stride = n << 3;
  const end = (i + 1) << 3;
  const u = v + (i + 1) * stride;
  let j: usize = 0;
  for (; j + 4 <= i + 1; j += 4) {
    const r0 = v + j * stride;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    let g01 = f64x2.splat(0);
    let g23 = f64x2.splat(0);
    let k: usize = 0;
    for (; k + 16 <= end; k += 16) {
      const x = v128.load(u + k);
      g01 = gained(g01, v128.load(r0 + k), v128.load(r1 + k), x);
      g23 = gained(g23, v128.load(r2 + k), v128.load(r3 + k), x);
    }
    if (k < end) {
      const x = v128.load64_splat(u + k);
      const x01 = f64x2.replace_lane(v128.load64_splat(r0 + k), 1, load<f64>(r1 + k));
      const x23 = f64x2.replace_lane(v128.load64_splat(r2 + k), 1, load<f64>(r3 + k));
      g01 = f64x2.add(g01, f64x2.mul(x01, x));
      g23 = f64x2.add(g23, f64x2.mul(x23, x));
    }
    subtractScaled(r0, f64x2.extract_lane(g01, 0), d, end);
    subtractScaled(r1, f64x2.extract_lane(g01, 1), d, end);
    subtractScaled(r2, f64x2.extract_lane(g23, 0), d, end);
    subtractScaled(r3, f64x2.extract_lane(g23, 1), d, end);
  }
  for (; j <= i; j++) {
    const row = v + j * stride;
    let g: f64 = 0;
    for (let k: usize = 0; k < end; k += 8) g += load<f64>(u + k) * load<f64>(row + k);
    subtractScaled(row, g, d, end);
  }
}

/** x -= g d. */
function subtractScaled(x: usize, g: f64, d: usize, end: usize): void {
  const scale = f64x2.splat(g);
  let k: usize = 0;
  for (; k + 16 <= end; k += 16) {
    v128.store(x + k, f64x2.sub(v128.load(x + k), f64x2.mul(scale, v128.load(d + k))));
  }
  if (k < end) store<f64>(x + k, load<f64>(x + k) - g * load<f64>(d + k));
}

/** Rotations of rows i and i + 1 for i = m - 1 down to l, by the cosines c[i] and sines s[i]. */
export function rotateRows(v: usize, n: usize, l: usize, m: usize, c: usize, s: usize): void {
  const stride = n << 3;
  let x: usize = 0;
  for (; x + 64 <= stride; x += 64) {
    let row = v + m * stride + x;
    let b0 = v128.load(row);
    let b1 = v128.load(row, 16);
    let b2 = v128.load(row, 32);
    let b3 = v128.load(row, 48);
    for (let i = m; i-- > l; row -= stride) {
      const cosine = v128.load64_splat(c + (i << 3));
      const sine = v128.load64_splat(s + (i << 3));
      const above = row - stride;
      let h = v128.load(above);
      v128.store(row, f64x2.add(f64x2.mul(sine, h), f64x2.mul(cosine, b0)));
      b0 = f64x2.sub(f64x2.mul(cosine, h), f64x2.mul(sine, b0));
      h = v128.load(above, 16);
      v128.store(row, f64x2.add(f64x2.mul(sine, h), f64x2.mul(cosine, b1)), 16);
      b1 = f64x2.sub(f64x2.mul(cosine, h), f64x2.mul(sine, b1));
      h = v128.load(above, 32);
      v128.store(row, f64x2.add(f64x2.mul(sine, h), f64x2.mul(cosine, b2)), 32);
      b2 = f64x2.sub(f64x2.mul(cosine, h), f64x2.mul(sine, b2));
      h = v128.load(above, 48);
      v128.store(row, f64x2.add(f64x2.mul(sine, h), f64x2.mul(cosine, b3)), 48);
      b3 = f64x2.sub(f64x2.mul(cosine, h), f64x2.mul(sine, b3));
    }
    v128.store(row, b0);
    v128.store(row, b1, 16);
    v128.store(row, b2, 32);
    v128.store(row, b3, 48);
  }
  for (; x < stride; x += 8) {
    let row = v + m * stride + x;
    let below = load<f64>(row);
    for (let i = m; i-- > l; row -= stride) {
      const cosine = load<f64>(c + (i << 3));
      const sine = load<f64>(s + (i << 3));
      const here = load<f64>(row - stride);
      store<f64>(row, sine * here + cosine * below);
      below = cosine * here - sine * below;
    }
    store<f64>(row, below);
  }
}
