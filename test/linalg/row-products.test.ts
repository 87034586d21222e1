import { describe, expect, test } from 'vitest';
import { addWeightedRows, rowsTimesVector } from '../../src/linalg/row-products.js';
import { rowsTimesVectors } from '../../src/linalg/rows-times-vectors.js';
import { paysCompiled } from '../../src/linalg/single-rows.js';
import { normals, randomSource } from '../../src/statistics/generator.js';

const P = 7;

describe.each([1, 3, 4, 9])('%s rows from the second on', (count) => {
  const numbers = normals((count + 2) * P, randomSource('rows', count)).map(Math.fround);
  const row = (i: number) => numbers.subarray((i + 1) * P, (i + 2) * P);
  const x = normals(P, randomSource('x', count));

  test('rowsTimesVector: inner products, in single precision as in double', () => {
    const out = new Float64Array(count + 1);
    rowsTimesVector(numbers, P, count, x, out, 1);
    for (let i = 0; i < count; i++) expect(out[i + 1]).toBe(row(i).reduce((sum, a, k) => sum + a * x[k]!, 0));
    expect(out[0]).toBe(0);
    const single = new Float64Array(count + 1);
    rowsTimesVector(Float32Array.from(numbers), P, count, x, single, 1);
    expect(single).toEqual(out);
  });

  test('addWeightedRows: the sum of weighted rows on top', () => {
    const weights = normals(count, randomSource('weights', count));
    const y = x.slice();
    addWeightedRows(numbers, P, weights, y);
    y.forEach((value, k) => {
      const exact = weights.reduce((sum, weight, i) => sum + weight * row(i)[k]!, x[k]!);
      expect(value).toBeCloseTo(exact, 12);
    });
  });
});

// Doubles take the plain loops, singles the compiled ones where these pay: more rows than one lot, more columns than one stretch.
test.each([
  [5, 1023],
  [10, 4096],
  [23, 9001],
])('%s rows of %s single numbers: compiled loops have the last bit of the plain ones', (count, p) => {
  const doubles = normals((count + 1) * p, randomSource('compiled rows', count)).map(Math.fround);
  const singles = Float32Array.from(doubles);
  const x = normals(p, randomSource('x', p));
  const [plain, compiled] = [new Float64Array(count + 2), new Float64Array(count + 2)];
  rowsTimesVector(doubles, p, count, x, plain, 1);
  rowsTimesVector(singles, p, count, x, compiled, 1);
  expect(compiled).toEqual(plain);
  const weights = normals(count, randomSource('weights', count));
  const [one, other] = [x.slice(), x.slice()];
  addWeightedRows(doubles, p, weights, one);
  addWeightedRows(singles, p, weights, other);
  expect(other).toEqual(one);
  expect(one).not.toEqual(x);
  expect(paysCompiled(count, p)).toBe(true);
});

test.each([
  [1, 1, 7],
  [3, 2, 7],
  [9, 1, 40],
  [9, 8, 40],
  [300, 65, 700],
])('rowsTimesVectors: %s rows and %s vectors of %s numbers, a row of the result a row', (count, many, p) => {
  const numbers = normals((count + 1) * p, randomSource('many rows', count)).map(Math.fround);
  const vectors = normals(many * p, randomSource('vectors', many));
  const out = new Float64Array(count * many);
  rowsTimesVectors(Float32Array.from(numbers), p, count, vectors, p, out);
  for (let k = 0; k < many; k++) {
    const one = new Float64Array(count);
    rowsTimesVector(numbers, p, count, vectors.subarray(k * p, (k + 1) * p), one);
    for (let i = 0; i < count; i++) expect(out[i * many + k]).toBeCloseTo(one[i]!, 11);
  }
});
