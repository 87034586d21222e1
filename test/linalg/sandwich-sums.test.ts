import { Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { multiplyTransposed, multiplyTransposedSymmetric } from '../../src/linalg/multiply-transposed.js';
import {
  addSandwiches,
  compilesSandwiches,
  forEachSandwich,
  type PowerSums,
  type Sandwich,
} from '../../src/linalg/sandwich-sums.js';
import { largestEigenvalue } from '../../src/linalg/symmetric-eigen.js';
import { normals, randomSource } from '../../src/statistics/generator.js';
import { largestDifference } from '../closeness.js';
import { denseMatrix, entriesOf } from '../sample-problems.js';

/** Orders with compiled loops, and numbers of matrices: the last takes two lots. */
const CASES = [
  [1, 70],
  [2, 3],
  [3, 64],
  [4, 1],
  [5, 0],
  [6, 9],
  [7, 5],
  [15, 1600],
] as const;

const LEVEL = 0.8;

/** Sums that something is in already, as after earlier matrices. */
function sumsOf(r: number): PowerSums {
  const random = randomSource('sums', r);
  const some = (): Float64Array => normals(r * r, random);
  return [some(), some(), some(), some()];
}

describe.each(CASES)('in order %i, %i matrices', (r, count) => {
  const random = randomSource('sandwiches', r);
  const matrices = normals((count + 1) * r * r, random);
  const [left, right] = [normals(r * r, random), normals(r * r, random)];
  const kinds: readonly Sandwich[] = [
    { left, right },
    { left, right: null },
  ];

  test('the sums and the bounds are those of plain loops, to the last bit', () => {
    expect(compilesSandwiches(r)).toBe(true);
    for (const sandwich of kinds) {
      const [compiled, plain] = [sumsOf(r), sumsOf(r)];
      const [bounds, plainBounds] = [new Float64Array(count + 1), new Float64Array(count + 1)];
      addSandwiches(matrices, count, r, sandwich, LEVEL, compiled, bounds);
      forEachSandwich(matrices, count, r, sandwich, plainBounds, (y) => {
        const d = y.map((x, k) => (k % (r + 1) === 0 ? LEVEL : 0) - x);
        const square = multiplyTransposedSymmetric(d, d, r, r);
        const cube = multiplyTransposed(d, r, square, r, r);
        const powers = [d, square, cube, multiplyTransposedSymmetric(square, square, r, r)];
        powers.forEach((power, m) => power.forEach((x, k) => (plain[m]![k]! += x)));
      });
      expect(compiled).toEqual(plain);
      expect(bounds).toEqual(plainBounds);
      expect(bounds[count]).toBe(0);
    }
  });

  test('Y = C C^T with C = L M^T, M = R S^T or S; no eigenvalue is above its bound', () => {
    for (const sandwich of kinds) {
      const sums = sumsOf(r);
      const bounds = new Float64Array(count);
      addSandwiches(matrices, count, r, sandwich, LEVEL, sums, bounds);
      const expected = sumsOf(r).map((sum) => denseMatrix(sum, r, r));
      for (let s = 0; s < count; s++) {
        const matrix = denseMatrix(matrices.slice(s * r * r, (s + 1) * r * r), r, r);
        const m = sandwich.right ? denseMatrix(right, r, r).mmul(matrix.transpose()) : matrix;
        const c = denseMatrix(left, r, r).mmul(m.transpose());
        const y = c.mmul(c.transpose());
        const d = Matrix.sub(Matrix.eye(r).mul(LEVEL), y);
        let power = Matrix.eye(r);
        for (const sum of expected) sum.add((power = power.mmul(d)));
        expect(bounds[s]! * (1 + 1e-12)).toBeGreaterThanOrEqual(largestEigenvalue(entriesOf(y), r));
        if (r === 1) expect(bounds[s]).toBeCloseTo(y.get(0, 0), 12);
      }
      expected.forEach((matrix, k) => {
        const scale = Math.max(1, ...matrix.to1DArray().map(Math.abs));
        expect(largestDifference(sums[k]!, entriesOf(matrix)) / scale).toBeLessThan(1e-12);
      });
    }
  });
});

test('an infinite step has no finite bound', () => {
  const bounds = new Float64Array(2);
  const matrices = Float64Array.of(1, 0, 0, Infinity, 1, 0, 0, 1);
  const left = Float64Array.of(1, 0, 0, 1);
  addSandwiches(matrices, 2, 2, { left, right: null }, LEVEL, sumsOf(2), bounds);
  expect(bounds[0]! <= Number.MAX_VALUE).toBe(false);
  expect(bounds[1]).toBe(1);
});
