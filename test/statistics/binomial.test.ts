import { describe, expect, it } from 'vitest';
import { binomialProbabilities } from '../../src/statistics/intervals.js';
import { relativeDifference } from '../closeness.js';

/** n ratios of neighbours, each with a few units of rounding; n is at most 2000. */
const ACCURACY = 1e-12;

/** Below this, doubles lose digits: only the size is compared. */
const SMALLEST = 1e-290;

/** numerator / denominator as the nearest double, for fractions of any size. */
function quotient(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  const shift = 80 + denominator.toString(2).length - numerator.toString(2).length;
  const scaled =
    shift >= 0 ? (numerator << BigInt(shift)) / denominator : numerator / (denominator << BigInt(-shift));
  return Number(scaled) * 2 ** (-shift / 2) * 2 ** (-shift / 2);
}

/** C(n, k) p^k (1-p)^(n-k) for p = a/b in whole numbers. */
function exactProbabilities(n: number, a: number, b: number): number[] {
  const denominator = BigInt(b) ** BigInt(n);
  let choose = 1n;
  return Array.from({ length: n + 1 }, (_, k) => {
    if (k > 0) choose = (choose * BigInt(n - k + 1)) / BigInt(k);
    return quotient(choose * BigInt(a) ** BigInt(k) * BigInt(b - a) ** BigInt(n - k), denominator);
  });
}

describe('binomialProbabilities', () => {
  it.each([
    [1, 3, 16],
    [7, 1, 2],
    [40, 3, 16],
    [40, 1023, 1024],
    [150, 1, 1024],
    [300, 5, 8],
    [2000, 1, 2],
    [2000, 1, 256],
  ])('equals exact whole-number arithmetic for n = %i, p = %i/%i, far tails included', (n, a, b) => {
    const probabilities = binomialProbabilities(n, a / b);
    const exact = exactProbabilities(n, a, b);
    expect(probabilities).toHaveLength(n + 1);
    exact.forEach((p, k) => {
      if (p > SMALLEST) expect(relativeDifference(probabilities[k]!, p), `k = ${k}`).toBeLessThan(ACCURACY);
      else expect(probabilities[k]!, `k = ${k}`).toBeLessThan(2 * SMALLEST);
    });
  });

  it('the comparison tells p from p (1 + 1e-9)', () => {
    const shifted = binomialProbabilities(40, (3 / 16) * (1 + 1e-9));
    expect(relativeDifference(shifted[40]!, exactProbabilities(40, 3, 16)[40]!)).toBeGreaterThan(
      100 * ACCURACY,
    );
  });

  it('reaches tails of 1e-280 that subtraction from 1 would lose', () => {
    const far = exactProbabilities(150, 1, 1024)[95]!;
    expect(far).toBeGreaterThan(1e-300);
    expect(far).toBeLessThan(1e-200);
    expect(relativeDifference(binomialProbabilities(150, 1 / 1024)[95]!, far)).toBeLessThan(ACCURACY);
  });

  it('sums to 1', () => {
    for (const [n, p] of [
      [1, 0.3],
      [10, 0.999],
      [500, 0.01],
      [100_000, 0.25],
    ] as const) {
      const total = binomialProbabilities(n, p).reduce((a, b) => a + b, 0);
      expect(Math.abs(total - 1)).toBeLessThan(ACCURACY);
    }
  });

  it('is certain for p = 0 and p = 1, and for n = 0', () => {
    expect(Array.from(binomialProbabilities(3, 0))).toEqual([1, 0, 0, 0]);
    expect(Array.from(binomialProbabilities(3, 1))).toEqual([0, 0, 0, 1]);
    expect(Array.from(binomialProbabilities(0, 0.4))).toEqual([1]);
  });
});
