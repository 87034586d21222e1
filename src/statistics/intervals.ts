import bundle from 'jstat';

const { jStat } = bundle;

/** Confidence interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
}

/** Quantile of Student's t distribution. @throws RangeError unless the degrees of freedom are > 0. */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0)) {
    throw new RangeError(`degrees of freedom must be > 0; got ${degreesOfFreedom}`);
  }
  return jStat.studentt.inv(probability, degreesOfFreedom);
}

/** Mean of independent measurements with Student's interval; infinite width for fewer than two. */
export function studentInterval(
  values: readonly number[],
  confidence: number,
): { mean: number; interval: Interval } {
  return studentAround(values, confidence, (variance) => variance / values.length);
}

/**
 * Student's interval for one more value from the normal distribution that the given ones come from:
 * mean +- t s sqrt(1 + 1/n). Infinite for fewer than two values, a point if all are equal.
 */
export function predictionInterval(values: readonly number[], confidence: number): Interval {
  return studentAround(values, confidence, (variance) => variance * (1 + 1 / values.length)).interval;
}

/** Mean +- t sqrt(spread(s^2)), s^2 the variance of the values; infinite for fewer than two. */
function studentAround(
  values: readonly number[],
  confidence: number,
  spread: (variance: number) => number,
): { mean: number; interval: Interval } {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  if (n < 2) return { mean, interval: { low: -Infinity, high: Infinity, confidence } };
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);
  const half = studentQuantile((1 + confidence) / 2, n - 1) * Math.sqrt(spread(variance));
  return { mean, interval: { low: mean - half, high: mean + half, confidence } };
}

/**
 * Exact upper confidence bound on a proportion from `events` in `trials` (Clopper & Pearson, 1934):
 * the p at which seeing at most `events` has probability 1 - confidence.
 *
 * @throws RangeError unless 0 <= events <= trials.
 */
export function proportionUpperBound(events: number, trials: number, confidence: number): number {
  if (!(events >= 0 && events <= trials)) {
    throw new RangeError(`events must be in 0..${trials}; got ${events}`);
  }
  if (events === trials) return 1;
  if (events === 0) return -Math.expm1(Math.log1p(-confidence) / trials);
  return jStat.beta.inv(confidence, events + 1, trials - events);
}

/** Sample quantiles, interpolating linearly between order statistics (type 7); null for an empty list. */
export function sampleQuantiles(
  values: readonly number[],
  probabilities: readonly number[],
): number[] | null {
  // jStat has no answer for a single value.
  if (values.length < 2) return values.length === 0 ? null : probabilities.map(() => values[0]!);
  return jStat.quantiles(values, probabilities, 1, 1);
}

/** Relative width to which an end is bracketed; the outer side of the bracket is taken. */
const RESOLUTION = 1e-9;

/**
 * Exact two-sided confidence interval for a proportion from `events` in `trials` (Clopper & Pearson, 1934):
 * below `low` so many events, above `high` so few, have probability less than error/2. Solved on exact binomial
 * tails, so that it holds for errors far below the rounding of 1 - error, where the inverse of the beta
 * distribution by way of a confidence fails.
 *
 * @param error probability in (0, 1) with which the interval may miss the proportion.
 * @throws RangeError unless 0 <= events <= trials are integers and the error is in range.
 */
export function proportionInterval(events: number, trials: number, error: number): Interval {
  if (!Number.isInteger(events) || !Number.isInteger(trials) || events < 0 || events > trials) {
    throw new RangeError(`events must be an integer in 0..${trials}; got ${events}`);
  }
  if (!(error > 0 && error < 1)) throw new RangeError(`error must be in (0, 1); got ${error}`);
  return {
    low: lowerEnd(events, trials, error / 2),
    // Seen from the other side, the events are the trials without one; rounding near 1 goes outward.
    high: Math.min(1, 1 - lowerEnd(trials - events, trials, error / 2) + Number.EPSILON),
    confidence: 1 - error,
  };
}

/** Largest p, to RESOLUTION from below, at which `events` or more have probability at most `level`. */
function lowerEnd(events: number, trials: number, level: number): number {
  if (events === 0) return 0;
  // P(X >= events) <= trials p, and at p = events/trials it is at least 1/2.
  let low = level / trials;
  let high = events / trials;
  while (high > low * (1 + RESOLUTION)) {
    const middle = Math.sqrt(low) * Math.sqrt(high);
    if (upperTail(events, trials, middle) <= level) low = middle;
    else high = middle;
  }
  return low;
}

/** P(X >= events) for X binomial, summed from the smallest terms. */
function upperTail(events: number, trials: number, p: number): number {
  const probabilities = binomialProbabilities(trials, p);
  let sum = 0;
  for (let k = trials; k >= events; k--) sum += probabilities[k]!;
  return sum;
}

/**
 * Exact confidence interval for the median from two order statistics (David & Nagaraja, Order Statistics, section
 * 7.1): for independent values of any one distribution, the number of them below the median is at most
 * binomial (T, 1/2), so each end is on the wrong side with probability at most error/2. With too few values
 * for that, it is the whole line.
 *
 * @param values independent measurements, in any order.
 * @param error probability in (0, 1) with which the interval may miss the median.
 * @throws RangeError for an error out of range, and for a value that is NaN.
 */
export function medianInterval(values: readonly number[], error: number): Interval {
  if (!(error > 0 && error < 1)) throw new RangeError(`error must be in (0, 1); got ${error}`);
  const nan = values.findIndex((value) => Number.isNaN(value));
  if (nan >= 0) throw new RangeError(`value ${nan} must be a number; got NaN`);
  const sorted = Float64Array.from(values).sort();
  const outside = valuesOutside(sorted.length, error);
  const confidence = 1 - error;
  if (outside === 0) return { low: -Infinity, high: Infinity, confidence };
  return { low: sorted[outside - 1]!, high: sorted[sorted.length - outside]!, confidence };
}

/** Largest l with P(fewer than l of n fair coins fall heads) <= error/2: ends are the l-th values from outside. */
function valuesOutside(n: number, error: number): number {
  const probabilities = binomialProbabilities(n, 0.5);
  let tail = 0;
  let l = 0;
  while (2 * l < n && tail + probabilities[l]! <= error / 2) tail += probabilities[l++]!;
  return l;
}

/**
 * Probabilities of 0 .. n successes in n trials, by the ratio of neighbours outward from the mode, so
 * that far tails keep their relative accuracy down to the smallest double.
 */
export function binomialProbabilities(n: number, p: number): Float64Array {
  const out = new Float64Array(n + 1);
  if (p <= 0) {
    out[0] = 1;
    return out;
  }
  if (p >= 1) {
    out[n] = 1;
    return out;
  }
  const mode = Math.min(n, Math.floor((n + 1) * p));
  out[mode] = 1;
  const odds = p / (1 - p);
  for (let k = mode; k < n; k++) out[k + 1] = out[k]! * ((n - k) / (k + 1)) * odds;
  for (let k = mode; k > 0; k--) out[k - 1] = (out[k]! * (k / (n - k + 1))) / odds;
  let total = 0;
  for (let k = 0; k <= n; k++) total += out[k]!;
  for (let k = 0; k <= n; k++) out[k]! /= total;
  return out;
}

/**
 * Probabilities that 0 .. marked of the marked ones among n are in a uniform subset of size drawn, by the ratio of
 * neighbours outward from the mode, so that far tails keep their relative accuracy.
 *
 * @returns marked + 1 numbers. @throws RangeError unless 0 <= marked, drawn <= n.
 */
export function hypergeometricProbabilities(n: number, marked: number, drawn: number): Float64Array {
  if (!(marked >= 0 && marked <= n && drawn >= 0 && drawn <= n)) {
    throw new RangeError(`marked and drawn must be in 0..${n}; got ${marked} and ${drawn}`);
  }
  const least = Math.max(0, drawn + marked - n);
  const most = Math.min(marked, drawn);
  const mode = Math.min(most, Math.max(least, Math.floor(((drawn + 1) * (marked + 1)) / (n + 2))));
  const rise = (k: number): number => ((marked - k) * (drawn - k)) / ((k + 1) * (n - marked - drawn + k + 1));
  const out = new Float64Array(marked + 1);
  out[mode] = 1;
  for (let k = mode; k < most; k++) out[k + 1] = out[k]! * rise(k);
  for (let k = mode; k > least; k--) out[k - 1] = out[k]! / rise(k - 1);
  const total = out.reduce((a, b) => a + b, 0);
  return out.map((x) => x / total);
}
