import { describe, expect, it } from 'vitest';
import { chiSquareTail, chiSquareValue, mostEvents } from './goodness-of-fit.js';

/** The tabulated quantiles have six digits. */
const TABLE = 2e-5;

describe('the statistics that the sampling tests rest on', () => {
  it.each([
    [1, 3.841459, 0.05],
    [1, 10.827566, 0.001],
    [2, 9.21034, 0.01],
    [5, 20.515006, 0.001],
    [10, 18.307038, 0.05],
    [63, 103.442376, 0.001],
  ])('chiSquareTail with %i degrees of freedom has the tabulated quantile %f', (freedom, x, tail) => {
    expect(Math.abs(chiSquareTail(x, freedom) / tail - 1)).toBeLessThan(TABLE);
  });

  it('chiSquareTail is 0 far out, not NaN', () => {
    expect(chiSquareTail(5000, 3)).toBe(0);
    expect(chiSquareTail(900, 3)).toBeLessThan(1e-13);
  });

  it('chiSquareValue rejects a loaded die and keeps a fair one', () => {
    const fair = Array.from({ length: 6 }, () => 1 / 6);
    expect(chiSquareValue([1010, 990, 1003, 997, 985, 1015], fair)).toBeGreaterThan(0.5);
    expect(chiSquareValue([1150, 970, 970, 970, 970, 970], fair)).toBeLessThan(1e-4);
  });

  it('chiSquareValue refuses cells with too few expected counts', () => {
    expect(() => chiSquareValue([3, 97], [0.03, 0.97])).toThrow(RangeError);
  });

  it('mostEvents is the exact binomial quantile', () => {
    // P(X > 2) = 1/8 for three fair coins; P(X > 1) = 1/2.
    expect(mostEvents(3, 0.5, 0.125)).toBe(2);
    expect(mostEvents(3, 0.5, 0.124)).toBe(3);
    expect(mostEvents(3, 0.5, 0.5)).toBe(1);
    expect(mostEvents(5, 0, 0.01)).toBe(0);
  });
});
