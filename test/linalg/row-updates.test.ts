import { describe, expect, it } from 'vitest';
import { sharedNumbers } from '../../src/linalg/product-team.js';
import { rowsTimesTransposed, subtractFromRows, subtractFromUpper } from '../../src/linalg/row-updates.js';
import { randomSource } from '../../src/statistics/generator.js';
import { integerEntries } from '../sample-problems.js';

/** Within a tile of products, across tiles, and too small for the kernel. Integer entries: sums are exact. */
const SIZES = [[3, 5, 2], [9, 13, 40], [530, 270, 33]] as const; // prettier-ignore

/** Rows of n integers with 3 more numbers between them, 7 before, in memory that threads share or not. */
function stridedRows(shared: boolean, count: number, n: number) {
  const [at, stride] = [7, n + 3];
  const entries = integerEntries(randomSource('row updates', count, n), 1, at + count * stride);
  const numbers = shared ? sharedNumbers(entries.length) : new Float64Array(entries.length);
  numbers.set(entries);
  return { numbers, at, stride, count };
}

const inner = (a: Float64Array, i: number, b: Float64Array, j: number, k: number): number => {
  let sum = 0;
  for (let c = 0; c < k; c++) sum += a[i + c]! * b[j + c]!;
  return sum;
};

describe.each([true, false])('rows in shared memory: %s', (shared) => {
  it.each(SIZES)('rowsTimesTransposed is X B^T (%i x %i over %i)', (count, n, k) => {
    const rows = stridedRows(shared, count, k);
    const b = integerEntries(randomSource('row updates', 'b'), n, k);
    const product = rowsTimesTransposed(rows, k, b, n);
    const expected = product.map((_, x) =>
      inner(rows.numbers, rows.at + Math.floor(x / n) * rows.stride, b, (x % n) * k, k),
    );
    expect(product).toEqual(expected);
  });

  it.each(SIZES)('subtractFromRows takes A B^T off, and nothing off what is between (%i x %i over %i)', (count, n, k) => {
    const rows = stridedRows(shared, count, n);
    const random = randomSource('row updates', 'a');
    const [a, b] = [integerEntries(random, count, k), integerEntries(random, n, k)];
    const expected = Array.from(rows.numbers);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < n; j++) expected[rows.at + i * rows.stride + j]! -= inner(a, i * k, b, j * k, k);
    }
    subtractFromRows(rows, a, b, n, k);
    expect(Array.from(rows.numbers)).toEqual(expected);
  }); // prettier-ignore

  it.each([[3, 2], [40, 30], [300, 16]])('subtractFromUpper leaves what is below the diagonal (%i over %i)', (n, k) => {
    const rows = stridedRows(shared, n, n);
    const random = randomSource('row updates', 'upper');
    const [a, b] = [integerEntries(random, n, k), integerEntries(random, n, k)];
    const expected = Array.from(rows.numbers);
    for (let i = 0; i < n; i++) {
      for (let j = i; j < n; j++) expected[rows.at + i * rows.stride + j]! -= inner(a, i * k, b, j * k, k);
    }
    subtractFromUpper(rows, a, b, k);
    expect(Array.from(rows.numbers)).toEqual(expected);
  }); // prettier-ignore
});
