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
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { mean, interval: { low: -Infinity, high: Infinity, confidence } };
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1);
  const half = jStat.studentt.inv((1 + confidence) / 2, n - 1) * Math.sqrt(variance / n);
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
