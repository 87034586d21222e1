import type { TridiagonalLoops } from './tridiagonal-loops.js';

/** The same as `reduceByPanels`, a reflection at a time. */
export function reduceByRows(loops: TridiagonalLoops, n: number) {
  reduce(loops, n);
  const { v, d, e } = loops;
  return {
    diagonal: Float64Array.from({ length: n }, (_, i) => v[i * (n + 1)]!),
    off: e.slice(),
    scales: d.map((h, i) => (i === 0 || h === 0 ? 0 : 1 / h)),
  };
}

/** Householder reflections from the last row up: e gets the off-diagonal from entry 1 on, d the h of each reflection. */
export function reduce(loops: TridiagonalLoops, n: number): void {
  const { v, d, e } = loops;
  for (let j = 0; j < n; j++) d[j] = v[j * n + n - 1]!;
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(d[k]!);
    let h = 0;
    if (scale === 0) {
      e[i] = d[i - 1]!;
      for (let j = 0; j < i; j++) {
        d[j] = v[j * n + i - 1]!;
        v[j * n + i] = 0;
        v[i * n + j] = 0;
      }
    } else {
      for (let k = 0; k < i; k++) {
        d[k]! /= scale;
        h += d[k]! * d[k]!;
      }
      const last = d[i - 1]!;
      const g = last > 0 ? -Math.sqrt(h) : Math.sqrt(h);
      e[i] = scale * g;
      h -= last * g;
      d[i - 1] = last - g;
      reflect(loops, i, h);
    }
    d[i] = h;
  }
}

/** The leading i x i block A becomes A - u w^T - w u^T with u in d[0..i-1], |u|^2 = 2h; d gets the next row. */
function reflect(loops: TridiagonalLoops, i: number, h: number): void {
  const { d, e } = loops;
  loops.symmetricProduct(i);
  let along = 0;
  for (let j = 0; j < i; j++) {
    e[j]! /= h;
    along += e[j]! * d[j]!;
  }
  const half = along / (h + h);
  for (let j = 0; j < i; j++) e[j]! -= half * d[j]!;
  loops.rankTwoUpdate(i);
}

/** The product of the reflections in v, row by row, and the diagonal in d. */
export function accumulate(loops: TridiagonalLoops, n: number): void {
  const { v, d } = loops;
  for (let i = 0; i < n - 1; i++) {
    v[i * n + n - 1] = v[i * n + i]!;
    v[i * n + i] = 1;
    const h = d[i + 1]!;
    const u = (i + 1) * n;
    if (h !== 0) {
      for (let k = 0; k <= i; k++) d[k] = v[u + k]! / h;
      loops.reflectRows(i);
    }
    for (let k = 0; k <= i; k++) v[u + k] = 0;
  }
  for (let j = 0; j < n; j++) {
    d[j] = v[j * n + n - 1]!;
    v[j * n + n - 1] = 0;
  }
  v[n * n - 1] = 1;
}
