import { expect, test } from 'vitest';
import { randomSource } from '../../src/statistics/generator.js';
import { rankSumPValue } from '../../studies/evidence/judge.js';

/** All ways to choose m of the ranks 0 .. m+n-1 for the first sample. */
function choices(m: number, from: readonly number[]): number[][] {
  if (m === 0) return [[]];
  return from.flatMap((first, k) => choices(m - 1, from.slice(k + 1)).map((rest) => [first, ...rest]));
}

/** Distance of the number of wins of the first sample from its middle. */
function distance(values: readonly number[], others: readonly number[]): number {
  const wins = values.reduce((sum, x) => sum + others.filter((y) => x > y).length, 0);
  return Math.abs(wins - (values.length * others.length) / 2);
}

test('the p-value is the share of all arrangements that differ as much or more', () => {
  for (const [m, n] of [
    [2, 3],
    [3, 3],
    [1, 5],
    [4, 3],
  ] as const) {
    const ranks = Array.from({ length: m + n }, (_, k) => k);
    const all = choices(m, ranks).map((values) => ({
      values,
      others: ranks.filter((rank) => !values.includes(rank)),
    }));
    for (const { values, others } of all) {
      const reached = distance(values, others);
      const share =
        all.filter((other) => distance(other.values, other.others) >= reached).length / all.length;
      expect(rankSumPValue(values, others)).toBeCloseTo(share, 12);
    }
  }
});

test('five values above all forty others have p = 2/C(45, 5)', () => {
  const others = Array.from({ length: 40 }, (_, k) => k);
  expect(rankSumPValue([50, 51, 52, 53, 54], others)).toBeCloseTo(2 / 1_221_759, 15);
});

test('samples of one distribution are significant at level p no more often than p; of shifted ones they are', () => {
  const random = randomSource('rank sum');
  const trials = 1000;
  const significant = (shift: number): number => {
    let count = 0;
    for (let t = 0; t < trials; t++) {
      const values = Array.from({ length: 4 }, () => random.normal() + shift);
      const others = Array.from({ length: 12 }, () => random.normal());
      if (rankSumPValue(values, others) <= 0.05) count++;
    }
    return count / trials;
  };
  expect(significant(0)).toBeLessThan(0.05 + 4 * Math.sqrt((0.05 * 0.95) / trials));
  expect(significant(3)).toBeGreaterThan(0.99);
});

test('ties speak for no difference, and so never make a p-value smaller', () => {
  expect(rankSumPValue([Infinity, Infinity], [Infinity, Infinity, Infinity])).toBe(1);
  expect(rankSumPValue([3, 4], [1, 2, 3])).toBe(rankSumPValue([3, 5], [1, 2, 4]));
  expect(rankSumPValue([], [1])).toBe(1);
  expect(() => rankSumPValue([NaN], [1])).toThrow(RangeError);
});
