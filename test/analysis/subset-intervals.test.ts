import { describe, expect, test } from 'vitest';
import { subsetIntervals } from '../../src/analysis/subset-intervals.js';
import { randomSource } from '../../src/statistics/generator.js';
import { drawnSets } from '../../src/theory/draw-subset.js';
import { normalSet } from '../sample-problems.js';

const random = randomSource('interval cases');
const ones = (n: number): number[] => Array.from({ length: n }, () => 1);
const sets = { retain: normalSet(random, ones(120), 3), forget: normalSet(random, ones(90), 3) };

/** Intervals from 60 samples of each set, the mean curvatures of all samples unknown. */
function intervals(alpha: number) {
  const { retain, forget } = drawnSets(sets, { size: 60, seed: 2 }, 0);
  const rest = { alpha, batch: { retain: 30, forget: 30 }, sampling: 'bernoulli' } as const;
  return subsetIntervals({ ...rest, retain, forget }, 0.95);
}

const { alphaStar } = intervals(0.1);

describe('where the mean curvatures are those of a subset', () => {
  test('alpha* has an interval, with samples that were not drawn in mind', () => {
    expect(alphaStar.exact).toBe(false);
    expect(alphaStar.low).toBe(0);
    expect(alphaStar.high).toBeGreaterThan(1.05 * alphaStar.value);
  });

  test('eta* is 0 for certain only above all that alpha* may be', () => {
    const above = intervals(1.001 * alphaStar.high).etaStar;
    expect([above.low, above.value, above.high, above.exact]).toEqual([0, 0, 0, true]);
    const between = intervals((alphaStar.value + alphaStar.high) / 2).etaStar;
    expect(between.exact).toBe(false);
    expect(between.high).toBeGreaterThan(0);
  });

  test('eta* may be 0 where alpha* may be below alpha: its lower end is then 0', () => {
    const within = intervals(alphaStar.value / 2).etaStar;
    expect(within.value).toBeGreaterThan(0);
    expect(within.low).toBe(0);
    const descent = intervals(0).etaStar;
    expect(descent.low).toBeGreaterThan(0);
    expect(descent.low).toBeLessThan(descent.value);
  });
});

test('where the mean of the forget set alone is known, alpha* has a lower end above 0', () => {
  const unknown = drawnSets(sets, { size: 60, seed: 2 }, 0);
  const known = drawnSets(sets, { size: 60, seed: 2 });
  const rest = { alpha: 0.1, batch: { retain: 30, forget: 30 }, sampling: 'bernoulli' } as const;
  const found = subsetIntervals({ ...rest, retain: unknown.retain, forget: known.forget }, 0.95).alphaStar;
  expect(found.low).toBeGreaterThan(0.2 * found.value);
  expect(found.low).toBeLessThan(found.value);
});
