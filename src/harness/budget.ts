import { kindOf } from './kinds.js';
import type { Theorem } from './theorem.js';

/** How much one run of `verify` spends. */
export type BudgetName = 'quick' | 'standard' | 'deep';

export interface Budget {
  readonly name: BudgetName;
  /** Instances a theorem. */
  readonly instances: number;
  /** Pairs of batches for an instance on which the theorem decides. */
  readonly maxSamples: number;
  /** Pairs of batches for an instance on which it does not. */
  readonly maxSamplesUndecided: number;
}

export const BUDGETS: Readonly<Record<BudgetName, Budget>> = {
  quick: { name: 'quick', instances: 40, maxSamples: 120_000, maxSamplesUndecided: 40_000 },
  standard: { name: 'standard', instances: 200, maxSamples: 400_000, maxSamplesUndecided: 150_000 },
  deep: { name: 'deep', instances: 1_000, maxSamples: 2_000_000, maxSamplesUndecided: 600_000 },
};

/** Error probability of everything one run of `verify` may say, at most. */
export const FAMILY_ERROR = 1e-9;

/** Candidate instances that shrinking may examine for one theorem. */
export const MAX_SHRINK_CANDIDATES = 200;

/** The error budget of a run, fixed before it starts. */
export interface ErrorBudget {
  /** Certificates that may be issued at most, candidates of shrinking included. */
  readonly verdicts: number;
  readonly perVerdict: number;
  /** verdicts * perVerdict: the bound on the probability that any certificate of the run is wrong. */
  readonly family: number;
}

/** Sampled certificates that one examined instance of a theorem may issue at most. */
function certificatesPerInstance({ claim, mutants }: Theorem): number {
  return kindOf(claim).certificates(mutants.length);
}

/** A replayed failure issues no more than any instance without its wrong variants. */
const CERTIFICATES_PER_REPLAY = 2;

/**
 * Splits FAMILY_ERROR evenly over all certificates that a run can issue (Boole's inequality).
 *
 * @param instances drawn for each theorem; @param replays saved failures that are examined again.
 */
export function errorBudget(theorems: readonly Theorem[], instances: number, replays = 0): ErrorBudget {
  const each = instances + MAX_SHRINK_CANDIDATES;
  const drawn = theorems.reduce((sum, theorem) => sum + each * certificatesPerInstance(theorem), 0);
  const verdicts = drawn + replays * CERTIFICATES_PER_REPLAY;
  // Rounded down to three digits, so that the product never exceeds the family bound.
  const share = FAMILY_ERROR / Math.max(1, verdicts);
  const exponent = Math.floor(Math.log10(share));
  const perVerdict = Number(`${Math.floor(share * 10 ** (2 - exponent))}e${exponent - 2}`);
  return { verdicts, perVerdict, family: verdicts * perVerdict };
}
