import { EigenvalueDecomposition, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  coherenceBlock,
  hessianInnerProducts,
  perronValue,
  spectralNorm,
} from '../../src/theory/coherence.js';
import { randomSource } from '../../src/statistics/generator.js';
import { denseHessians } from '../reference/dense-operator.js';
import { largestDifference, relativeDifference } from '../closeness.js';
import { denseMatrix, normalSet } from '../sample-problems.js';

/** Sums of a few dozen products. */
const ROUNDING = 1e-13;

/** The eigenvalue iteration stops at an estimated relative error of 1e-11; the root halves it. */
const CONVERGED = 1e-10;

describe('hessianInnerProducts', () => {
  it.each([
    ['rank one', [1, 1, 1, 1], [1, 1, 1]],
    ['general rank', [2, 0, 3, 1], [1, 4, 2]],
  ] as const)('are tr(H_i H_j) of the dense Hessians (%s)', (_rank, left, right) => {
    const random = randomSource('hessianInnerProducts', ...left);
    const sets = [normalSet(random, left, 5), normalSet(random, right, 5)] as const;
    const [h, g] = sets.map(denseHessians);
    const expected = h!.flatMap((a) => g!.map((b) => a.mmul(b).trace()));
    expect(largestDifference(hessianInnerProducts(sets[0], sets[1]), expected)).toBeLessThan(ROUNDING);
    const own = h!.flatMap((a) => h!.map((b) => a.mmul(b).trace()));
    expect(largestDifference(hessianInnerProducts(sets[0], sets[0]), own)).toBeLessThan(ROUNDING);
  });

  it('coherenceBlock is scale times their square roots', () => {
    const set = normalSet(randomSource('coherenceBlock'), [2, 1, 1], 4);
    const expected = hessianInnerProducts(set, set).map((x) => 3 * Math.sqrt(x));
    expect(largestDifference(coherenceBlock(set, set, 3), expected)).toBeLessThan(ROUNDING);
  });
});

describe('perronValue and spectralNorm', () => {
  it('perronValue is the top eigenvalue of symmetric matrices with nonnegative entries', () => {
    const random = randomSource('perronValue');
    for (let n = 1; n <= 15; n++) {
      const matrix = new Float64Array(n * n);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j <= i; j++) {
          matrix[i * n + j] = matrix[j * n + i] = random.integer(3) === 0 ? 0 : random.uniform();
        }
      }
      const dense = new EigenvalueDecomposition(denseMatrix(matrix, n, n), { assumeSymmetric: true });
      const expected = Math.max(...dense.realEigenvalues);
      expect(relativeDifference(perronValue(matrix, n), expected), `size ${n}`).toBeLessThan(CONVERGED);
    }
  });

  it('perronValue finds the larger of two separate blocks and 1 for an exchange, 0 for zeros and size 0', () => {
    expect(relativeDifference(perronValue(Float64Array.of(2, 0, 0, 5), 2), 5)).toBeLessThan(CONVERGED);
    expect(relativeDifference(perronValue(Float64Array.of(0, 1, 1, 0), 2), 1)).toBeLessThan(CONVERGED);
    expect(perronValue(new Float64Array(9), 3)).toBe(0);
    expect(perronValue(new Float64Array(0), 0)).toBe(0);
  });

  it('spectralNorm is the largest singular value, for more rows than columns and fewer', () => {
    const random = randomSource('spectralNorm');
    for (const [n, m] of [
      [1, 1],
      [1, 6],
      [6, 1],
      [3, 8],
      [8, 3],
      [5, 5],
    ] as const) {
      const matrix = Float64Array.from({ length: n * m }, () => random.uniform());
      const expected = new SingularValueDecomposition(denseMatrix(matrix, n, m), { autoTranspose: true })
        .norm2;
      expect(relativeDifference(spectralNorm(matrix, n, m), expected), `${n} x ${m}`).toBeLessThan(CONVERGED);
      const frobenius = denseMatrix(matrix, n, m).norm('frobenius');
      if (Math.min(n, m) > 1) expect(relativeDifference(frobenius, expected)).toBeGreaterThan(1e-3);
    }
    expect(spectralNorm(new Float64Array(6), 2, 3)).toBe(0);
  });
});
