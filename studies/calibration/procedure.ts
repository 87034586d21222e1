import type { ReducedProblem } from '../../src/theory/problem.js';
import type { ObservedSide } from '../../src/decision/decide-side.js';
import type { RandomSource } from '../../src/random/generator.js';
import type { UnlearningProcess } from '../../src/unlearning/process.js';

/** What a procedure says of one process, and what it spent. */
export interface ProcedureVerdict {
  readonly side: ObservedSide;
  /** Pairs of batches drawn. */
  readonly samples: number;
}

/** A problem at one step size: what the code under test claims to run. */
export interface ClaimedInstance {
  readonly problem: ReducedProblem;
  readonly eta: number;
}

/** A way to tell from real unlearning steps whether the minimum is stable. */
export interface SideProcedure {
  readonly name: string;
  readonly decide: (
    process: UnlearningProcess,
    claimed: ClaimedInstance,
    random: RandomSource,
  ) => ProcedureVerdict;
}
