import { predictedSide, type PredictedSide, type ProblemTheorem } from '../harness/theorem.js';
import type { ReducedProblem } from '../theory/problem.js';

/** Claim of one theorem about a problem at every step size. */
export interface TheoremThreshold {
  readonly id: string;
  readonly name: string;
  /** True if the hypotheses hold. */
  readonly applies: boolean;
  /** Critical step size: 0 if the claim holds at every one, null if there is no claim. */
  readonly critical: number | null;
  readonly side: (eta: number) => PredictedSide;
}

/** The threshold of a theorem; of one that takes no side, or does not apply, there is none. */
export function theoremThreshold(theorem: ProblemTheorem, problem: ReducedProblem): TheoremThreshold {
  const { id, name, claim } = theorem;
  const applies = claim.applies(problem);
  const silent: TheoremThreshold = { id, name, applies, critical: null, side: () => 'undecided' };
  if (!applies) return silent;
  if (claim.kind === 'escape-time') return { ...silent, critical: 0, side: () => 'diverges' };
  if (claim.kind !== 'side') return silent;
  const critical = claim.criticalStep(problem);
  return { ...silent, critical, side: (eta) => predictedSide(claim, critical, eta) };
}
