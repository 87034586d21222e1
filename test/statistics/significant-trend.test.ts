import { expect, test } from 'vitest';
import { fittedSlope, risingTrend, significantTrend } from '../../src/statistics/trend.js';

/** Three pairs in complete order: the chance of it is 2! 2! 2!/6! = 1/90 for either direction. */
const RISING = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const FALLING = [...RISING].reverse();

test('each direction has half of the error, to the level itself', () => {
  const { probability } = risingTrend(RISING);
  expect(probability).toBeCloseTo(1 / 90, 12);
  for (const [groups, direction] of [
    [RISING, 'rising'],
    [FALLING, 'falling'],
  ] as const) {
    expect(significantTrend(groups, 2 * probability)).toBe(direction);
    expect(significantTrend(groups, 2 * probability * (1 - 1e-9))).toBeNull();
  }
  expect(significantTrend([[1, 4], [2, 3]], 0.3)).toBeNull(); // prettier-ignore
});

test('a line through two values has their difference as slope', () => {
  expect(fittedSlope([1, 4])).toBe(3);
  expect(fittedSlope([1, 4, 7])).toBeCloseTo(3, 12);
});
