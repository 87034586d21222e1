import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import { escapeForecast } from '../../src/analysis/escape.js';
import { problemFromSpec, type ProblemSpec } from '../../src/theory/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { trajectory } from '../../src/unlearning/growth.js';
import { reducedFromSpec } from '../sample-problems.js';

const input = { eta: 0.5, lambdaMin: -0.2, lambdaMax: 1, logGrowth: 0.3, typical: { low: 0.1, high: 0.15 } };

describe('escapeForecast', () => {
  test('gives log(factor) over each of the three growth rates of |delta|', () => {
    const { mean, secondMoment, typical } = escapeForecast(input, 100);
    expect(1.1 ** mean!).toBeCloseTo(100, 8);
    expect(Math.exp((0.3 / 2) * secondMoment!)).toBeCloseTo(100, 8);
    expect(Math.exp((0.15 / 2) * typical!.low)).toBeCloseTo(100, 8);
    expect(Math.exp((0.1 / 2) * typical!.high)).toBeCloseTo(100, 8);
  });

  test('counts overshoot as escape of the mean: |1 - 0.5 * 4.4| = 1.2 beats 1.1', () => {
    expect(1.2 ** escapeForecast({ ...input, lambdaMax: 4.4 }, 100).mean!).toBeCloseTo(100, 8);
    expect(1.1 ** escapeForecast({ ...input, lambdaMax: 4.1 }, 100).mean!).toBeCloseTo(100, 8);
  });

  test('is null where nothing grows, and for runs whose growth is not certain', () => {
    const held = {
      eta: 1,
      lambdaMin: 0.1,
      lambdaMax: 1.9,
      logGrowth: -0.1,
      typical: { low: -0.2, high: 0.1 },
    };
    expect(escapeForecast(held, 2)).toEqual({ factor: 2, mean: null, secondMoment: null, typical: null });
  });

  test.each([1, 0, NaN, Infinity])('refuses the factor %d', (factor) => {
    expect(() => escapeForecast(input, factor)).toThrow(/factor must be > 1 and finite/);
  });
});

/** Full batches: the retain set holds the first axis, the forget set pulls along the second. */
const spec: ProblemSpec = {
  retain: [[[2, 0]], [[1, 0.5]]],
  forget: [[[0, 1]]],
  alpha: 0.5,
  batch: { retain: 2, forget: 1 },
  sampling: 'without-replacement',
};

test('with full batches the real process grows by the factor at the forecast step, not a step earlier', () => {
  const problem = reducedFromSpec(spec);
  const { escape } = analyzeProblem(problemFromSpec(spec), 0.1, [], { factor: 1e6 });
  // From any start: the growth that is left to the fastest direction after many steps.
  const squares = trajectory(
    linearisedProcess(problem, 0.1),
    Float64Array.of(1, -1),
    2000,
    randomSource('x'),
  );
  const later = 500;
  const grown = squares.findIndex((x, k) => k > later && x >= 1e12 * squares[later]!);
  expect(grown - later).toBe(Math.ceil(escape.mean!));
  expect(escape.secondMoment).toBeCloseTo(escape.mean!, 6);
  const { low, high } = escape.typical!;
  expect(low).toBeLessThanOrEqual(escape.mean! * (1 + 1e-6));
  expect(high).toBeGreaterThanOrEqual(escape.mean! * (1 - 1e-6));
});
