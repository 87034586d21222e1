import { describe, expect, it } from 'vitest';
import { randomSource } from '../../src/statistics/generator.js';
import { medianInterval } from '../../src/statistics/intervals.js';

/** Every way in which n values can lie below (-) or above (+) a median at 0, all equally likely. */
function allSides(n: number): number[][] {
  return Array.from({ length: 2 ** n }, (_, bits) =>
    Array.from({ length: n }, (_, j) => ((bits >> j) & 1 ? 1 + j : -1 - j)),
  );
}

/** Shares of the cases in which the interval lies above the median, and below it. */
function missing(n: number, ends: (values: number[]) => { low: number; high: number }) {
  const cases = allSides(n).map(ends);
  return {
    above: cases.filter(({ low }) => low > 0).length / cases.length,
    below: cases.filter(({ high }) => high < 0).length / cases.length,
  };
}

describe('medianInterval', () => {
  it.each([
    [1, 0.3],
    [2, 0.5],
    [5, 0.1],
    [9, 0.2],
    [12, 0.05],
    [13, 0.6],
  ])('misses the median of %i values with probability at most error %f, half on each side', (n, error) => {
    const { above, below } = missing(n, (values) => medianInterval(values, error));
    expect(above).toBeLessThanOrEqual(error / 2);
    expect(below).toBeLessThanOrEqual(error / 2);
  });

  it.each([
    [5, 0.1],
    [9, 0.2],
    [12, 0.05],
  ])('is as narrow as it can be: one value narrower misses too often (n = %i, error %f)', (n, error) => {
    const { above, below } = missing(n, (values) => {
      const sorted = [...values].sort((x, y) => x - y);
      const { low, high } = medianInterval(values, error);
      return { low: sorted[sorted.indexOf(low) + 1]!, high: sorted[sorted.indexOf(high) - 1]! };
    });
    expect(above).toBeGreaterThan(error / 2);
    expect(below).toBeGreaterThan(error / 2);
  });

  it('is the whole line for fewer values than 1 - log2(error)', () => {
    const error = 2 ** -40;
    const values = Array.from({ length: 41 }, (_, k) => k);
    expect(medianInterval(values, error)).toEqual({ low: 0, high: 40, confidence: 1 - error });
    expect(medianInterval(values.slice(1), error)).toMatchObject({ low: -Infinity, high: Infinity });
    expect(medianInterval([], error)).toMatchObject({ low: -Infinity, high: Infinity });
  });

  it('holds for a skewed law, and rejects its mean and a shifted sample, at an error of 1e-14', () => {
    const random = randomSource('median of exponentials');
    const values = Array.from({ length: 2000 }, () => -Math.log(1 - random.uniform()));
    const { low, high } = medianInterval(values, 1e-14);
    expect(low).toBeLessThan(Math.LN2);
    expect(high).toBeGreaterThan(Math.LN2);
    expect(high).toBeLessThan(1);
    const shifted = medianInterval(
      values.map((x) => x + 0.5),
      1e-14,
    );
    expect(shifted.low).toBeGreaterThan(Math.LN2);
  });

  it('does not depend on the order of the values and leaves them as they are', () => {
    const values = [3, 1, 2, 10, -4, 0, 7];
    expect(medianInterval(values, 0.3)).toEqual(medianInterval([...values].reverse(), 0.3));
    expect(values).toEqual([3, 1, 2, 10, -4, 0, 7]);
  });

  it('refuses NaN and errors outside (0, 1)', () => {
    expect(() => medianInterval([1, NaN], 0.1)).toThrow('value 1 must be a number; got NaN');
    for (const error of [0, 1, -1, NaN]) {
      expect(() => medianInterval([1], error)).toThrow(`error must be in (0, 1); got ${error}`);
    }
  });
});
