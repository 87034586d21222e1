import bundle from 'jstat';
import type { Interval } from './intervals.js';

const { jStat } = bundle;

/** Area under the ROC curve of scores that are to tell two groups apart. */
export interface RocArea {
  /** P(score > other) + P(score = other)/2 over all pairs: 1/2 if they cannot be told apart. */
  readonly area: number;
  readonly interval: Interval;
}

/**
 * Area under the ROC curve as the statistic of Mann & Whitney (1947), ties counted half.
 *
 * The interval is that of Wilson (1927) with the largest variance that any two distributions can have,
 * A(1-A)/min(m, n) (Birnbaum & Klose 1957; Bamber 1975). It assumes nothing of the distributions and does not
 * shrink to a point at 0 and 1, unlike that of Hanley & McNeil (1982), whose exponential scores
 * are wrong for a group of which half is far below the other group and half far above.
 *
 * @param scores of the first group, none of them NaN; `others` of the second.
 * @returns null if a group is empty.
 * @throws RangeError for a score that is NaN.
 */
export function rocArea(scores: Float64Array, others: Float64Array, confidence: number): RocArea | null {
  if (scores.some(Number.isNaN) || others.some(Number.isNaN)) {
    throw new RangeError('a score must be a number; got NaN');
  }
  if (scores.length === 0 || others.length === 0) return null;
  const sorted = others.slice().sort();
  const below = scores.reduce(
    (sum, score) => sum + (firstAtLeast(sorted, score) + firstAbove(sorted, score)) / 2,
    0,
  );
  const area = below / (scores.length * others.length);
  return { area, interval: wilson(area, Math.min(scores.length, others.length), confidence) };
}

function wilson(share: number, trials: number, confidence: number): Interval {
  const z = jStat.normal.inv((1 + confidence) / 2, 0, 1);
  const shrink = 1 + z ** 2 / trials;
  const centre = (share + z ** 2 / (2 * trials)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / trials + (z / (2 * trials)) ** 2);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half), confidence };
}

/** Number of ascending values that are smaller than x. */
function firstAtLeast(ascending: Float64Array, x: number): number {
  return firstIndex(ascending, (value) => value >= x);
}

/** Number of ascending values that are at most x. */
function firstAbove(ascending: Float64Array, x: number): number {
  return firstIndex(ascending, (value) => value > x);
}

/** First index from which on the condition holds, by bisection. */
function firstIndex(ascending: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(ascending[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
