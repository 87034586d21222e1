import { expect, test } from 'vitest';
import type { SingleRuns } from '../../src/analysis/recommendation.js';
import { runsServe } from '../../src/analysis/windows.js';

/** 2 log(factor)/growth = 100 steps. */
const FACTOR = Math.exp(5);
const RUNS: SingleRuns = {
  ...{ typical: { growth: 0.1, low: 0.09, high: 0.11 }, runs: 200, escaped: 0.95, worse: 0.05 },
};
const serve = (part: Partial<SingleRuns>, steps = 100.001): boolean =>
  runsServe({ ...RUNS, ...part }, { steps, factor: FACTOR });

test('single runs serve if 95 % escape in time and no more than 5 % end worse', () => {
  expect(serve({})).toBe(true);
  expect([serve({ escaped: 0.945 }), serve({ worse: 0.055 })]).toEqual([false, false]);
});

test('and if the growth of single runs reaches the factor within the steps, and is positive for certain', () => {
  expect([serve({}, 100.001), serve({}, 99.9)]).toEqual([true, false]);
  expect(serve({ typical: { growth: 0.1, low: 0, high: 0.2 } })).toBe(false);
  expect(serve({ typical: { growth: 0.1, low: 1e-9, high: 0.2 } })).toBe(true);
});
