import { multiplyTransposed, multiplyUpperTransposed } from './multiply-transposed.js';
import { paysInPanels } from './panel-products.js';
import { largeProduct, sharedNumbers } from './product-team.js';

/** Rows of a large matrix, each of which begins `stride` numbers behind the one before. */
export interface StridedRows {
  readonly numbers: Float64Array;
  /** Where the first row begins. */
  readonly at: number;
  readonly stride: number;
  readonly count: number;
}

/** Rows whose product is taken off the matrix at once, where it is not in memory that threads share. */
const CHUNK = 512;

/** Numbers that threads share, for products that are taken off a matrix: kept, as new memory costs more than a product. */
let held: Float64Array = new Float64Array(0);

/** So many numbers of any value, until the next call. */
function scratch(count: number): Float64Array {
  if (held.length < count) held = sharedNumbers(count);
  return held.subarray(0, count);
}

/** X B^T for the first k numbers of strided rows X and row-major B (n x k): X.count x n. */
export function rowsTimesTransposed(rows: StridedRows, k: number, b: Float64Array, n: number): Float64Array {
  const { numbers, at, stride, count } = rows;
  const out = new Float64Array(count * n);
  if (!paysInPanels(count, n, k)) return multiplyTransposed(compact(rows, k), count, b, n, k, out);
  const a = numbers.subarray(at, at + (count - 1) * stride + k);
  largeProduct({ a, m: count, b, n, k, out, shape: 'any', strides: { a: stride } });
  return out;
}

/** X -= A B^T for the first n numbers of strided rows X, row-major A (X.count x k) and B (n x k). */
export function subtractFromRows(
  rows: StridedRows,
  a: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
): void {
  const { numbers, at, stride, count } = rows;
  if (count === 0 || n === 0 || k === 0) return;
  if (numbers.buffer instanceof SharedArrayBuffer && paysInPanels(count, n, k)) {
    const out = numbers.subarray(at, at + (count - 1) * stride + n);
    largeProduct({ a, m: count, b, n, k, out, shape: 'any', strides: { out: stride }, subtract: true });
    return;
  }
  for (let from = 0; from < count; from += CHUNK) {
    const height = Math.min(CHUNK, count - from);
    const part = a.subarray(from * k, (from + height) * k);
    const product = multiplyTransposed(part, height, b, n, k, scratch(height * n));
    for (let i = 0; i < height; i++) {
      const row = at + (from + i) * stride;
      for (let j = 0; j < n; j++) numbers[row + j]! -= product[i * n + j]!;
    }
  }
}

/** The entries on and above the diagonal of the first n of strided rows become those of X - A B^T, A and B n x k. */
export function subtractFromUpper(rows: StridedRows, a: Float64Array, b: Float64Array, k: number): void {
  const { numbers, at, stride, count: n } = rows;
  const product = multiplyUpperTransposed(a, b, n, k, scratch(n * n));
  for (let i = 0; i < n; i++) {
    const row = at + i * stride;
    for (let j = i; j < n; j++) numbers[row + j]! -= product[i * n + j]!;
  }
}

/** The first k numbers of every row, without what lies between. */
function compact({ numbers, at, stride, count }: StridedRows, k: number): Float64Array {
  const out = new Float64Array(count * k);
  for (let i = 0; i < count; i++) out.set(numbers.subarray(at + i * stride, at + i * stride + k), i * k);
  return out;
}
