import bundle from 'jstat';
import type { Interval } from './intervals.js';

/** Outcome of an exact test for a rising trend. */
interface TrendTest {
  /** Pairs of values from different groups in rising order; ties count as not rising. */
  readonly rising: number;
  readonly pairs: number;
  /** Probability of at least so many rising pairs if all values come from one distribution. */
  readonly probability: number;
}

/**
 * Exact test of Jonckheere (1954) and Terpstra (1952) for values that rise from group to group. Its null
 * distribution is that of the number of non-inversions of a random multiset permutation; its generating function
 * is the product of those of Mann and Whitney's U between each group and all before it. A tie counts against
 * the trend, so with ties the probability is an upper bound.
 *
 * @param groups values in the order of the groups; at least two groups, none empty.
 */
export function risingTrend(groups: readonly (readonly number[])[]): TrendTest {
  if (groups.length < 2 || groups.some((group) => group.length === 0)) {
    throw new RangeError(`a trend needs at least two groups, none empty; got ${groups.length}`);
  }
  let rising = 0;
  let distribution: Float64Array = Float64Array.of(1);
  let before = groups[0]!.length;
  for (let g = 1; g < groups.length; g++) {
    for (const earlier of groups.slice(0, g).flat()) {
      for (const value of groups[g]!) if (value > earlier) rising++;
    }
    distribution = convolved(distribution, mannWhitneyDistribution(before, groups[g]!.length));
    before += groups[g]!.length;
  }
  let probability = 0;
  for (let j = distribution.length - 1; j >= rising; j--) probability += distribution[j]!;
  return { rising, pairs: distribution.length - 1, probability: Math.min(1, probability) };
}

/**
 * Direction of a trend from group to group, tested both ways at half the error each; null if neither is significant.
 *
 * @param error probability of a direction where there is none.
 */
export function significantTrend(
  groups: readonly (readonly number[])[],
  error: number,
): 'rising' | 'falling' | null {
  const level = error / 2;
  if (risingTrend(groups).probability <= level) return 'rising';
  const reflected = groups.map((group) => group.map((value) => -value));
  return risingTrend(reflected).probability <= level ? 'falling' : null;
}

/**
 * Probabilities of U = 0 .. m n for samples of sizes m and n from one distribution: the last value of the
 * pooled sample is from the first with probability m/(m+n) and then adds nothing, else it adds m.
 */
function mannWhitneyDistribution(m: number, n: number): Float64Array {
  /** row[k] for k values of the first sample, at the current number of values of the second. */
  let rows = Array.from({ length: m + 1 }, (): Float64Array => Float64Array.of(1));
  for (let j = 1; j <= n; j++) {
    const next: Float64Array[] = [Float64Array.of(1)];
    for (let k = 1; k <= m; k++) {
      const row = new Float64Array(k * j + 1);
      const fromFirst = k / (k + j);
      next[k - 1]!.forEach((p, u) => (row[u]! += fromFirst * p));
      rows[k]!.forEach((p, u) => (row[u + k]! += (1 - fromFirst) * p));
      next.push(row);
    }
    rows = next;
  }
  return rows[m]!;
}

function convolved(a: Float64Array, b: Float64Array): Float64Array {
  const out = new Float64Array(a.length + b.length - 1);
  a.forEach((x, i) => b.forEach((y, j) => (out[i + j]! += x * y)));
  return out;
}

/**
 * Slope of the least-squares line through values at 0, 1, 2, ..
 *
 * @throws RangeError for fewer than two values.
 */
export function fittedSlope(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) throw new RangeError(`a slope needs at least two values; got ${n}`);
  const middle = (n - 1) / 2;
  let product = 0;
  let square = 0;
  values.forEach((value, k) => {
    product += (k - middle) * value;
    square += (k - middle) ** 2;
  });
  return product / square;
}

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
