import type { ObservedSide } from '../decision/decide-side.js';
import type { GradientBackend } from '../network/gradient-backend.js';
import { criticalMixing } from '../theory/critical-mixing.js';
import { naturalStep } from '../theory/mean-curvature.js';
import type { ExactStability } from '../theory/operator/exact-stability.js';
import { problemFromSpec, type ProblemSpec, type ReducedProblem } from '../theory/problem.js';
import { reduceSets } from '../theory/reduction.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import type { Mutant, PredictedSide, ProblemClaim, StepChoice } from './theorem.js';

/** How prediction and observation compare on one instance. */
export type Outcome = 'agree' | 'contradict' | 'inconclusive' | 'undecided';

/** Result of one examined instance: everything the report counts. */
export interface Examination {
  readonly predicted: PredictedSide;
  /** null where nothing is simulated. */
  readonly observed: ObservedSide | null;
  readonly outcome: Outcome;
  /** Step size; null where there is none, as in the next two. */
  readonly eta: number | null;
  /** The theorem's critical step size, if it has one here. */
  readonly criticalStep: number | null;
  readonly etaStar: number | null;
  readonly logGrowth: number | null;
  /**
   * True if the instance is more than 5 % away from the exact threshold (in eta, or alpha if eta* = 0), so
   * that samples should decide it; where there is no threshold, if its size is chosen so that they should.
   */
  readonly far: boolean;
  readonly samples: number;
  /** Certificates this examination could have issued; each has the error probability of one verdict. */
  readonly certificates: number;
  /** What the verdict rests on, in a line. */
  readonly evidence: string;
  /** Ids of the wrong variants that this instance refutes, by the same certificates. */
  readonly refuted: readonly string[];
  /** Set if the exact operator contradicts the sampled certificate, or the prediction without one. */
  readonly conflict: string | null;
}

/** What an examination is given besides claim and instance. */
export interface ExaminationSettings {
  /** Wrong variants that are tried on the same certificates. */
  readonly mutants: readonly Mutant[];
  readonly implementation: UnlearningImplementation;
  /** Second implementation of the network's gradients; null leaves it out. */
  readonly backend?: GradientBackend | null;
  /** Words of the random stream; the instance itself is added. */
  readonly seed: number;
  readonly theoremId: string;
  readonly errorProbability: number;
  readonly maxSamples: number;
  readonly maxSamplesUndecided: number;
}

/** A problem with its exact theory, as examinations use it. */
export interface ExaminedProblem {
  readonly spec: ProblemSpec;
  readonly reduced: ReducedProblem;
  readonly exact: ExactStability;
  readonly etaStar: number;
}

/** An examination of an experiment without step size and threshold; the rest as given. */
export function networkExamination(
  found: Pick<Examination, 'outcome' | 'evidence' | 'samples' | 'certificates' | 'refuted'> &
    Partial<Pick<Examination, 'predicted' | 'observed' | 'eta' | 'far'>>,
): Examination {
  return {
    predicted: 'undecided',
    observed: null,
    eta: null,
    criticalStep: null,
    etaStar: null,
    logGrowth: null,
    far: true,
    conflict: null,
    ...found,
  };
}

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
  return step.ratio * (reference ?? naturalStep(problem.reduced));
}

/** Relative distance from which an instance counts as far from the threshold. */
export const FAR = 0.05;

/** True if eta is more than 5 % away from eta*; where eta* = 0, if alpha is from the critical mixing. */
export function isFarFromThreshold(problem: ExaminedProblem, eta: number): boolean {
  if (problem.etaStar > 0) return Math.abs(eta / problem.etaStar - 1) > FAR;
  const { retain, forget, alpha } = problemFromSpec(problem.spec);
  const [reducedRetain, reducedForget] = reduceSets([retain, forget]).sets;
  const critical = criticalMixing(reducedRetain!, reducedForget!);
  return critical === 0 || Math.abs(alpha / critical - 1) > FAR;
}
