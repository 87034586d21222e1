import { PRODUCT_NUMBERS, startKernel } from './kernel.js';

/** Lists of row numbers, one behind the other: the first `count` of `sizes` are their lengths. */
export interface RowPicks {
  readonly picks: Int32Array;
  readonly sizes: Int32Array;
  count: number;
}

/** Place of the rows in the memory of the kernel, in numbers: those of products, which are free between them. */
const PLACE = 8192;

/** Rows that are picked fewer times than this share of them are not worth their copy. */
const WORTHWHILE = 0.25;

/**
 * The sums of the picked rows (row-major, `length` numbers each), one for each list, from the first pick to the last; with
 * compiled loops where they are there, the same numbers to the last bit.
 *
 * @param out count x length.
 */
export function sumPickedRows(rows: Float64Array, length: number, picked: RowPicks, out: Float64Array): void {
  const { picks, sizes, count } = picked;
  let taken = 0;
  for (let n = 0; n < count; n++) taken += sizes[n]!;
  // Integers take half the room of a number.
  const places = { out: PLACE + rows.length, sizes: 0, picks: 0 };
  places.sizes = places.out + count * length;
  places.picks = places.sizes + Math.ceil(count / 2);
  const fits = places.picks + Math.ceil(taken / 2) <= PRODUCT_NUMBERS;
  const kernel = fits && taken * length >= WORTHWHILE * rows.length ? startKernel() : null;
  if (!kernel) {
    sumPickedRowsPlainly(rows, length, picked, out);
    return;
  }
  const numbers = kernel.numbers(PRODUCT_NUMBERS)!;
  const integers = new Int32Array(numbers.buffer);
  numbers.set(rows, PLACE);
  integers.set(sizes.subarray(0, count), 2 * places.sizes);
  integers.set(picks.subarray(0, taken), 2 * places.picks);
  kernel.calls.sumPickedRows(8 * PLACE, length, 8 * places.picks, 8 * places.sizes, count, 8 * places.out);
  out.set(numbers.subarray(places.out, places.sizes));
}

/** `sumPickedRows` by plain loops. */
export function sumPickedRowsPlainly(
  rows: Float64Array,
  length: number,
  { picks, sizes, count }: RowPicks,
  out: Float64Array,
): void {
  let from = 0;
  for (let n = 0, at = 0; n < count; n++, at += length) {
    const end = from + sizes[n]!;
    for (let a = 0; a < length; a++) {
      let sum = 0;
      for (let k = from; k < end; k++) sum += rows[picks[k]! * length + a]!;
      out[at + a] = sum;
    }
    from = end;
  }
}
