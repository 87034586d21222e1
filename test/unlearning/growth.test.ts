import { describe, expect, it } from 'vitest';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { enumeratedSecondMoment } from '../reference/enumeration.js';
import { populationGrowth, trajectory, typicalGrowth } from '../../src/unlearning/growth.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { descentOnLine, normalSamples, reducedFromSpec } from '../sample-problems.js';

/** One part in ten thousand of all intervals would miss; the seeds are fixed. */
const CONFIDENCE = 0.9999;

/**
 * On a line, nine samples of curvature 1 and one of 6, one drawn at a time: at eta = 0.7 the mean of
 * (1 - eta h)^2 is 1.105, the geometric mean 0.145.
 */
const LINE = descentOnLine([1, 1, 1, 1, 1, 1, 1, 1, 1, 6], 1, 'without-replacement');
const LINE_STEP = 0.7;
const LINE_FACTORS = [1, 1, 1, 1, 1, 1, 1, 1, 1, 6].map((h) => (1 - LINE_STEP * h) ** 2);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** A drawn instance of the family that the theory gives as example, at 1.1 times its critical step. */
function heavyTailedPlane(): { problem: ReducedProblem; eta: number } {
  const random = randomSource('heavy tail', 0);
  const ones = (count: number): number[] => new Array<number>(count).fill(1);
  const problem = reducedFromSpec({
    retain: normalSamples(random, ones(10), 4),
    forget: normalSamples(random, ones(3), 4),
    alpha: 0.08,
    batch: { retain: 2, forget: 1 },
    sampling: 'without-replacement',
  });
  return { problem, eta: 1.1 * exactStability(problem).criticalStep().value };
}

describe('in the heavy-tail zone', () => {
  const { problem, eta } = heavyTailedPlane();
  const process = linearisedProcess(problem, eta);
  const { logGrowth } = exactStability(problem).growth(eta);

  it('single runs shrink: typicalGrowth is below 0 with its whole interval', () => {
    const { growth, interval } = typicalGrowth(process, randomSource('typical'), { confidence: CONFIDENCE });
    expect(interval.high).toBeLessThan(-0.03);
    expect(interval.low).toBeLessThan(growth);
    expect(growth).toBeLessThan(interval.high);
  });

  it('while E|delta|^2 grows: populationGrowth has log rho > 0 in its interval, and not 0', () => {
    expect(logGrowth).toBeGreaterThan(0.1);
    const { interval } = populationGrowth(process, randomSource('population'), { confidence: CONFIDENCE });
    expect(interval.low).toBeGreaterThan(0.1);
    expect(interval.low).toBeLessThan(logGrowth);
    expect(interval.high).toBeGreaterThan(logGrowth);
    expect(interval.high - interval.low).toBeLessThan(0.05);
  });

  it('most single runs of 300 steps end below 1e-3 of their start', () => {
    const start = Float64Array.of(1, 0, 0, 0);
    const ends = Array.from(
      { length: 100 },
      (_, k) => trajectory(process, start, 300, randomSource('end', k))[300]!,
    );
    expect(ends.filter((end) => end < 1e-3).length).toBeGreaterThan(90);
    expect(Math.max(...ends)).toBeGreaterThan(1e6 * Math.min(...ends));
  });
});

describe('on a line, where both growths are closed-form', () => {
  const process = linearisedProcess(LINE, LINE_STEP);
  const typical = mean(LINE_FACTORS.map(Math.log));
  const moment = Math.log(mean(LINE_FACTORS));

  it('the two have different signs', () => {
    expect(typical).toBeLessThan(-1.9);
    expect(moment).toBeGreaterThan(0.09);
  });

  it('typicalGrowth has the mean of log (1 - eta h)^2 in its interval', () => {
    const { interval } = typicalGrowth(process, randomSource('line', 'typical'), { confidence: CONFIDENCE });
    expect(interval.low).toBeLessThan(typical);
    expect(interval.high).toBeGreaterThan(typical);
    expect(interval.high - interval.low).toBeLessThan(0.2);
  });

  it('populationGrowth has the log of the mean of (1 - eta h)^2 in its interval', () => {
    const { interval } = populationGrowth(process, randomSource('line', 'population'), {
      confidence: CONFIDENCE,
    });
    expect(interval.low).toBeLessThan(moment);
    expect(interval.high).toBeGreaterThan(moment);
    expect(interval.high - interval.low).toBeLessThan(0.2);
  });

  it('one particle is a single run: its growth is the typical one, not log rho', () => {
    const single = populationGrowth(process, randomSource('line', 'single'), {
      particles: 1,
      populations: 20,
      confidence: CONFIDENCE,
    });
    expect(single.interval.high).toBeLessThan(moment - 1);
    expect(single.interval.low).toBeLessThan(typical);
    expect(single.interval.high).toBeGreaterThan(typical);
  });
});

describe('growth estimates', () => {
  it('are exact for full batches: log of the largest (1 - eta d)^2', () => {
    const problem = reducedFromSpec({
      retain: [[[1, 0]], [[0, 2]]],
      forget: [],
      alpha: 0,
      batch: { retain: 2, forget: 0 },
      sampling: 'without-replacement',
    });
    const process = linearisedProcess(problem, 0.5);
    // d = 1/2 and 2: factors 3/4 and 0.
    const expected = 2 * Math.log(0.75);
    for (const estimate of [typicalGrowth, populationGrowth]) {
      const { growth } = estimate(process, randomSource('full batch'), { steps: 50 });
      expect(Math.abs(growth - expected)).toBeLessThan(1e-12);
    }
  });

  it('of a new process replay from the same random source and differ for another', () => {
    for (const estimate of [typicalGrowth, populationGrowth]) {
      const run = (word: string) =>
        estimate(linearisedProcess(LINE, LINE_STEP), randomSource(word), { steps: 30, burnIn: 5 });
      expect(run('a')).toEqual(run('a'));
      expect(run('a')).not.toEqual(run('b'));
    }
  });

  it('measure growth beyond the range of the squares: a step of size 1e200 has 2 log 1e200', () => {
    const problem = descentOnLine([1], 1, 'without-replacement');
    const { growth } = typicalGrowth(linearisedProcess(problem, 1e200), randomSource('huge'), {
      runs: 2,
      steps: 5,
    });
    expect(Math.abs(growth / (400 * Math.LN10) - 1)).toBeLessThan(1e-9);
  });

  it('go on after a displacement of exactly 0, counted as a shrinking by exp(-700)', () => {
    const process = linearisedProcess(descentOnLine([1], 1, 'without-replacement'), 1);
    const { growth } = typicalGrowth(process, randomSource('zero'), { runs: 2, steps: 10, burnIn: 1 });
    expect(growth).toBe(-700);
  });

  it('are large and finite where steps overflow', () => {
    const process = linearisedProcess(LINE, 1e200);
    const typical = typicalGrowth(process, randomSource('overflow'), { runs: 4, steps: 20, burnIn: 2 });
    const population = populationGrowth(process, randomSource('overflow'), {
      particles: 20,
      steps: 20,
      populations: 3,
    });
    for (const { growth, interval } of [typical, population]) {
      expect(growth).toBeGreaterThan(500);
      expect([growth, interval.low, interval.high].every(Number.isFinite)).toBe(true);
    }
  });
});

describe('trajectory', () => {
  it('starts with the squared length of the start and has one entry a step', () => {
    const distances = trajectory(linearisedProcess(LINE, 0.1), Float64Array.of(3), 7, randomSource('t'));
    expect(distances).toHaveLength(8);
    expect(distances[0]).toBe(9);
  });

  it('leaves the start as it was', () => {
    const start = Float64Array.of(3);
    trajectory(linearisedProcess(LINE, 0.1), start, 7, randomSource('t'));
    expect(start[0]).toBe(3);
  });

  it('has the enumerated mean of |delta_k|^2: 20,000 runs of three steps, to six standard errors', () => {
    const problem = descentOnLine([1, 3], 1, 'bernoulli');
    const process = linearisedProcess(problem, 0.5);
    const random = randomSource('mean of runs');
    const ends = Array.from({ length: 20_000 }, () => trajectory(process, Float64Array.of(1), 3, random)[3]!);
    const average = mean(ends);
    const standardError = Math.sqrt(mean(ends.map((x) => (x - average) ** 2)) / ends.length);
    const exact = enumeratedSecondMoment(problem, 0.5, [1], 3);
    expect(Math.abs(average - exact)).toBeLessThan(6 * standardError);
    expect(standardError).toBeLessThan(exact / 20);
  });

  it('stays at Number.MAX_VALUE once it overflows, never NaN', () => {
    for (const eta of [1e10, 1e100, 1e155, 1e200, 1e308]) {
      const distances = trajectory(
        linearisedProcess(LINE, eta),
        Float64Array.of(1),
        60,
        randomSource('big', eta),
      );
      expect(distances.every(Number.isFinite)).toBe(true);
      expect(distances[60]).toBe(Number.MAX_VALUE);
      const first = distances.indexOf(Number.MAX_VALUE);
      expect(distances.slice(first).every((x) => x === Number.MAX_VALUE)).toBe(true);
    }
  });
});
