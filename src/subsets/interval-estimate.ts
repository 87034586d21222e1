import type { EstimatedProblem } from './estimated-problem.js';

/** An estimate with its interval; low = value = high where it is exact. */
export interface IntervalEstimate {
  readonly value: number;
  readonly low: number;
  /** Infinity if nothing bounds it from above. */
  readonly high: number;
}

/** A problem, its two halves (each by itself a smaller subset) and the error probabilities of ends. */
export interface Split {
  readonly whole: EstimatedProblem;
  readonly halves: readonly [EstimatedProblem, EstimatedProblem];
  readonly errors: EndErrors;
}

/** Error probabilities of one end of an interval. */
export interface EndErrors {
  /** Of an end whose test function comes from the other half. */
  readonly split: number;
  /** Of an end whose test function is the best for all drawn samples. */
  readonly plain: number;
}

/**
 * Ends without a split get this part of the probability that they could have: their estimate does not err outward by
 * much, and of a mean of fourth powers, most of it in a few samples, a subset looks too certain. Measured on problems
 * with heavy tails, they miss about three times as often as a normal law would have it.
 */
const CAUTION = 4;

/** Errors of all ends together at most 1 - confidence (Bonferroni). */
export function endErrors(confidence: number, ends: number): EndErrors {
  const split = (1 - confidence) / ends;
  return { split, plain: split / CAUTION };
}
