import { describe, expect, it } from 'vitest';
import { largestEigenvalue, symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';

/** Tridiagonalisation of up to 60 rows: tens of units of rounding, relative to the norm. */
const ROUNDING = 1e-13;

function randomSymmetric(n: number, entry: () => number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = entry();
  return matrix;
}

function normOf(values: Float64Array): number {
  return Math.max(Math.abs(values[0]!), Math.abs(values.at(-1)!));
}

describe('largestEigenvalue', () => {
  it.each([1, 2, 3, 4, 7, 20, 60])('equals the largest eigenvalue of a full decomposition, n = %i', (n) => {
    const random = randomSource('top eigenvalue', n);
    const kinds = [
      () => random.normal(),
      () => Math.abs(random.normal()),
      () => (random.uniform() < 0.5 ? 0 : random.normal()),
      () => 1e-8 * random.normal(),
    ];
    for (const kind of kinds) {
      for (let k = 0; k < 10; k++) {
        const matrix = randomSymmetric(n, kind);
        const { values } = symmetricEigen(matrix, n);
        const found = largestEigenvalue(matrix, n);
        expect(Math.abs(found - values.at(-1)!)).toBeLessThanOrEqual(ROUNDING * normOf(values));
      }
    }
  });

  it('tells the largest from the second eigenvalue, 1e-9 apart', () => {
    // Reflected by I - 2 u u^T, u = (1, 2, 2)/3.
    const spectrum = [1, 1 - 1e-9, 0.5];
    const u = [1 / 3, 2 / 3, 2 / 3];
    const row = (i: number, k: number): number => (i === k ? 1 : 0) - 2 * u[i]! * u[k]!;
    const matrix = Float64Array.from({ length: 9 }, (_, ij) =>
      spectrum.reduce((sum, value, k) => sum + value * row(Math.floor(ij / 3), k) * row(ij % 3, k), 0),
    );
    expect(Math.abs(largestEigenvalue(matrix, 3) - 1)).toBeLessThan(ROUNDING);
  });

  it('knows matrices whose spectrum is known: all ones, diagonal, zero, all negative', () => {
    expect(largestEigenvalue(new Float64Array(64).fill(1), 8)).toBeCloseTo(8, 13);
    expect(largestEigenvalue(Float64Array.of(-3, 0, 0, -2), 2)).toBeCloseTo(-2, 13);
    expect(largestEigenvalue(new Float64Array(9), 3)).toBe(0);
    expect(largestEigenvalue(Float64Array.of(-2, 1, 1, -2), 2)).toBeCloseTo(-1, 13);
  });

  it('leaves the matrix as it is', () => {
    const matrix = randomSymmetric(6, () => 1.5);
    const copy = matrix.slice();
    largestEigenvalue(matrix, 6);
    expect(matrix).toEqual(copy);
  });
});
