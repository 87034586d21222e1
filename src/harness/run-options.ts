import type { Budget } from './budget.js';
import type { Counterexample } from './counterexample.js';
import type { Examination, Outcome } from './examination.js';
import type { FinishedWork } from './finished-work.js';
import type { Theorem } from './theorem.js';

export interface VerifyOptions {
  readonly seed: number;
  readonly budget: Budget;
  /** Tasks kept under way at once; the result does not depend on it. */
  readonly workers: number;
  /** Called after every finished piece of work. */
  readonly onProgress?: (progress: TheoremProgress) => void;
  /** Failures of earlier runs, which are examined again first. */
  readonly corpus?: readonly SavedFailure[];
  /** What an earlier run with the same theorems, seed and budget has finished: it is not done again. */
  readonly earlier?: readonly FinishedWork[];
  /** Called with every piece of work that this run finishes. */
  readonly onFinished?: (work: FinishedWork) => void;
  /** Only this part of the work: piece number k with k = index - 1 modulo count. */
  readonly shard?: Shard | null;
  /** Aborting stops after the tasks under way; what is finished is summarised. */
  readonly signal?: AbortSignal;
}

/** A saved contradiction and the name of its file. */
export interface SavedFailure {
  readonly name: string;
  readonly record: Counterexample;
}

/** What became of a saved contradiction in this run. */
export interface ReplayedFailure {
  readonly name: string;
  readonly theoremId: string;
  readonly outcome: Outcome;
  readonly evidence: string;
}

/** State of one theorem while the run goes on. */
export interface TheoremProgress {
  readonly theorem: Theorem;
  readonly examinations: readonly Examination[];
  readonly total: number;
}

/** Part `index` of `count`, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}
