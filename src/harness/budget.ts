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

/** Candidate instances that shrinking may examine for one theorem. */
export const MAX_SHRINK_CANDIDATES = 200;

/** Fewer pairs of batches than this decide nothing: no run and no counterexample may ask for less. */
export const LEAST_SAMPLES = 1500;
