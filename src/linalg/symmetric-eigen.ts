import { type TridiagonalLoops, tridiagonalLoops } from './tridiagonal-loops.js';

/** Eigendecomposition A = V diag(values) V^T of a real symmetric matrix. */
export interface SymmetricEigen {
  /** n eigenvalues in ascending order. */
  readonly values: Float64Array;
  /** n x n row-major; row k is the unit eigenvector of `values[k]`. */
  readonly rows: Float64Array;
}

/**
 * Eigendecomposition of a symmetric row-major n x n matrix by `tridiagonalQl`. Only symmetric input is
 * meaningful; the strictly upper part is not checked.
 */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  if (n === 0) return { values: new Float64Array(0), rows: new Float64Array(0) };
  if (n === 1) return { values: Float64Array.of(matrix[0]!), rows: Float64Array.of(1) };
  const scale = largestMagnitude(matrix);
  if (scale === 0) return { values: new Float64Array(n), rows: identityMatrix(n) };
  const loops = loopsFor(matrix, n, scale);
  tridiagonalQl(loops, n, true);
  return { values: loops.d.map((x) => x * scale), rows: loops.v.slice() };
}

/** The eigenvalues alone, ascending: the same to the last bit, for a third of the cost. */
export function symmetricEigenvalues(matrix: Float64Array, n: number): Float64Array {
  return eigenvaluesAlone(matrix, n).sort();
}

/** The same eigenvalues, to the last bit, without the eigenvectors and in no order: for a third of the cost. */
function eigenvaluesAlone(matrix: Float64Array, n: number): Float64Array {
  if (n < 2) return matrix.slice(0, n);
  const scale = largestMagnitude(matrix);
  if (scale === 0) return new Float64Array(n);
  const loops = loopsFor(matrix, n, scale);
  tridiagonalQl(loops, n, false);
  return loops.d.map((x) => x * scale);
}

/** Loops that work on the transpose of the matrix over `scale`. */
function loopsFor(matrix: Float64Array, n: number, scale: number): TridiagonalLoops {
  const loops = tridiagonalLoops(n);
  const { v } = loops;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) v[j * n + i] = matrix[i * n + j]! / scale;
  return loops;
}

/** The n x n identity, row-major. */
export function identityMatrix(n: number): Float64Array {
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  return identity;
}

/** max |x|, 0 for an empty array. */
export function largestMagnitude(values: Float64Array): number {
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k]!));
  return largest;
}

/** Largest eigenvalue of a symmetric row-major n x n matrix; 0 when n = 0, NaN where an entry is. */
export function largestEigenvalue(matrix: Float64Array, n: number): number {
  const values = eigenvaluesAlone(matrix, n);
  let largest = n === 0 ? 0 : -Infinity;
  for (let k = 0; k < n; k++) largest = Math.max(largest, values[k]!);
  return largest;
}

/** Smallest eigenvalue of a symmetric row-major n x n matrix; 0 when n = 0, NaN where an entry is. */
export function smallestEigenvalue(matrix: Float64Array, n: number): number {
  const values = eigenvaluesAlone(matrix, n);
  let smallest = n === 0 ? 0 : Infinity;
  for (let k = 0; k < n; k++) smallest = Math.min(smallest, values[k]!);
  return smallest;
}

/**
 * Eigenvalues of the symmetric n x n matrix in `v` by Householder tridiagonalisation and implicit QL (tred2 and tql2 of
 * EISPACK: Martin, Reinsch & Wilkinson 1968; Bowdler et al. 1968), and the eigenvectors where they are asked for.
 *
 * `d` gets the eigenvalues, ascending with `vectors`, else in no order; with `vectors`, row k of `v` is afterwards the
 * unit eigenvector of the k-th eigenvalue; without, what is left there means nothing.
 */
function tridiagonalQl(loops: TridiagonalLoops, n: number, vectors: boolean): void {
  const { v, d } = loops;
  reduce(loops, n);
  if (vectors) accumulate(loops, n);
  else for (let j = 0; j < n; j++) d[j] = v[j * n + j]!;
  iterate(loops, n, vectors);
  if (vectors) sortAscending(v, n, d);
}

/** Householder reflections from the last row up: e gets the off-diagonal from entry 1 on, d the h of each reflection. */
function reduce(loops: TridiagonalLoops, n: number): void {
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
function accumulate(loops: TridiagonalLoops, n: number): void {
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
