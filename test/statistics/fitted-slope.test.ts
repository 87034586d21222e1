import { expect, test } from 'vitest';
import { fittedSlope } from '../../src/statistics/trend.js';

test('the slope of a line is found, and noise that is no trend does not change it', () => {
  const line = Array.from({ length: 9 }, (_, k) => 3 - 0.25 * k);
  expect(fittedSlope(line)).toBeCloseTo(-0.25, 14);
  // Even around the middle: no trend.
  expect(fittedSlope(line.map((y, k) => y + [2, -1, 0, -1, 0, -1, 0, -1, 2][k]!))).toBeCloseTo(-0.25, 14);
  expect(fittedSlope(line.map((y, k) => y + k / 100))).not.toBeCloseTo(-0.25, 3);
});

test('one value has no slope', () => {
  expect(() => fittedSlope([1])).toThrow(/at least two values; got 1/);
});
