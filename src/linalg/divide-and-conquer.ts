import { sharedNumbers } from './product-team.js';
import { rowsTimesTransposed } from './row-updates.js';
import { secularRoots, secularVectors } from './secular-equation.js';
import { eigenBySteps } from './tridiagonal-ql.js';
import { PlainLoops } from './tridiagonal-loops.js';

/** Up to this order a block is not divided. */
const SMALL = 32;

/** Which half of its columns an eigenvector has entries in. */
const [LEFT, MIXED, RIGHT] = [0, 1, 2] as const;

/**
 * Eigendecomposition of a symmetric tridiagonal matrix by division (Cuppen, Numer. Math. 36, 1981; Gu & Eisenstat, SIAM J.
 * Matrix Anal. Appl. 16, 1995; dstedc of LAPACK): T = diag(T_1, T_2) + rho u u^T, whose halves are decomposed alike, is
 * diag(d) + rho z z^T in their eigenvectors. Where z_i is 0 to rounding, or may be made so by turning two eigenvectors with
 * the same value, the eigenvalue stays; the others are roots of the secular equation, and their vectors are a product.
 *
 * @param diagonal n numbers; changed. @param off entry i beside diagonal entries i - 1 and i; changed.
 * @returns ascending values, and n x n row-major, in memory that threads share: row k is the unit eigenvector of value k.
 */
export function tridiagonalEigen(diagonal: Float64Array, off: Float64Array) {
  const n = diagonal.length;
  const rows = sharedNumbers(n * n);
  divide({ values: diagonal, off, rows, n }, 0, n);
  return { values: diagonal, rows };
}

/** Values and vectors of the blocks that are done, in place. */
interface Decomposition {
  readonly values: Float64Array;
  readonly off: Float64Array;
  readonly rows: Float64Array;
  readonly n: number;
}

function divide(whole: Decomposition, from: number, to: number): void {
  const { values, off } = whole;
  if (to - from <= SMALL) return decomposeSmall(whole, from, to);
  const middle = (from + to) >> 1;
  const size = Math.abs(off[middle]!);
  values[middle - 1]! -= size;
  values[middle]! -= size;
  divide(whole, from, middle);
  divide(whole, middle, to);
  merge(whole, from, middle, to);
}

function decomposeSmall({ values, off, rows, n }: Decomposition, from: number, to: number): void {
  const size = to - from;
  const loops = new PlainLoops(size);
  for (let i = 0; i < size; i++) {
    loops.v[i * (size + 1)] = 1;
    loops.d[i] = values[from + i]!;
    loops.e[i] = off[from + i]!;
  }
  eigenBySteps(loops, size, true);
  values.set(loops.d, from);
  for (let i = 0; i < size; i++) {
    rows.set(loops.v.subarray(i * size, (i + 1) * size), (from + i) * n + from);
  }
}

/** Eigenvalues of two halves that take part in the secular equation, ascending, and those that stay. */
interface Deflation {
  readonly kept: readonly number[];
  readonly stays: readonly number[];
  /** LEFT, MIXED or RIGHT of every eigenvector, by its row in the block. */
  readonly kinds: Uint8Array;
}

function merge(whole: Decomposition, from: number, middle: number, to: number): void {
  const { values, off, rows, n } = whole;
  const beside = off[middle]!;
  const [size, half] = [to - from, middle - from];
  const z = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const entry = rows[(from + i) * n + middle - Number(i < half)]!;
    z[i] = (i < half || beside >= 0 ? entry : -entry) * Math.SQRT1_2;
  }
  const rho = 2 * Math.abs(beside);
  const { kept, stays, kinds } = deflate(whole, from, half, z, rho);
  const k = kept.length;
  const d = Float64Array.from(kept, (i) => values[from + i]!);
  const own = Float64Array.from(kept, (i) => z[i]!);
  const { roots, differences } = secularRoots(
    d,
    own.map((x) => rho * x * x),
  );
  // Columns of the vectors by kind, so that each half of the product takes a stretch of them.
  const byKind = Array.from(kept, (_, i) => i).sort((i, j) => kinds[kept[i]!]! - kinds[kept[j]!]! || i - j);
  const places = new Int32Array(k);
  byKind.forEach((i, place) => (places[i] = place));
  const vectors = secularVectors(d, own, differences, places);
  const ordered = byKind.map((i) => from + kept[i]!);
  const count = (kind: number): number => kept.filter((i) => kinds[i] === kind).length;
  const [left, right] = [k - count(RIGHT), count(LEFT)];
  const onLeft = turned(vectors, k, 0, ordered.slice(0, left), whole, from, middle);
  const onRight = turned(vectors, k, right, ordered.slice(right), whole, middle, to);
  const still = stays.map((i) => ({
    value: values[from + i]!,
    row: rows.slice((from + i) * n + from, (from + i) * n + to),
  }));
  const moved = Array.from(roots, (value, j) => ({ value, j }));
  [...moved, ...still]
    .sort((one, other) => one.value - other.value)
    .forEach((source, i) => {
      const at = (from + i) * n;
      values[from + i] = source.value;
      if ('row' in source) rows.set(source.row, at + from);
      else {
        const { j } = source;
        rows.set(onLeft.subarray(j * half, (j + 1) * half), at + from);
        rows.set(onRight.subarray(j * (size - half), (j + 1) * (size - half)), at + middle);
      }
    });
}

/** Columns from .. to-1 of the new eigenvectors: those of the old ones in `ordered`, by their entries from `first` on. */
function turned(
  vectors: Float64Array,
  k: number,
  first: number,
  ordered: readonly number[],
  { rows, n }: Decomposition,
  from: number,
  to: number,
): Float64Array {
  const [count, width] = [ordered.length, to - from];
  const columns = new Float64Array(width * count);
  ordered.forEach((row, a) => {
    for (let c = 0; c < width; c++) columns[c * count + a] = rows[row * n + from + c]!;
  });
  return rowsTimesTransposed({ numbers: vectors, at: first, stride: k, count: k }, count, columns, width);
}

/** Finds what stays, turning pairs of eigenvectors whose values are the same to rounding (dlaed2 of LAPACK). */
function deflate(
  { values, rows, n }: Decomposition,
  from: number,
  half: number,
  z: Float64Array,
  rho: number,
): Deflation {
  const size = z.length;
  const d = values.subarray(from, from + size);
  const largest = Math.max(
    ...[d, z.map((x) => rho * x)].map((list) => list.reduce((a, x) => Math.max(a, Math.abs(x)), 0)),
  );
  const tolerance = 4 * Number.EPSILON * largest;
  const kinds = Uint8Array.from({ length: size }, (_, i) => (i < half ? LEFT : RIGHT));
  const [kept, stays]: [number[], number[]] = [[], []];
  let last = -1;
  const order = Array.from(d, (_, i) => i).sort((i, j) => d[i]! - d[j]! || i - j);
  for (const i of order) {
    if (!(rho * Math.abs(z[i]!) > tolerance)) {
      stays.push(i);
      continue;
    }
    if (last >= 0) {
      const length = Math.hypot(z[i]!, z[last]!);
      const [c, s] = [z[i]! / length, -z[last]! / length];
      if (Math.abs((d[i]! - d[last]!) * c * s) <= tolerance) {
        z[i] = length;
        if (kinds[i] !== kinds[last]) kinds[i] = kinds[last] = MIXED;
        turn(rows, (from + last) * n + from, (from + i) * n + from, size, c, s);
        const [x, y] = [d[last]!, d[i]!];
        d[last] = x * c * c + y * s * s;
        d[i] = x * s * s + y * c * c;
        stays.push(last);
      } else kept.push(last);
    }
    last = i;
  }
  if (last >= 0) kept.push(last);
  return { kept, stays, kinds };
}

/** Rows x and y of some numbers become c x + s y and c y - s x. */
function turn(rows: Float64Array, x: number, y: number, length: number, c: number, s: number): void {
  for (let k = 0; k < length; k++) {
    const [first, second] = [rows[x + k]!, rows[y + k]!];
    rows[x + k] = c * first + s * second;
    rows[y + k] = c * second - s * first;
  }
}
