import { describe, expect, test } from 'vitest';
import { addWeightedRows, rowsTimesVector } from '../../src/linalg/row-products.js';
import { normals, randomSource } from '../../src/random/generator.js';

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
