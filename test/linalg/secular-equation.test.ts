import { describe, expect, it } from 'vitest';
import { secularRoots, secularVectors } from '../../src/linalg/secular-equation.js';
import { symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import { largestDifference } from '../closeness.js';

/** diag(d) + z z^T. */
function updated(d: Float64Array, z: Float64Array): Float64Array {
  const k = d.length;
  return Float64Array.from({ length: k * k }, (_, x) => {
    const [i, j] = [Math.floor(x / k), x % k];
    return z[i]! * z[j]! + (i === j ? d[i]! : 0);
  });
}

const squares = (z: Float64Array): Float64Array => z.map((x) => x * x);

/** Gaps and weights over so many orders of size. */
function drawn(k: number, orders: number) {
  const random = randomSource('secular', k, orders);
  const d = new Float64Array(k);
  for (let i = 1; i < k; i++) d[i] = d[i - 1]! + 10 ** (-orders * random.uniform());
  const z = Float64Array.from({ length: k }, () => random.normal() * 10 ** (-orders * random.uniform()));
  return { d, z };
}

const CASES = [[1, 0], [2, 0], [3, 0], [20, 0], [20, 3], [20, 6], [50, 8]] as const; // prettier-ignore

describe('secularRoots', () => {
  it.each(CASES)('are the eigenvalues of diag(d) + z z^T, one behind each pole (k = %i, 1e-%i)', (k, orders) => {
    const { d, z } = drawn(k, orders);
    const { roots } = secularRoots(d, squares(z));
    expect(largestDifference(roots, symmetricEigen(updated(d, z), k).values)).toBeLessThan(1e-14);
    for (let j = 0; j < k; j++) {
      expect(roots[j]!).toBeGreaterThanOrEqual(d[j]!);
      if (j < k - 1) expect(roots[j]!).toBeLessThanOrEqual(d[j + 1]!);
    }
  }); // prettier-ignore

  /** d = (0, 1), w = (t, t): x^2 - (1 + 2t) x + t = 0, whose roots are t - t^2 + .. and 1 + t + t^2 - .. */
  it.each([1e-3, 1e-9, 1e-15, 1e-25])('know their distances from the poles to all digits (%d)', (t) => {
    const { differences } = secularRoots(Float64Array.of(0, 1), Float64Array.of(t, t));
    const small = (2 * t) / (1 + 2 * t + Math.sqrt(1 + 4 * t * t));
    expect(Math.abs(-differences[0]! / small - 1)).toBeLessThan(1e-14);
    // The other root is 1 + 2t - small.
    const beyond = 2 * t - small;
    expect(Math.abs(-differences[3]! / beyond - 1)).toBeLessThan(1e-14);
  });
});

describe('secularVectors', () => {
  it.each(CASES)('are orthonormal, however close the roots, and diagonalise (k = %i, 1e-%i)', (k, orders) => {
    const { d, z } = drawn(k, orders);
    const { roots, differences } = secularRoots(d, squares(z));
    const rows = secularVectors(d, z, differences, Int32Array.from({ length: k }, (_, i) => i));
    const matrix = updated(d, z);
    for (let i = 0; i < k; i++) {
      for (let j = 0; j < k; j++) {
        let [product, image] = [0, 0];
        for (let l = 0; l < k; l++) {
          product += rows[i * k + l]! * rows[j * k + l]!;
          image += rows[i * k + l]! * matrix[l * k + j]!;
        }
        expect(Math.abs(product - Number(i === j))).toBeLessThan(1e-14);
        expect(Math.abs(image - roots[i]! * rows[i * k + j]!)).toBeLessThan(1e-14 * (1 + roots[k - 1]!));
      }
    }
  }); // prettier-ignore

  /** At 0 the terms of the outer poles cancel, so that the root beside it is known to a few digits alone. */
  it('are orthonormal where a root is not known well, as they are those of another z', () => {
    const d = Float64Array.of(-1, 0, 1);
    const z = Float64Array.of(Math.sqrt(1e10 + 1 - 1e-5), 1e-11, 1e5);
    const { differences } = secularRoots(d, squares(z));
    const rows = secularVectors(d, z, differences, Int32Array.of(0, 1, 2));
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < i; j++) {
        let product = 0;
        for (let l = 0; l < 3; l++) product += rows[3 * i + l]! * rows[3 * j + l]!;
        expect(Math.abs(product)).toBeLessThan(1e-14);
      }
    }
  });

  it('are written to the places that are named', () => {
    const { d, z } = drawn(3, 0);
    const { differences } = secularRoots(d, squares(z));
    const straight = secularVectors(d, z, differences, Int32Array.of(0, 1, 2));
    const turned = secularVectors(d, z, differences, Int32Array.of(2, 0, 1));
    for (let j = 0; j < 3; j++) {
      expect([turned[3 * j + 2], turned[3 * j], turned[3 * j + 1]]).toEqual(
        Array.from(straight.subarray(3 * j, 3 * j + 3)),
      );
    }
  });
});
