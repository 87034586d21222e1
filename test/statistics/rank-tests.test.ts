import { describe, expect, test } from 'vitest';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { fittedSlope, risingTrend, rocArea, significantTrend } from '../../src/statistics/rank-tests.js';

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

const area = (scores: readonly number[], others: readonly number[]) =>
  rocArea(Float64Array.from(scores), Float64Array.from(others), 0.95)!;

describe('the area under the ROC curve', () => {
  test('is the share of pairs in which the score is larger, ties counted half', () => {
    expect(area([3, 4], [1, 2]).area).toBe(1);
    expect(area([1, 2], [3, 4]).area).toBe(0);
    expect(area([1, 3], [2]).area).toBe(0.5);
    expect(area([2, 2, 5], [2, 1]).area).toBe((0.5 + 1 + 0.5 + 1 + 1 + 1) / 6);
    expect(area([7, 7], [7]).area).toBe(0.5);
  });

  test('is that of all pairs, one by one', () => {
    const random = randomSource('pairs');
    // Integers, so that there are ties.
    const [x, y] = [30, 41].map((n) => Array.from({ length: n }, () => random.integer(20)));
    const won = x!.flatMap((a) => y!.map((b) => (a > b ? 1 : a === b ? 0.5 : 0) as number));
    expect(area(x!, y!).area).toBeCloseTo(won.reduce((sum, v) => sum + v, 0) / won.length, 14);
  });

  test('exchanging the groups reflects area and interval', () => {
    const [x, y] = [
      [1, 4, 9, 16],
      [2, 3, 5, 6, 20],
    ];
    const [there, back] = [area(x, y), area(y, x)];
    expect(there.area + back.area).toBe(1);
    expect(there.interval.low).toBeCloseTo(1 - back.interval.high, 14);
  });

  test('has no value without samples in one group, and refuses NaN', () => {
    expect(rocArea(new Float64Array(0), Float64Array.of(1), 0.95)).toBeNull();
    expect(rocArea(Float64Array.of(1), new Float64Array(0), 0.95)).toBeNull();
    expect(() => rocArea(Float64Array.of(NaN), Float64Array.of(1), 0.95)).toThrow(
      /must be a number; got NaN/,
    );
  });

  test('has an interval of some width also at 0 and 1', () => {
    const { interval } = area([5, 6, 7, 8, 9, 10, 11, 12, 13, 14], [1, 2, 3, 4]);
    expect(interval.high).toBe(1);
    // Wilson's lower limit of 4 successes in 4 trials: 1/(1 + z^2/4).
    expect(interval.low).toBeCloseTo(1 / (1 + 1.959964 ** 2 / 4), 6);
  });
});

describe('the 95 % interval of the area', () => {
  const normal = (random: RandomSource) => random.normal();
  /** Half of the group far below the others, half far above: the true area is 1/2. */
  const split = (random: RandomSource) => (random.uniform() < 0.5 ? -10 : 10);

  test('covers the true area in 95 % of draws, whatever the distributions', () => {
    expect(coverage(normal, wilsonInterval)).toBeGreaterThan(0.95);
    expect(coverage(split, wilsonInterval)).toBeGreaterThan(0.94);
  });

  test('where that of Hanley and McNeil covers it in 70 %', () => {
    expect(coverage(normal, hanleyMcNeil)).toBeGreaterThan(0.93);
    expect(coverage(split, hanleyMcNeil)).toBeLessThan(0.8);
  });

  function coverage(draw: (random: RandomSource) => number, interval: typeof hanleyMcNeil): number {
    const random = randomSource('coverage');
    const draws = 1000;
    let covered = 0;
    for (let k = 0; k < draws; k++) {
      const scores = Float64Array.from({ length: 12 }, () => draw(random));
      const others = Float64Array.from({ length: 60 }, () => random.normal());
      const { low, high } = interval(scores, others);
      if (low <= 0.5 && 0.5 <= high) covered++;
    }
    return covered / draws;
  }

  function wilsonInterval(scores: Float64Array, others: Float64Array) {
    return rocArea(scores, others, 0.95)!.interval;
  }

  /** Hanley & McNeil (1982), equations 1 and 2. */
  function hanleyMcNeil(scores: Float64Array, others: Float64Array): { low: number; high: number } {
    const a = rocArea(scores, others, 0.95)!.area;
    const [m, n] = [scores.length, others.length];
    const q1 = a / (2 - a) - a * a;
    const q2 = (2 * a * a) / (1 + a) - a * a;
    const half = 1.96 * Math.sqrt((a * (1 - a) + (m - 1) * q1 + (n - 1) * q2) / (m * n));
    return { low: a - half, high: a + half };
  }
});
