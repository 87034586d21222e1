import { describe, expect, test } from 'vitest';
import { randomSource, randomSubset } from '../../src/statistics/generator.js';

/** Five standard deviations of a share of 1/10 in 10 000 draws. */
const FIVE_DEVIATIONS = 0.015;

describe('randomSubset', () => {
  test('draws every pair of five equally often', () => {
    const random = randomSource('pairs');
    const counts = new Map<string, number>();
    for (let k = 0; k < 10_000; k++) {
      const key = randomSubset([0, 1, 2, 3, 4], 2, random).join();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect(counts.size).toBe(10);
    for (const count of counts.values()) {
      expect(Math.abs(count / 10_000 - 1 / 10)).toBeLessThan(FIVE_DEVIATIONS);
      // Subsets of three would each have a share of 1/10, too, but pairs in order 1/20.
      expect(Math.abs(count / 10_000 - 1 / 20)).toBeGreaterThan(FIVE_DEVIATIONS);
    }
  });

  test('takes nothing or everything, leaves the given numbers alone and sorts what it took', () => {
    const from = [9, 4, 7];
    expect(randomSubset(from, 0, randomSource('none'))).toEqual([]);
    expect(randomSubset(from, 3, randomSource('all'))).toEqual([4, 7, 9]);
    expect(from).toEqual([9, 4, 7]);
  });

  test.each([-1, 4, 1.5, NaN])('throws RangeError for %d of three', (count) => {
    expect(() => randomSubset([1, 2, 3], count, randomSource('bad'))).toThrow(/an integer in 0..3; got/);
  });
});
