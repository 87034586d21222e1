import { describe, expect, test } from 'vitest';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { studentInterval } from '../../src/statistics/intervals.js';
import { perronStart, populationGrowth, TYPICAL_EFFORT, typicalGrowth } from '../../src/unlearning/growth.js';
import type { UnlearningProcess } from '../../src/unlearning/process.js';
import { tapeProcess } from '../decision/tape-process.js';

const random = randomSource('growth rules');

/** A source whose next uniform number is given. */
const giving = (uniform: number): RandomSource => ({ ...random, uniform: () => uniform });

describe('what is counted of runs', () => {
  const [runs, steps, burnIn] = [3, 20, 7];

  test('is what comes after the burn-in, to the step', () => {
    const ofRun = (k: number): number => k % (steps + burnIn);
    const early = tapeProcess((k) => (ofRun(k) < burnIn ? 3 : 1));
    expect(typicalGrowth(early, random, { runs, steps, burnIn }).growth).toBeCloseTo(0, 12);
    expect(early.drawn()).toBe(runs * (steps + burnIn));
    const late = tapeProcess((k) => (ofRun(k) < burnIn ? 1 : 3));
    expect(typicalGrowth(late, random, { runs, steps, burnIn }).growth).toBeCloseTo(Math.log(9), 12);
    const population = tapeProcess((k) => (k % (2 * (steps + burnIn)) < 2 * burnIn ? 3 : 1));
    const { growth } = populationGrowth(population, random, { populations: 2, particles: 2, steps, burnIn });
    expect(growth).toBeCloseTo(0, 12);
  });

  test.each([0.9, 0.99, 0.999])('has Student’s interval over the runs at confidence %d', (confidence) => {
    const rates = [0.1, 0.4, -0.2];
    const process = tapeProcess((k) => Math.exp(rates[Math.floor(k / (steps + burnIn))]! / 2));
    const { growth, interval } = typicalGrowth(process, random, { runs, steps, burnIn, confidence });
    const expected = studentInterval(rates, confidence);
    expect(growth).toBeCloseTo(expected.mean, 12);
    expect(interval.low).toBeCloseTo(expected.interval.low, 10);
    expect(interval.high).toBeCloseTo(expected.interval.high, 10);
  });

  test('intervals are at 99 %, as documents say of them; one that may contradict a bound is at 99.9 %', () => {
    const { analysis, map, network, bound } = TYPICAL_EFFORT;
    expect([analysis, map, network].map(({ confidence }) => confidence)).toEqual([0.99, 0.99, 0.99]);
    expect(analysis.runs).toBe(32);
    expect(bound.confidence).toBe(0.999);
    const rates = [0.1, 0.4, -0.2, 0.3];
    for (const [measure, parts] of [
      [typicalGrowth, { runs: 4 }],
      [populationGrowth, { populations: 4, particles: 1 }],
    ] as const) {
      const process = tapeProcess((k) => Math.exp(rates[Math.floor(k / steps)]! / 2));
      const { interval } = measure(process, random, { ...parts, steps, burnIn: 0 });
      expect(interval.high).toBeCloseTo(studentInterval(rates, 0.99).interval.high, 10);
    }
  });

  test('the mean of squares is the growth of a population, whose members are as many as asked for', () => {
    // Two particles, one of which doubles: E of the squares is 5/2 at every step.
    const process = tapeProcess((k) => (k % 2 === 0 ? 2 : 1));
    const { growth } = populationGrowth(process, random, { populations: 2, particles: 2, steps, burnIn: 0 });
    expect(growth).toBeCloseTo(Math.log(5 / 2), 12);
    expect(process.drawn()).toBe(2 * 2 * steps);
  });
});

test.each([0, 0.1, 0.5, 0.9])('populations are resampled in proportion to squared length (%f)', (uniform) => {
  // Five particles on an axis that grows by 9, five on one that stays: nine of ten are on the first one then.
  const axes: UnlearningProcess = {
    minimum: new Float64Array(2),
    drawBatches: () => undefined,
    batchSizes: () => ({ retain: 1, forget: 0 }),
    applyStep: (w) => (w[0]! *= 3),
  };
  let drawn = 0;
  const start = () => (drawn++ < 5 ? Float64Array.of(1, 0) : Float64Array.of(0, 1));
  const { growth } = populationGrowth(axes, giving(uniform), {
    populations: 1,
    particles: 10,
    steps: 2,
    burnIn: 0,
    start,
  });
  expect(growth).toBeCloseTo((Math.log(5) + Math.log((9 * 9 + 1) / 10)) / 2, 12);
});

test('a start of any length is put to distance 1, a displacement beyond the numbers to a fixed direction', () => {
  const process = tapeProcess(() => 2, 2);
  const start = () => Float64Array.of(30, 40);
  expect(typicalGrowth(process, random, { runs: 2, steps: 3, burnIn: 0, start }).growth).toBeCloseTo(
    Math.log(4),
    12,
  );
  // After a step to exactly 0 the run goes on at distance 1.
  const halting = tapeProcess((k) => (k % 4 === 0 ? 0 : 2), 2);
  const { growth } = typicalGrowth(halting, random, { runs: 2, steps: 4, burnIn: 0 });
  expect(growth).toBeCloseTo((-700 + 3 * Math.log(4)) / 4, 12);
});

describe('perronStart', () => {
  const diagonal = (...values: number[]): Float64Array =>
    Float64Array.from({ length: values.length ** 2 }, (_, k) =>
      k % (values.length + 1) === 0 ? values[k / (values.length + 1)]! : 0,
    );
  /** The axis that a draw lies along. */
  const axisAt = (uniform: number, ...values: number[]): number =>
    perronStart(diagonal(...values), values.length)(giving(uniform)).findIndex((x) => Math.abs(x) > 0.5);

  test('draws each eigenvector in proportion to its eigenvalue', () => {
    for (const [uniform, axis] of [
      [0, 0],
      [0.099, 0],
      [0.101, 1],
      [0.399, 1],
      [0.401, 2],
      [0.999, 2],
    ] as const) {
      expect(axisAt(uniform, 1, 3, 6)).toBe(axis);
    }
  });

  test('and none whose eigenvalue is below 0 by rounding', () => {
    expect(axisAt(0, -1e-12, 1)).toBe(1);
    expect(axisAt(1e-13, -0.5, 1, 1)).toBe(1);
    expect(axisAt(0.51, -0.5, 1, 1)).toBe(2);
  });

  test('of length 1', () => {
    const [c, s] = [0.6, 0.8];
    const start = perronStart(Float64Array.of(c * c * 2, c * s * 2, c * s * 2, s * s * 2), 2)(giving(0.7));
    expect(Math.abs(start[0]!)).toBeCloseTo(c, 12);
    expect(Math.abs(start[1]!)).toBeCloseTo(s, 12);
  });
});
