import { expect, test } from 'vitest';
import { validatedMatrix } from '../../src/input/matrix-views.js';
import { allNumbers, opened } from './matrix-of.js';
import { npyBytes } from './npy-bytes.js';
import { quarters } from './number-bytes.js';

/** A matrix of 4 x 3 x 5 with one number replaced, checked. */
async function withNumber(k: number, value: number, shape = [4, 3, 5]) {
  const numbers = quarters(shape);
  numbers[k] = value;
  return validatedMatrix(await opened(npyBytes(numbers, shape), 'R.npy'));
}

test('a checked matrix gives the numbers of its source', async () => {
  const source = await withNumber(0, 1);
  expect(allNumbers(source, 2)).toEqual(allNumbers(await withNumber(0, 1)));
  source.checkRead();
});

test.each([
  [NaN, /R\.npy: row 2, factor 1, column 3 \(from 0\) must be a finite number; got NaN$/],
  [Infinity, /R\.npy: row 2, factor 1, column 3 \(from 0\) must be a finite number; got Infinity$/],
  [-Infinity, /got -Infinity$/],
])('%d is refused by row, factor and column, whatever is read at once', async (value, message) => {
  const source = await withNumber((2 * 3 + 1) * 5 + 3, value);
  for (const atOnce of [1, 2, 5]) expect(() => allNumbers(source, atOnce)).toThrow(message);
});

test('NaN is refused by row and column where a sample has one factor', async () => {
  const source = await withNumber(2 * 5 + 4, NaN, [4, 5]);
  expect(() => allNumbers(source)).toThrow(/R\.npy: row 2, column 4 \(from 0\)/);
});

test.each([
  [0, /R\.npy has only zero vectors/],
  [1e200, /R\.npy: its largest number must be in 1e-70..1e70 in size; got 1e\+200/],
  [-1e-200, /its largest number must be in 1e-70..1e70 in size; got 1e-200/],
])('a largest number of %d is refused once all is read', async (value, message) => {
  const source = validatedMatrix(await opened(npyBytes(Float64Array.of(0, value), [1, 2]), 'R.npy'));
  allNumbers(source);
  expect(() => source.checkRead()).toThrow(message);
});

test('samples of zeros are refused where none may be, however the columns are read', async () => {
  const shape = [4, 3, 5];
  const numbers = quarters(shape);
  numbers.fill(0, 15, 30); // all factors of sample 1
  numbers.fill(0, 45, 55); // two of three factors of sample 3
  for (const atOnce of [1, 2, 5]) {
    const source = validatedMatrix(await opened(npyBytes(numbers, shape), 'R.npy'), '--allow-zero-samples');
    allNumbers(source, atOnce);
    expect(() => source.checkRead()).toThrow(
      /R\.npy: row 1 \(from 0\) must not be all zeros, unless --allow-zero-samples/,
    );
  }
  numbers.fill(0, 45);
  const two = validatedMatrix(await opened(npyBytes(numbers, shape), 'R.npy'), '--allow-zero-samples');
  allNumbers(two);
  expect(() => two.checkRead()).toThrow(/row 1 \(from 0\) and 1 more must/);
  const allowed = validatedMatrix(await opened(npyBytes(numbers, shape), 'R.npy'));
  allNumbers(allowed);
  allowed.checkRead();
});
