import bundle from 'jstat';
import type { Interval } from '../../../src/statistics/intervals.js';

const { jStat } = bundle;

/** Two-sided normal quantile: a standard normal exceeds it in size with probability `level`. */
export function twoSidedQuantile(level: number): number {
  return jStat.normal.inv(1 - level / 2, 0, 1);
}

/** Wilson's score interval (1927) for a share of `events` in `trials`; its level holds for one look. */
export function wilsonInterval(events: number, trials: number, level: number): Interval {
  const share = events / trials;
  const weight = twoSidedQuantile(level) ** 2 / trials;
  const half = Math.sqrt(weight * (share * (1 - share) + weight / 4));
  return {
    low: (share + weight / 2 - half) / (1 + weight),
    high: (share + weight / 2 + half) / (1 + weight),
    confidence: 1 - level,
  };
}
