import { describe, expect, test } from 'vitest';
import { criticalRatios, MOST_RATIOS, thinnedRatios } from '../../src/harness/summary.js';
import { examination } from './examination.js';

describe('critical ratios', () => {
  test('exist where both critical steps are positive and finite', () => {
    const pairs: [number | null, number | null][] = [
      [2, 4],
      [null, 4],
      [0, 4],
      [Infinity, 4],
      [2, 0],
      [2, null],
    ];
    const examinations = pairs.map(([criticalStep, etaStar]) => examination({ criticalStep, etaStar }));
    expect(criticalRatios(examinations)).toEqual([0.5]);
  });

  test('are listed in order, few of them all', () => {
    expect(thinnedRatios([3, 1, 2])).toEqual({ count: 3, values: [1, 2, 3] });
    expect(thinnedRatios([1 / 3])).toEqual({ count: 1, values: [0.333333] });
    expect(thinnedRatios([])).toBeNull();
  });

  test('are thinned evenly, the smallest and the largest kept', () => {
    const { count, values } = thinnedRatios(Array.from({ length: 1001 }, (_, k) => 1001 - k))!;
    expect(count).toBe(1001);
    expect(values).toHaveLength(MOST_RATIOS);
    expect(values).toEqual(Array.from({ length: MOST_RATIOS }, (_, k) => 1 + 10 * k));
  });
});
