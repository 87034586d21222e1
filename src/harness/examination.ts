import type { ProblemSpec } from '../curvature/problem-spec.js';
import type { ReducedProblem } from '../curvature/problem.js';
import type { ObservedSide } from '../decision/decide-side.js';
import type { ExactStability } from '../stability/exact-stability.js';
import type { GradientBackend } from '../backends/gradient-backend.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import type { Mutant, PredictedSide } from './theorem.js';

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
