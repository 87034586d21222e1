import { describe, expect, it } from 'vitest';
import { gradedEigen } from '../../src/linalg/graded-eigen.js';
import { symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import { symmetricEntries } from '../sample-problems.js';

describe('gradedEigen', () => {
  it.each([1, 2, 5, 12])(
    'has A v = d v, orthonormal v and the eigenvalues of symmetricEigen (n = %i)',
    (n) => {
      const a = symmetricEntries(randomSource('graded', n), n);
      const { values, rows } = gradedEigen(a, n);
      const other = symmetricEigen(a, n).values;
      for (let k = 0; k < n; k++) {
        expect(Math.abs(values[k]! - other[k]!)).toBeLessThan(1e-13);
        for (let i = 0; i < n; i++) {
          let [image, product] = [0, 0];
          for (let j = 0; j < n; j++) {
            image += a[i * n + j]! * rows[k * n + j]!;
            product += rows[k * n + j]! * rows[i * n + j]!;
          }
          expect(Math.abs(image - values[k]! * rows[k * n + i]!)).toBeLessThan(1e-13);
          expect(Math.abs(product - Number(i === k))).toBeLessThan(1e-13);
        }
      }
    },
  );

  /** diag(1, s) [[2, 1], [1, b]] diag(1, s): eigenvalues near 2 and (b - 1/2) s^2, to s^2 of their size. */
  it.each([1, -1])('keeps the digits of eigenvalues 1e-24 of the largest, of both signs (%i)', (b) => {
    for (const s of [1e-6, 1e-9, 1e-12]) {
      const matrix = Float64Array.of(2, s, s, b * s * s);
      const small = (b - 0.5) * s * s;
      const { values } = gradedEigen(matrix, 2);
      const found = values[0]!;
      expect(Math.abs(found / small - 1)).toBeLessThan(Math.max(1e-14, 2 * s * s));
    }
    // Which the other method does not.
    const graded = Float64Array.of(3, 1, 1e-12, 1, 2, 0, 1e-12, 0, 1e-24);
    const lost = symmetricEigen(graded, 3).values[0]!;
    expect(Math.abs(lost / (0.6 * 1e-24) - 1)).toBeGreaterThan(1e-3);
    const kept = gradedEigen(graded, 3).values[0]!;
    expect(Math.abs(kept / (0.6 * 1e-24) - 1)).toBeLessThan(1e-13);
  });

  it('takes the zero matrix', () => {
    expect(Array.from(gradedEigen(new Float64Array(9), 3).values)).toEqual([0, 0, 0]);
  });
});
