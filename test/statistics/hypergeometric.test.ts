import { describe, expect, test } from 'vitest';
import { hypergeometricProbabilities } from '../../src/statistics/intervals.js';

function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let product = 1;
  for (let i = 1; i <= k; i++) product *= (n - k + i) / i;
  return product;
}

describe('probabilities of marked ones in a uniform subset', () => {
  test.each([
    [10, 3, 4],
    [10, 7, 8],
    [5, 5, 2],
    [6, 0, 3],
    [100, 50, 49],
    [4, 2, 0],
  ])('are ratios of binomial coefficients for n %i, marked %i, drawn %i', (n, marked, drawn) => {
    const found = hypergeometricProbabilities(n, marked, drawn);
    expect(found).toHaveLength(marked + 1);
    found.forEach((p, k) => {
      const expected = (choose(marked, k) * choose(n - marked, drawn - k)) / choose(n, drawn);
      expect(Math.abs(p - expected)).toBeLessThan(1e-13 + 1e-11 * expected);
    });
  });

  test('differ from those of draws with replacement', () => {
    expect(hypergeometricProbabilities(4, 2, 2)[2]).not.toBeCloseTo(0.25, 3);
  });

  test('are refused outside their range', () => {
    expect(() => hypergeometricProbabilities(5, 6, 2)).toThrow(
      'marked and drawn must be in 0..5; got 6 and 2',
    );
  });
});
