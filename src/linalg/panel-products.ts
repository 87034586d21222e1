import { PRODUCT_NUMBERS, startKernel } from './kernel.js';
import type { Reals } from './row-products.js';

/** Length of the stretch of a row that is worked on at once: the same in the plain loops, so that sums are the same. */
export const STRETCH = 512;

/** Rows of a tile: its stretch of 1 MB stays in the second-level cache. */
const TILE = 256;

/** Below so many multiplications the plain loops win. */
const WORTHWHILE = 4096;

/** Fewest rows on either side: below, too much of a panel is padding. */
const FEWEST_ROWS = 6;

/** Places of the tiles of A and B and of their product, in numbers. */
const PLACES = { a: 8192, b: 8192 + TILE * STRETCH, out: PRODUCT_NUMBERS - TILE * TILE };

/** What is known of a product A B^T: nothing, that it is symmetric, or that row j of B is 0 behind column j. */
type ProductShape = 'any' | 'symmetric' | 'lower';

/** True if `panelProducts` is there and pays for A (m x k) times B (n x k). */
export function paysInPanels(m: number, n: number, k: number): boolean {
  return m >= FEWEST_ROWS && n >= FEWEST_ROWS && m * n * k >= WORTHWHILE && startKernel() !== null;
}

/**
 * out = A B^T for row-major A (m x k) and B (n x k) by the compiled kernel, tile by tile: the same numbers to the last
 * bit as the plain loops. Of a symmetric product the entries on and above the diagonal are right.
 */
export function panelProducts(
  a: Reals,
  m: number,
  b: Reals,
  n: number,
  k: number,
  out: Float64Array,
  shape: ProductShape,
): void {
  const kernel = startKernel()!;
  const { addProducts } = kernel.calls;
  const numbers = kernel.numbers(PRODUCT_NUMBERS)!;
  for (let i = 0; i < m; i += TILE) {
    const rows = Math.min(TILE, m - i);
    const paddedRows = padded(rows);
    for (let j = shape === 'symmetric' ? i : 0; j < n; j += TILE) {
      const columns = Math.min(TILE, n - j);
      const paddedColumns = padded(columns);
      const same = a === b && i === j && rows === columns;
      const upper = shape === 'symmetric' && i === j ? 1 : 0;
      const lower = shape === 'lower';
      const end = lower ? Math.min(k, j + columns) : k;
      numbers.fill(0, PLACES.out, PLACES.out + paddedRows * paddedColumns);
      for (let from = 0; from < end; from += STRETCH) {
        const length = Math.min(end, from + STRETCH) - from;
        pack(a, i * k + from, rows, k, length, numbers, PLACES.a);
        if (!same) pack(b, j * k + from, columns, k, length, numbers, PLACES.b);
        const right = same ? PLACES.a : PLACES.b;
        addProducts(
          8 * PLACES.a,
          paddedRows,
          8 * right,
          paddedColumns,
          length,
          8 * PLACES.out,
          upper,
          lower ? j - from : length,
        );
      }
      for (let row = 0; row < rows; row++) {
        const at = PLACES.out + row * paddedColumns;
        copy(numbers, at, columns, out, (i + row) * n + j);
      }
    }
  }
}

function padded(rows: number): number {
  return (rows + 3) & ~3;
}

function copy(from: Float64Array, at: number, count: number, to: Float64Array, place: number): void {
  if (count >= 64) to.set(from.subarray(at, at + count), place);
  else for (let c = 0; c < count; c++) to[place + c] = from[at + c]!;
}

/** Four rows interleaved, column by column, and the next four; the last are filled up with rows of 0. */
function pack(
  rows: Reals,
  from: number,
  count: number,
  stride: number,
  length: number,
  panels: Float64Array,
  place: number,
): void {
  let at = place;
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const r0 = from + i * stride;
    const r1 = r0 + stride;
    const r2 = r1 + stride;
    const r3 = r2 + stride;
    for (let c = 0; c < length; c++, at += 4) {
      panels[at] = rows[r0 + c]!;
      panels[at + 1] = rows[r1 + c]!;
      panels[at + 2] = rows[r2 + c]!;
      panels[at + 3] = rows[r3 + c]!;
    }
  }
  if (i === count) return;
  panels.fill(0, at, at + 4 * length);
  for (let row = 0; i + row < count; row++) {
    const start = from + (i + row) * stride;
    for (let c = 0; c < length; c++) panels[at + 4 * c + row] = rows[start + c]!;
  }
}
