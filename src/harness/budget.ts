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
  quick: { name: 'quick', instances: 40, maxSamples: 120_000, maxSamplesUndecided: 6_000 },
  standard: { name: 'standard', instances: 200, maxSamples: 400_000, maxSamplesUndecided: 10_000 },
  deep: { name: 'deep', instances: 1_000, maxSamples: 2_000_000, maxSamplesUndecided: 50_000 },
};

/** Error probability of everything one run of `verify` may say, at most. */
export const FAMILY_ERROR = 1e-9;

/** Candidate instances that shrinking may examine for one theorem. */
export const MAX_SHRINK_CANDIDATES = 200;

/** Sampled certificates an examined instance may issue: two problems, for claims that compare two. */
const CERTIFICATES_PER_INSTANCE = 2;

/** The error budget of a run, fixed before it starts. */
export interface ErrorBudget {
  /** Certificates that may be issued at most, candidates of shrinking included. */
  readonly verdicts: number;
  readonly perVerdict: number;
  /** verdicts * perVerdict: the bound on the probability that any certificate of the run is wrong. */
  readonly family: number;
}

/** Splits FAMILY_ERROR evenly over all certificates that a run can issue (Boole's inequality). */
export function errorBudget(theorems: number, instances: number): ErrorBudget {
  const verdicts = theorems * (instances + MAX_SHRINK_CANDIDATES) * CERTIFICATES_PER_INSTANCE;
  // Rounded down to three digits, so that the product never exceeds the family bound.
  const exponent = Math.floor(Math.log10(FAMILY_ERROR / verdicts));
  const perVerdict = Number(
    `${Math.floor((FAMILY_ERROR / verdicts) * 10 ** (2 - exponent))}e${exponent - 2}`,
  );
  return { verdicts, perVerdict, family: verdicts * perVerdict };
}
