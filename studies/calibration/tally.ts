import { proportionUpperBound } from '../../src/statistics/intervals.js';
import type { KnownSide } from './known-instance.js';
import type { ProcedureVerdict } from './procedures.js';

/** A verdict beside the truth. */
export interface JudgedVerdict extends ProcedureVerdict {
  readonly truth: KnownSide;
}

/** Summary of many verdicts on instances with known side. */
export interface Tally {
  readonly decisions: number;
  readonly wrong: number;
  /** Exact upper confidence bound on the probability of a wrong verdict, at BOUND_CONFIDENCE. */
  readonly wrongBound: number;
  readonly inconclusive: number;
  /** Samples within which half, and nine tenths, of all decisions fell; null if fewer fell at all. */
  readonly medianSamples: number | null;
  readonly ninthDecileSamples: number | null;
}

export const BOUND_CONFIDENCE = 0.99;

/** @throws RangeError without any verdict. */
export function tally(verdicts: readonly JudgedVerdict[]): Tally {
  const decisions = verdicts.length;
  if (decisions === 0) throw new RangeError('a tally must have at least one verdict; got 0');
  const decided = verdicts.filter(({ side }) => side !== 'inconclusive');
  const wrong = decided.filter(({ side, truth }) => side !== truth).length;
  const needed = decided.map(({ samples }) => samples).sort((a, b) => a - b);
  return {
    decisions,
    wrong,
    wrongBound: proportionUpperBound(wrong, decisions, BOUND_CONFIDENCE),
    inconclusive: decisions - decided.length,
    medianSamples: neededBy(needed, 0.5, decisions),
    ninthDecileSamples: neededBy(needed, 0.9, decisions),
  };
}

/** Smallest number of samples within which at least this share of all decisions fell, undecided ones included in all. */
function neededBy(needed: readonly number[], share: number, decisions: number): number | null {
  return needed[Math.ceil(share * decisions) - 1] ?? null;
}
