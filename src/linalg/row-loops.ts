import { PRODUCT_NUMBERS, startKernel } from './kernel.js';

/** So many numbers of any value, in memory that the next decomposition takes again: that of the kernel, if it is there. */
export function workingNumbers(count: number): Float64Array {
  const numbers = startKernel()?.numbers(PRODUCT_NUMBERS + count);
  return numbers?.subarray(PRODUCT_NUMBERS, PRODUCT_NUMBERS + count) ?? new Float64Array(count);
}

/** True if the compiled loops see these numbers. */
function compiled(...all: readonly Float64Array[]): boolean {
  const memory = startKernel()?.numbers(0)?.buffer;
  return all.every(({ buffer }) => buffer === memory);
}

/**
 * out[j] = <row j, x>, summed from left to right, for `count` rows that begin `stride` numbers after each other in `rows`:
 * compiled for working numbers, to the same last bit.
 */
export function rowsTimesColumn(
  rows: Float64Array,
  stride: number,
  count: number,
  x: Float64Array,
  out: Float64Array,
): void {
  const length = x.length;
  if (compiled(rows, x, out)) {
    const { calls } = startKernel()!;
    calls.rowsTimesColumn(rows.byteOffset, stride, count, length, x.byteOffset, out.byteOffset);
    return;
  }
  for (let j = 0; j < count; j++) {
    let sum = 0;
    for (let k = 0; k < length; k++) sum += rows[j * stride + k]! * x[k]!;
    out[j] = sum;
  }
}

/** x -= weights[j] row j, for one row after the other; the rows and compilation as in `rowsTimesColumn`. */
export function subtractRows(
  rows: Float64Array,
  stride: number,
  count: number,
  weights: Float64Array,
  x: Float64Array,
): void {
  const length = x.length;
  if (compiled(rows, weights, x)) {
    const { calls } = startKernel()!;
    calls.subtractRows(rows.byteOffset, stride, count, length, weights.byteOffset, x.byteOffset);
    return;
  }
  for (let j = 0; j < count; j++) {
    const weight = weights[j]!;
    for (let k = 0; k < length; k++) x[k]! -= weight * rows[j * stride + k]!;
  }
}
