import { describe, expect, it } from 'vitest';
import {
  binomialProbabilities,
  proportionInterval,
  proportionUpperBound,
} from '../../src/statistics/intervals.js';
import { relativeDifference } from '../closeness.js';

/** The ends are bracketed to 1e-9; a tail changes by at most `trials` times as much. */
const SOLVED = 1e-5;

/** From here on 1 - high keeps eight digits. */
const NEAR_ONE = 1e-7;

function sum(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0);
}

describe('proportionInterval', () => {
  it.each([
    [1, 3],
    [2, 10],
    [5, 1000],
    [17, 4000],
    [400, 1000],
    [999, 1000],
  ])('ends where %i of %i events have probability error/2, far tails included', (events, trials) => {
    for (const error of [0.5, 1e-3, 1e-14, 1e-25]) {
      const { low, high } = proportionInterval(events, trials, error);
      const above = sum(binomialProbabilities(trials, low).slice(events));
      const below = sum(binomialProbabilities(trials, high).slice(0, events + 1));
      expect(relativeDifference(above, error / 2), `low, error ${error}`).toBeLessThan(SOLVED);
      // So near 1 that doubles have no digits left for the difference, it is rounded outward.
      if (1 - high > NEAR_ONE) {
        expect(relativeDifference(below, error / 2), `high, error ${error}`).toBeLessThan(SOLVED);
      } else expect(below).toBeLessThan(error / 2);
      // Never on the inner side.
      expect(above).toBeLessThanOrEqual((error / 2) * (1 + 1e-11));
      const inside = sum(binomialProbabilities(trials, low * 1.01).slice(events));
      expect(inside).toBeGreaterThan((error / 2) * (1 + SOLVED));
    }
  });

  it('covers every proportion as often as it says: 12 trials, error 0.2, exactly', () => {
    const error = 0.2;
    const intervals = Array.from({ length: 13 }, (_, k) => proportionInterval(k, 12, error));
    const missed = (p: number, outside: (k: number) => boolean): number =>
      binomialProbabilities(12, p).reduce((total, q, k) => total + (outside(k) ? q : 0), 0);
    for (let p = 0; p <= 1; p += 1 / 512) {
      expect(missed(p, (k) => intervals[k]!.low > p)).toBeLessThanOrEqual(error / 2);
      expect(missed(p, (k) => intervals[k]!.high < p)).toBeLessThanOrEqual(error / 2);
    }
    // An upper end one event too low misses too often.
    const short = (p: number): number => missed(p, (k) => k > 0 && intervals[k - 1]!.high < p);
    expect(Math.max(short(0.3), short(0.5), short(0.7))).toBeGreaterThan(error / 2);
  });

  it('is closed at 0 without events and at 1 with nothing else', () => {
    const none = proportionInterval(0, 40, 1e-14);
    expect(none.low).toBe(0);
    expect(relativeDifference(none.high, 1 - 5e-15 ** (1 / 40))).toBeLessThan(1e-8);
    const all = proportionInterval(40, 40, 1e-14);
    expect(all.high).toBe(1);
    expect(relativeDifference(all.low, 5e-15 ** (1 / 40))).toBeLessThan(1e-8);
  });

  it('states its confidence', () => {
    expect(proportionInterval(3, 8, 0.05).confidence).toBe(0.95);
  });

  it('has the one-sided bound of half the error as its upper end', () => {
    for (const [events, trials] of [
      [0, 7],
      [3, 50],
      [120, 500],
    ] as const) {
      const bound = proportionUpperBound(events, trials, 0.995);
      expect(relativeDifference(proportionInterval(events, trials, 0.01).high, bound)).toBeLessThan(1e-6);
    }
  });

  it('rejects a biased coin at an error of 1e-13 and not a fair one', () => {
    expect(proportionInterval(1240, 2000, 1e-13).low).toBeGreaterThan(0.5);
    expect(proportionInterval(1030, 2000, 1e-13).low).toBeLessThan(0.5);
    expect(proportionInterval(1030, 2000, 1e-13).high).toBeGreaterThan(0.5);
  });

  it.each([
    [-1, 5, 0.1, 'events must be an integer in 0..5; got -1'],
    [6, 5, 0.1, 'events must be an integer in 0..5; got 6'],
    [0.5, 5, 0.1, 'events must be an integer in 0..5; got 0.5'],
    [1, 5, 0, 'error must be in (0, 1); got 0'],
    [1, 5, 1, 'error must be in (0, 1); got 1'],
  ])('throws RangeError for %d events in %i trials at error %d', (events, trials, error, message) => {
    expect(() => proportionInterval(events, trials, error)).toThrow(RangeError);
    expect(() => proportionInterval(events, trials, error)).toThrow(message);
  });
});
