import { padded, startKernel } from './kernel.js';

/** Columns that are worked on at once, a multiple of 4, .. */
const STRETCH = 4096;

/** .. and rows, a multiple of 4: what they take stays in the second-level cache. */
const ROWS = 16;

/** Places in the memory of the kernel, in numbers: those of the tiles of products, which are free between products. */
const PLACES = { x: 8192, sums: 8192 + STRETCH, rows: 8192 + STRETCH + ROWS };

const NUMBERS = PLACES.rows + (ROWS * STRETCH) / 2;

/** Below so many multiplications the plain loops win. */
const WORTHWHILE = 4096;

/** True if the compiled loops are there and pay for `count` rows of p single numbers. */
export function paysCompiled(count: number, p: number): boolean {
  return count >= 4 && count * p >= WORTHWHILE && startKernel() !== null;
}

/** The memory as numbers of both precisions. */
function memory(): { readonly doubles: Float64Array; readonly singles: Float32Array } {
  const doubles = startKernel()!.numbers(NUMBERS)!;
  return { doubles, singles: new Float32Array(doubles.buffer) };
}

/** Copies columns from .. to-1 of some rows to the memory, filled up with rows and columns of 0 to multiples of 4. */
function copyRows(
  rows: Float32Array,
  first: number,
  count: number,
  p: number,
  length: number,
  singles: Float32Array,
): void {
  const [height, width] = [padded(count), padded(length)];
  const at = 2 * PLACES.rows;
  for (let i = 0; i < height; i++) {
    const row = at + i * width;
    if (i < count) singles.set(rows.subarray(first + i * p, first + i * p + length), row);
    singles.fill(0, row + (i < count ? length : 0), row + width);
  }
}

/** `rowsTimesVector` for rows of single precision by compiled loops: the same numbers to the last bit. */
export function compiledRowsTimesVector(
  rows: Float32Array,
  from: number,
  count: number,
  x: Float64Array,
  out: Float64Array,
  at: number,
): void {
  const p = x.length;
  const { doubles, singles } = memory();
  const { addRowsTimesVector } = startKernel()!.calls;
  for (let i = 0; i < count; i += ROWS) {
    const height = Math.min(ROWS, count - i);
    doubles.fill(0, PLACES.sums, PLACES.sums + ROWS);
    for (let k = 0; k < p; k += STRETCH) {
      const length = Math.min(STRETCH, p - k);
      copyRows(rows, from + i * p + k, height, p, length, singles);
      doubles.set(x.subarray(k, k + length), PLACES.x);
      doubles.fill(0, PLACES.x + length, PLACES.x + padded(length));
      addRowsTimesVector(8 * PLACES.rows, padded(height), padded(length), 8 * PLACES.x, 8 * PLACES.sums);
    }
    out.set(doubles.subarray(PLACES.sums, PLACES.sums + height), at + i);
  }
}

/** `addWeightedRows` for a multiple of four rows of single precision by compiled loops: the same numbers to the last bit. */
export function compiledWeightedRows(
  rows: Float32Array,
  from: number,
  weights: Float64Array,
  y: Float64Array,
): void {
  const p = y.length;
  const { doubles, singles } = memory();
  const calls = startKernel()!.calls;
  for (let i = 0; i < weights.length; i += ROWS) {
    const some = weights.subarray(i, i + ROWS);
    doubles.set(some, PLACES.sums);
    for (let k = 0; k < p; k += STRETCH) {
      const length = Math.min(STRETCH, p - k);
      copyRows(rows, from + i * p + k, some.length, p, length, singles);
      doubles.set(y.subarray(k, k + length), PLACES.x);
      calls.addWeightedRows(8 * PLACES.rows, some.length, padded(length), 8 * PLACES.sums, 8 * PLACES.x);
      y.set(doubles.subarray(PLACES.x, PLACES.x + length), k);
    }
  }
}
