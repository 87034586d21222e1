import { describe, expect, it } from 'vitest';
import { foldedNormalMean } from '../../theorems/C3.js';
import { relativeDifference } from '../closeness.js';

/** Simpson's rule with 20,000 steps over at most 24 widths: (24/20000)^4/180, and rounding of the sum. */
const INTEGRATED = 1e-12;

function integral(f: (x: number) => number, from: number, to: number): number {
  const steps = 20_000;
  const h = (to - from) / steps;
  let sum = f(from) + f(to);
  for (let k = 1; k < steps; k++) sum += (k % 2 === 1 ? 4 : 2) * f(from + k * h);
  return (sum * h) / 3;
}

describe('foldedNormalMean', () => {
  /** The two halves of the integral of |x| against the density of N(m, s^2), each smooth. */
  function integrated(m: number, s: number): number {
    const density = (x: number): number => Math.exp(-(((x - m) / s) ** 2) / 2) / (s * Math.sqrt(2 * Math.PI));
    const reach = 12 * s;
    const right = integral((x) => x * density(x), Math.max(0, m - reach), Math.max(0, m) + reach);
    const left = integral((x) => -x * density(x), Math.min(0, m) - reach, Math.min(0, m + reach));
    return right + left;
  }

  it.each([
    [0, 1],
    [0, 0.05],
    [0.01, 0.1],
    [0.2, 0.1],
    [0.25, 0.05],
    [1, 0.07],
    [-0.3, 0.2],
    [9, 0.04],
  ])('is E|X| for X normal with mean %f and standard deviation %f', (m, s) => {
    expect(relativeDifference(foldedNormalMean(m, s ** 2), integrated(m, s))).toBeLessThan(INTEGRATED);
  });

  it('the comparison tells it from |m| and from the root mean square', () => {
    const exact = integrated(0.2, 0.1);
    expect(relativeDifference(0.2, exact)).toBeGreaterThan(1e-3);
    expect(relativeDifference(Math.hypot(0.2, 0.1), exact)).toBeGreaterThan(1e-3);
  });

  it('is s sqrt(2/pi) without a mean, and |m| where the variance does not matter', () => {
    expect(relativeDifference(foldedNormalMean(0, 4), 2 * Math.sqrt(2 / Math.PI))).toBeLessThan(1e-15);
    expect(foldedNormalMean(3, 1e-4)).toBe(3);
  });
});
