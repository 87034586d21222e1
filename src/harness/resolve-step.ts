import { totalCurvature } from '../curvature/mean-curvature.js';
import { largestEigenvalue } from '../linalg/symmetric-eigen.js';
import type { ExaminedProblem } from './examination.js';
import type { ProblemClaim, StepChoice } from './theorem.js';

/**
 * The step size of an instance: the ratio times the theorem's own critical step, the exact threshold
 * or that of the companion problem. Where the wanted reference does not exist (no statement, or
 * divergence at every step size) the exact threshold takes its place, and 1/lambda_1(K) where that is 0.
 */
export function resolveStep(
  claim: ProblemClaim,
  step: StepChoice,
  problem: ExaminedProblem,
  companion: ExaminedProblem | null,
): number {
  if (step.reference === 'absolute') return step.eta;
  const candidates = [
    step.reference === 'predicted' && claim.kind === 'side' ? claim.criticalStep(problem.reduced) : null,
    step.reference === 'companion' ? (companion?.etaStar ?? null) : null,
    problem.etaStar,
  ];
  const reference = candidates.find((value) => value !== null && value > 0 && Number.isFinite(value));
  return step.ratio * (reference ?? naturalStep(problem));
}

/** 1/lambda_1(K): the scale of step sizes where no threshold gives one. */
function naturalStep(problem: ExaminedProblem): number {
  return 1 / largestEigenvalue(totalCurvature(problem.reduced), problem.reduced.dimension);
}
