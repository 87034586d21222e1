import type { PredictedSide } from '../harness/examination.js';
import { appliesTo, kindOf } from '../harness/kinds.js';
import type { ProblemTheorem } from '../harness/theorem.js';
import type { ReducedProblem } from '../theory/problem.js';

/** Claim of one theorem about a problem at every step size. */
export interface TheoremThreshold {
  readonly id: string;
  readonly name: string;
  /** True if the hypotheses hold. */
  readonly applies: boolean;
  /** Critical step size: 0 if the claim holds at every one, null if there is no claim. */
  readonly critical: number | null;
  /** The critical mixing of a claim about it; null if there is no claim; absent for claims about the step size. */
  readonly criticalMixing?: number | null;
  readonly side: (eta: number) => PredictedSide;
}

/** The threshold of a theorem; of one that takes no side, or does not apply, there is none. */
export function theoremThreshold(theorem: ProblemTheorem, problem: ReducedProblem): TheoremThreshold {
  const { id, name, claim } = theorem;
  const applies = appliesTo(claim, problem);
  const taken = applies ? kindOf(claim).sides?.taken(claim, problem) : undefined;
  if (!taken) return { id, name, applies, critical: null, side: () => 'undecided' };
  const { criticalStep: critical, ...rest } = taken;
  return { id, name, applies, critical, ...rest };
}
