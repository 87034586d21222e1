import { expect, test } from 'vitest';
import { randomSource } from '../../src/random/generator.js';
import { risingTrend } from '../../src/statistics/trend.js';

/** All orders of the labels of a pooled sample, each group's values being interchangeable. */
function arrangements(sizes: readonly number[]): number[][] {
  if (sizes.every((size) => size === 0)) return [[]];
  return sizes.flatMap((size, g) =>
    size === 0
      ? []
      : arrangements(sizes.map((other, k) => (k === g ? other - 1 : other))).map((rest) => [g, ...rest]),
  );
}

/** Groups of the ranks 1, 2, .. given the group of each rank. */
function grouped(order: readonly number[], count: number): number[][] {
  return Array.from({ length: count }, (_, g) => [...order.keys()].filter((rank) => order[rank] === g));
}

test('the probability equals the share of all arrangements with as many rising pairs', () => {
  for (const sizes of [
    [2, 3],
    [1, 1, 1],
    [2, 2, 2],
    [3, 1, 2],
  ]) {
    const all = arrangements(sizes).map((order) => risingTrend(grouped(order, sizes.length)));
    for (const { rising, probability } of all) {
      const share = all.filter((other) => other.rising >= rising).length / all.length;
      expect(probability).toBeCloseTo(share, 12);
    }
  }
});

test('complete separation of four groups of eight has probability 8!^4/32!', () => {
  const groups = [0, 1, 2, 3].map((g) => Array.from({ length: 8 }, (_, k) => 10 * g + k));
  const { probability, rising, pairs } = risingTrend(groups);
  expect(rising).toBe(pairs);
  expect(probability / 1.0044084e-17).toBeCloseTo(1, 3);
});

test('values without a trend are significant at level p no more often than p', () => {
  const random = randomSource('trend');
  const trials = 2000;
  let significant = 0;
  for (let t = 0; t < trials; t++) {
    const groups = [5, 5, 5].map((size) => Array.from({ length: size }, () => random.uniform()));
    if (risingTrend(groups).probability <= 0.05) significant++;
  }
  expect(significant / trials).toBeLessThan(0.05 + 4 * Math.sqrt((0.05 * 0.95) / trials));
  expect(significant).toBeGreaterThan(0);
});

test('ties and falling values are no evidence of a rise', () => {
  expect(
    risingTrend([
      [1, 1],
      [1, 1],
    ]).probability,
  ).toBe(1);
  expect(
    risingTrend([
      [3, 4],
      [1, 2],
    ]).probability,
  ).toBeCloseTo(1, 12);
});

test('a group without values is refused', () => {
  expect(() => risingTrend([[1], []])).toThrow('a trend needs at least two groups, none empty');
});
