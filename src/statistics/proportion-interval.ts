import { binomialProbabilities } from './binomial.js';
import type { Interval } from './intervals.js';

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
