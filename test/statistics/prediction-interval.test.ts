import { describe, expect, test } from 'vitest';
import { randomSource } from '../../src/statistics/generator.js';
import { predictionInterval, studentInterval } from '../../src/statistics/intervals.js';

describe('the prediction interval', () => {
  test('is mean +- t s sqrt(1 + 1/n)', () => {
    // t = 4.302653 for 2 degrees of freedom; the standard deviation of 1, 2, 3 is 1.
    const { low, high } = predictionInterval([1, 2, 3], 0.95);
    expect(high).toBeCloseTo(2 + 4.302653 * Math.sqrt(4 / 3), 5);
    expect(low).toBeCloseTo(4 - high, 12);
  });

  test('says nothing from one value, and is a point for equal ones', () => {
    expect(predictionInterval([1], 0.95)).toMatchObject({ low: -Infinity, high: Infinity });
    expect(predictionInterval([2, 2, 2], 0.95)).toMatchObject({ low: 2, high: 2 });
  });

  test('holds one more value in 95 % of draws, where the interval of the mean holds it in half', () => {
    const random = randomSource('prediction');
    const draws = 2000;
    let [inside, nearMean] = [0, 0];
    for (let k = 0; k < draws; k++) {
      const values = Array.from({ length: 5 }, () => random.normal());
      const next = random.normal();
      const prediction = predictionInterval(values, 0.95);
      const { interval } = studentInterval(values, 0.95);
      if (prediction.low <= next && next <= prediction.high) inside++;
      if (interval.low <= next && next <= interval.high) nearMean++;
    }
    expect(inside / draws).toBeGreaterThan(0.935);
    expect(inside / draws).toBeLessThan(0.965);
    expect(nearMean / draws).toBeLessThan(0.8);
  });
});
