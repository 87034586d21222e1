import { describe, expect, it } from 'vitest';
import { randomSource } from '../../src/statistics/generator.js';
import {
  binomialProbabilities,
  proportionUpperBound,
  sampleQuantiles,
  studentInterval,
} from '../../src/statistics/intervals.js';
import { relativeDifference } from '../closeness.js';
import { mostEvents } from '../goodness-of-fit.js';

/** The inverse of the beta distribution is solved for iteratively. */
const SOLVED = 1e-6;

describe('proportionUpperBound', () => {
  it('is 1 - (1-confidence)^(1/n) without events: the rule of three', () => {
    expect(relativeDifference(proportionUpperBound(0, 10, 0.95), 1 - 0.05 ** 0.1)).toBeLessThan(1e-12);
    expect(relativeDifference(proportionUpperBound(0, 3e6, 0.95), -Math.log(0.05) / 3e6)).toBeLessThan(1e-5);
    expect(proportionUpperBound(0, 1, 0.9)).toBeCloseTo(0.9, 12);
  });

  it('is confidence^(1/n) if all trials but one are events', () => {
    // P(at most n-1 of n) = 1 - p^n = 1 - confidence.
    for (const n of [2, 5, 40]) {
      expect(relativeDifference(proportionUpperBound(n - 1, n, 0.99), 0.99 ** (1 / n))).toBeLessThan(SOLVED);
    }
  });

  it('is 1 if all are, also without trials', () => {
    expect(proportionUpperBound(7, 7, 0.99)).toBe(1);
    expect(proportionUpperBound(0, 0, 0.99)).toBe(1);
  });

  it('is where at most the seen events have probability 1 - confidence', () => {
    for (const [events, trials] of [
      [1, 3],
      [2, 10],
      [5, 1000],
      [30, 50],
      [400, 1000],
      [3, 200_000],
    ] as const) {
      for (const confidence of [0.5, 0.95, 1 - 1e-6, 1 - 1e-9]) {
        const bound = proportionUpperBound(events, trials, confidence);
        const tail = binomialProbabilities(trials, bound)
          .slice(0, events + 1)
          .reduce((a, b) => a + b, 0);
        expect(relativeDifference(tail, 1 - confidence), `${events} of ${trials}`).toBeLessThan(SOLVED);
        const closer = binomialProbabilities(trials, 0.99 * bound)
          .slice(0, events + 1)
          .reduce((a, b) => a + b, 0);
        expect(closer).toBeGreaterThan((1 - confidence) * (1 + SOLVED));
      }
    }
  });

  it.each([
    [-1, 5],
    [6, 5],
    [NaN, 5],
  ])('throws RangeError for %d events in %i trials', (events, trials) => {
    expect(() => proportionUpperBound(events, trials, 0.95)).toThrow(RangeError);
    expect(() => proportionUpperBound(events, trials, 0.95)).toThrow(`events must be in 0..5; got ${events}`);
  });
});

describe('studentInterval', () => {
  it.each([
    // Tabulated quantiles of Student's distribution, for 0.975 and 0.995.
    { n: 2, confidence: 0.95, quantile: 12.7062 },
    { n: 5, confidence: 0.95, quantile: 2.77645 },
    { n: 11, confidence: 0.99, quantile: 3.16927 },
    { n: 31, confidence: 0.99, quantile: 2.75 },
  ])('is mean +- $quantile s/sqrt(n) for n = $n at confidence $confidence', ({ n, confidence, quantile }) => {
    const values = Array.from({ length: n }, (_, k) => k ** 2);
    const mean = values.reduce((a, b) => a + b, 0) / n;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1));
    const half = (quantile * deviation) / Math.sqrt(n);
    const result = studentInterval(values, confidence);
    expect(result.mean).toBe(mean);
    expect(result.interval.confidence).toBe(confidence);
    // The table has six digits.
    expect(Math.abs((result.interval.high - mean) / half - 1)).toBeLessThan(2e-5);
    expect(Math.abs((mean - result.interval.low) / half - 1)).toBeLessThan(2e-5);
  });

  it('is infinitely wide for one measurement, a point for equal ones', () => {
    expect(studentInterval([3], 0.95)).toEqual({
      mean: 3,
      interval: { low: -Infinity, high: Infinity, confidence: 0.95 },
    });
    expect(studentInterval([2, 2, 2], 0.95)).toEqual({
      mean: 2,
      interval: { low: 2, high: 2, confidence: 0.95 },
    });
  });

  it('covers the mean of normal measurements as often as it says: 2000 samples of four at 0.9', () => {
    const random = randomSource('coverage');
    let missed = 0;
    for (let k = 0; k < 2000; k++) {
      const { interval } = studentInterval(
        Array.from({ length: 4 }, () => 5 + random.normal()),
        0.9,
      );
      if (interval.low > 5 || interval.high < 5) missed++;
    }
    // At level 1e-6 each way; with the normal quantile 1.645 in place of 2.353 about 400 would miss.
    expect(missed).toBeLessThanOrEqual(mostEvents(2000, 0.1, 1e-6));
    expect(2000 - missed).toBeLessThanOrEqual(mostEvents(2000, 0.9, 1e-6));
    expect(mostEvents(2000, 0.1, 1e-6)).toBeLessThan(300);
  });
});

describe('sampleQuantiles', () => {
  it('interpolates between order statistics, whatever the order of the values', () => {
    expect(sampleQuantiles([10, 1, 3, 2], [0, 0.25, 0.5, 1])).toEqual([1, 1.75, 2.5, 10]);
    expect(sampleQuantiles([6, 4], [0, 0.5, 0.75, 1])).toEqual([4, 5, 5.5, 6]);
  });

  it('is null for an empty list', () => {
    expect(sampleQuantiles([], [0.5])).toBeNull();
  });

  it('a single value is all its own quantiles', () => {
    expect(sampleQuantiles([4], [0.05, 0.5, 0.95])).toEqual([4, 4, 4]);
  });
});
