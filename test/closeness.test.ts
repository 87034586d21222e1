import { describe, expect, it } from 'vitest';
import { largestDifference, relativeDifference } from './closeness.js';

describe('the measures of difference that the tests rest on', () => {
  it('relativeDifference is 0 for equal numbers only, and symmetric', () => {
    expect(relativeDifference(3, 3)).toBe(0);
    expect(relativeDifference(0, 0)).toBe(0);
    expect(relativeDifference(1, 2)).toBe(0.5);
    expect(relativeDifference(2, 1)).toBe(0.5);
    expect(relativeDifference(0, 1e-300)).toBe(1);
  });

  it('neither lets NaN or a missing entry pass a tolerance', () => {
    expect(relativeDifference(NaN, 1) < 1).toBe(false);
    expect(largestDifference([1, NaN], [1, 2]) < 1).toBe(false);
    expect(largestDifference([NaN, 1], [1, 2]) < 1).toBe(false);
    expect(largestDifference([1], [1, 0])).toBe(Infinity);
  });

  it('largestDifference is relative to the largest expected entry, absolute where all are 0', () => {
    expect(largestDifference([10, 1.5], [10, 1])).toBe(0.05);
    expect(largestDifference([0.25], [0])).toBe(0.25);
  });
});
