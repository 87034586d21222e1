import type { TridiagonalLoops } from './tridiagonal-loops.js';

/**
 * Eigenvalues of a symmetric tridiagonal matrix by implicit QL (tql2 of EISPACK: Bowdler et al. 1968): the diagonal in
 * `d`, the off-diagonal in `e` from entry 1 on.
 *
 * `d` gets the eigenvalues, ascending with `vectors`, else in no order; with `vectors`, row k of `v` becomes the sum of its
 * rows by the entries of unit eigenvector k: that eigenvector itself, where `v` was the identity.
 */
export function eigenBySteps(loops: TridiagonalLoops, n: number, vectors: boolean): void {
  iterate(loops, n, vectors);
  if (vectors) sortAscending(loops.v, n, loops.d);
}

/** QL steps with the shift of the leading 2 x 2 block until every off-diagonal entry is rounding. */
function iterate(loops: TridiagonalLoops, n: number, vectors: boolean): void {
  const { d, e } = loops;
  for (let i = 1; i < n; i++) e[i - 1] = e[i]!;
  e[n - 1] = 0;
  let shift = 0;
  let size = 0;
  for (let l = 0; l < n; l++) {
    size = Math.max(size, Math.abs(d[l]!) + Math.abs(e[l]!));
    let m = l;
    while (m < n && !(Math.abs(e[m]!) <= Number.EPSILON * size)) m++;
    if (m > l) {
      do shift += step(loops, n, l, m, vectors);
      while (Math.abs(e[l]!) > Number.EPSILON * size);
    }
    d[l]! += shift;
    e[l] = 0;
  }
}

/** One QL step on rows l .. m, with its rotations applied to the rows of v; returns the shift. */
function step(loops: TridiagonalLoops, n: number, l: number, m: number, vectors: boolean): number {
  const { d, e, cosines, sines } = loops;
  const first = d[l]!;
  let p = (d[l + 1]! - first) / (2 * e[l]!);
  const root = p < 0 ? -hypotenuse(p, 1) : hypotenuse(p, 1);
  d[l] = e[l]! / (p + root);
  d[l + 1] = e[l]! * (p + root);
  const next = d[l + 1]!;
  const shift = first - d[l];
  for (let i = l + 2; i < n; i++) d[i]! -= shift;
  const beyond = e[l + 1]!;
  p = d[m]!;
  let c = 1;
  let c2 = 1;
  let c3 = 1;
  let s = 0;
  let s2 = 0;
  for (let i = m - 1; i >= l; i--) {
    c3 = c2;
    c2 = c;
    s2 = s;
    const g = c * e[i]!;
    const h = c * p;
    const r = hypotenuse(p, e[i]!);
    e[i + 1] = s * r;
    s = e[i]! / r;
    c = p / r;
    p = c * d[i]! - s * g;
    d[i + 1] = h + s * (c * g + s * d[i]!);
    cosines[i] = c;
    sines[i] = s;
  }
  p = (-s * s2 * c3 * beyond * e[l]!) / next;
  e[l] = s * p;
  d[l] = c * p;
  if (vectors) loops.rotateRows(l, m);
  return shift;
}

/** By selection, as few rows are out of place. */
function sortAscending(v: Float64Array, n: number, d: Float64Array): void {
  for (let i = 0; i < n - 1; i++) {
    let k = i;
    for (let j = i + 1; j < n; j++) if (d[j]! < d[k]!) k = j;
    if (k === i) continue;
    const value = d[k]!;
    d[k] = d[i]!;
    d[i] = value;
    for (let a = 0; a < n; a++) {
      const held = v[i * n + a]!;
      v[i * n + a] = v[k * n + a]!;
      v[k * n + a] = held;
    }
  }
}

function hypotenuse(a: number, b: number): number {
  if (Math.abs(a) > Math.abs(b)) {
    const r = b / a;
    return Math.abs(a) * Math.sqrt(1 + r * r);
  }
  if (b === 0) return 0;
  const r = a / b;
  return Math.abs(b) * Math.sqrt(1 + r * r);
}
