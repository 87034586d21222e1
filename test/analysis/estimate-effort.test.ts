import { expect, test } from 'vitest';
import { estimateEffort, secondMoment } from '../../src/analysis/second-moment.js';
import { problemFromSpec } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';

const stepsOf = (period: number, memory = 0): number => {
  const { particles, populations, steps, burnIn } = estimateEffort(period, memory);
  return particles * populations * (steps + burnIn) * period;
};

test('an estimate of short periods has its full effort, one of long periods some seconds or the least that tells', () => {
  expect(estimateEffort(20, 0)).toMatchObject({ particles: 200, steps: 60, burnIn: 20 });
  for (const period of [50, 100, 500]) expect(stepsOf(period)).toBeLessThanOrEqual(4e6);
  expect(estimateEffort(10_000, 0)).toMatchObject({ particles: 40, populations: 8, steps: 3, burnIn: 1 });
});

test('it waits for three memories, with fewer particles, as far as the steps go', () => {
  expect(estimateEffort(20, 50)).toMatchObject({ particles: 89, steps: 60, burnIn: 150 });
  expect(estimateEffort(20, 1000)).toMatchObject({ particles: 40, steps: 60, burnIn: 408 });
  expect(stepsOf(20, 1000)).toBeLessThanOrEqual(3e6);
});

test('an epoch of 31 single samples on one axis has the growth of its product, which no order changes', () => {
  const lengths = Array.from({ length: 31 }, (_, i) => 0.5 + ((i * 12) % 31) / 31);
  const problem = reduceProblem(
    problemFromSpec({
      // A second set in epochs keeps the product out of the exact theory of commuting epochs.
      ...{ retain: lengths.map((x) => [[x]]), forget: lengths.slice(0, 4).map((x) => [[x]]) },
      ...{ alpha: 0.001, batch: { retain: 1, forget: 1 }, sampling: 'reshuffled' },
    }),
  );
  const eta = 0.2;
  const { logGrowth, estimate } = secondMoment(problem).growth(eta);
  expect(estimate).toBeDefined();
  const mean = lengths.reduce((sum, x) => sum + 2 * Math.log(1 - eta * x * x), 0) / lengths.length;
  expect(Math.abs(logGrowth / mean - 1)).toBeLessThan(0.01);
});
