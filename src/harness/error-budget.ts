import { MAX_SHRINK_CANDIDATES } from './budget.js';
import { kindOf } from './kinds.js';
import type { Theorem } from './theorem.js';

/** Error probability of everything one run of `verify` may say, at most. */
export const FAMILY_ERROR = 1e-9;

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
