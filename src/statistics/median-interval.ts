import { binomialProbabilities } from './binomial.js';
import type { Interval } from './intervals.js';

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
