import { ColumnPivots, reflectorOf } from './column-pivots.js';
import { rowsTimesColumn, subtractRows } from './row-loops.js';
import { subtractFromRows } from './row-updates.js';

/** Reflections of a panel. */
const WIDTH = 32;

/** A column whose norm falls to this share of that of its stored numbers is brought up to date. */
const STALE = 1 / 8;

/** Numbers that `reflectPanels` works on: the columns, a product with each, and two numbers by reflector of a panel. */
export function panelNumbers(m: number, n: number): number {
  return n * m + n + 2 * WIDTH;
}

/**
 * Householder reductions of the columns of an m x n matrix with column pivoting, a panel at a time (Quintana-Orti, Sun &
 * Bischof, SIAM J. Sci. Comput. 19, 1998; dgeqp3 of LAPACK): a column that is not reflected yet is left as it was when the
 * panel began, beside its row f of F, and is x - V f up to date, v_l the reflectors of the panel. Only the products of all
 * columns with the next reflector need a pass through the matrix; the end of a panel is one product, A -= V F^T.
 *
 * Entries of f are differences of products with stored columns, so that their error is rounding of the stored norm and not
 * of the one that is left. LAPACK ends a panel where some norm has fallen to 1e-4 of it. Here that column alone is brought
 * up to date, with f = 0 and its norm taken anew, and at 1/8 already: errors of f, of every row's own size after the
 * product with v, stay within that factor of those of the reflections one by one. Norms are computed from the columns at the
 * start of each panel.
 *
 * @param working `panelNumbers`, the n columns first, m numbers each; afterwards column k holds R down to row k, and below it
 * v_k, which is 1 at k.
 * @returns s_k of the reflections I - s_k v_k v_k^T, as many as the rank, and norms of what is cut.
 */
export function reflectPanels(working: Float64Array, m: number, n: number, tolerance: number) {
  const a = working.subarray(0, n * m);
  const products = working.subarray(n * m, n * m + n);
  const along = working.subarray(n * m + n, n * m + n + WIDTH);
  const weights = working.subarray(n * m + n + WIDTH);
  const columns = new ColumnPivots(a, m, n);
  const steps = Math.min(m, n);
  const scales: number[] = [];
  const f = new Float64Array(n * WIDTH);
  while (scales.length < steps && columns.norms[columns.largestFrom(scales.length)]! > tolerance) {
    const first = scales.length;
    f.fill(0);
    reflectPanel(first);
    finishPanel(first, scales.length);
    for (let j = scales.length; j < n; j++) columns.measure(j, scales.length);
  }
  return { scales, columns };

  /** Reflects columns from `first` on until the panel is full, or nothing above the tolerance seems to be left. */
  function reflectPanel(first: number): void {
    const end = Math.min(first + WIDTH, steps);
    for (let k = first; k < end; k++) {
      const largest = columns.largestFrom(k);
      if (!(columns.norms[largest]! > tolerance)) return;
      columns.exchange(largest, k);
      for (let l = 0; l < WIDTH; l++) {
        [f[k * WIDTH + l], f[largest * WIDTH + l]] = [f[largest * WIDTH + l]!, f[k * WIDTH + l]!];
      }
      update(k, first, k, k);
      const v = a.subarray(k * m + k, (k + 1) * m);
      const s = reflectorOf(v);
      scales.push(s);
      const diagonal = v[0]!;
      v[0] = 1;
      rowsTimesColumn(a.subarray((k + 1) * m + k), m, n - k - 1, v, products.subarray(k + 1));
      rowsTimesColumn(a.subarray(first * m + k), m, k - first, v, along);
      for (let j = k + 1; j < n; j++) reflectRow(j, k, first, s);
      v[0] = diagonal;
    }
  }

  /** The entry of row k of R in column j, with the next entry of f and the norm. */
  function reflectRow(j: number, k: number, first: number, s: number): void {
    const row = j * WIDTH;
    const count = k - first;
    let [product, entry] = [products[j]!, a[j * m + k]!];
    for (let l = 0; l < count; l++) {
      product -= f[row + l]! * along[l]!;
      entry -= f[row + l]! * a[(first + l) * m + k]!;
    }
    f[row + count] = s * product;
    entry -= s * product;
    a[j * m + k] = entry;
    if (columns.carry(j, Math.abs(entry), STALE)) return;
    update(j, first, k + 1, k + 1);
    f.fill(0, row, row + WIDTH);
    columns.measure(j, k + 1);
  }

  /** Brings rows from .. m-1 of column j up to date with reflectors first .. end-1. */
  function update(j: number, first: number, end: number, from: number): void {
    for (let l = 0; l < end - first; l++) weights[l] = f[j * WIDTH + l]!;
    subtractRows(
      a.subarray(first * m + from),
      m,
      end - first,
      weights,
      a.subarray(j * m + from, (j + 1) * m),
    );
  }

  /** The columns behind a panel, brought up to date by a product. */
  function finishPanel(first: number, end: number): void {
    const [width, height, count] = [end - first, m - end, n - end];
    const ofColumns = new Float64Array(count * width);
    const rows = new Float64Array(height * width);
    for (let l = 0; l < width; l++) {
      for (let j = 0; j < count; j++) ofColumns[j * width + l] = f[(end + j) * WIDTH + l]!;
      for (let i = 0; i < height; i++) rows[i * width + l] = a[(first + l) * m + end + i]!;
    }
    const part = { numbers: a, at: end * m + end, stride: m, count };
    subtractFromRows(part, ofColumns, rows, height, width);
  }
}
