import bundle from 'jstat';
import type { Interval } from './intervals.js';

const { jStat } = bundle;

/**
 * Student's interval for one more value from the normal distribution that the given ones come from:
 * mean +- t s sqrt(1 + 1/n). Infinite for fewer than two values, a point if all are equal.
 */
export function predictionInterval(values: readonly number[], confidence: number): Interval {
  const n = values.length;
  if (n < 2) return { low: -Infinity, high: Infinity, confidence };
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);
  const half = jStat.studentt.inv((1 + confidence) / 2, n - 1) * Math.sqrt(variance * (1 + 1 / n));
  return { low: mean - half, high: mean + half, confidence };
}
