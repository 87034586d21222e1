import { padded, PRODUCT_NUMBERS, startKernel } from './kernel.js';
import { STRETCH } from './product-loops.js';
import type { Reals } from './row-products.js';

/** Rows of a tile: its stretch of 1 MB stays in the second-level cache. */
const TILE = 256;

/** Below so many multiplications the plain loops win. */
const WORTHWHILE = 4096;

/** Fewest rows on either side: below, too much of a panel is padding. */
const FEWEST_ROWS = 6;

/** Places of the tiles of A and B and of their product, in numbers. */
const PLACES = { a: 8192, b: 8192 + TILE * STRETCH, out: PRODUCT_NUMBERS - TILE * TILE };

/** Known structure of a product A B^T: none, that it is symmetric, or that row j of B is 0 behind column j. */
type ProductShape = 'any' | 'symmetric' | 'lower';

/** True if `panelProducts` is there and pays for A (m x k) times B (n x k). */
export function paysInPanels(m: number, n: number, k: number): boolean {
  return m >= FEWEST_ROWS && n >= FEWEST_ROWS && m * n * k >= WORTHWHILE && startKernel() !== null;
}

/** A product A B^T for row-major A (m x k) and B (n x k). */
export interface PanelProduct {
  readonly a: Reals;
  readonly m: number;
  readonly b: Reals;
  readonly n: number;
  readonly k: number;
  /** m x n; of a symmetric product the entries on and above the diagonal are written. */
  readonly out: Float64Array;
  readonly shape: ProductShape;
  /** Numbers from one row of A, and of `out`, to the next, where they are not k and n. */
  readonly strides?: { readonly a?: number; readonly out?: number };
  /** The product is taken off what is in `out`. */
  readonly subtract?: boolean;
}

/** Computes a product tile by tile in the compiled kernel: the same numbers to the last bit as the plain loops. */
export function panelProducts(product: PanelProduct): void {
  const tiles = tileCount(product);
  for (let tile = 0; tile < tiles; tile++) computeTile(product, tile);
}

/** Number of tiles of a product, each of which is computed by itself. */
export function tileCount({ m, n, shape }: PanelProduct): number {
  const across = Math.ceil(n / TILE);
  return shape === 'symmetric' ? (across * (across + 1)) / 2 : Math.ceil(m / TILE) * across;
}

/** First row and column of a tile; the tiles of a symmetric product are those on and above the diagonal, by columns. */
function tilePlace({ n, shape }: PanelProduct, tile: number): { i: number; j: number } {
  if (shape !== 'symmetric') {
    const across = Math.ceil(n / TILE);
    return { i: TILE * Math.floor(tile / across), j: TILE * (tile % across) };
  }
  let column = 0;
  let first = 0;
  while (first + column < tile) first += ++column;
  return { i: TILE * (tile - first), j: TILE * column };
}

/** Computes one tile of a product. */
export function computeTile(product: PanelProduct, tile: number): void {
  const { a, m, b, n, k, out, shape, strides, subtract = false } = product;
  const [aStride, outStride] = [strides?.a ?? k, strides?.out ?? n];
  const kernel = startKernel()!;
  const { addProducts } = kernel.calls;
  const numbers = kernel.numbers(PRODUCT_NUMBERS)!;
  const { i, j } = tilePlace(product, tile);
  const rows = Math.min(TILE, m - i);
  const paddedRows = padded(rows);
  const columns = Math.min(TILE, n - j);
  const paddedColumns = padded(columns);
  const same = a === b && i === j && rows === columns;
  const upper = shape === 'symmetric' && i === j ? 1 : 0;
  const lower = shape === 'lower';
  const end = lower ? Math.min(k, j + columns) : k;
  numbers.fill(0, PLACES.out, PLACES.out + paddedRows * paddedColumns);
  for (let from = 0; from < end; from += STRETCH) {
    const length = Math.min(end, from + STRETCH) - from;
    pack(a, i * aStride + from, rows, aStride, length, numbers, PLACES.a);
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
    (subtract ? takeOff : copy)(numbers, at, columns, out, (i + row) * outStride + j);
  }
}

function copy(from: Float64Array, at: number, count: number, to: Float64Array, place: number): void {
  if (count >= 64) to.set(from.subarray(at, at + count), place);
  else for (let c = 0; c < count; c++) to[place + c] = from[at + c]!;
}

function takeOff(from: Float64Array, at: number, count: number, to: Float64Array, place: number): void {
  for (let c = 0; c < count; c++) to[place + c]! -= from[at + c]!;
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
