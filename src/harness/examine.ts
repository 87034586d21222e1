import { problemFromSpec, type ProblemSpec } from '../curvature/problem-spec.js';
import type { ReducedProblem } from '../curvature/problem.js';
import { reduceProblem } from '../curvature/reduction.js';
import { exactStability, type ExactStability } from '../stability/exact-stability.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import type { ObservedSide } from '../decision/decide-side.js';
import { examineEscape } from './examine-escape.js';
import { examineInequality } from './examine-inequality.js';
import { examineOrder } from './examine-order.js';
import { examineSide } from './examine-side.js';
import { examineTypical } from './examine-typical.js';
import { resolveStep } from './resolve-step.js';
import type { Claim, Instance, Mutant, PredictedSide } from './theorem.js';

/** How prediction and observation compare on one instance. */
export type Outcome = 'agree' | 'contradict' | 'inconclusive' | 'undecided';

/** Result of one examined instance: everything the report counts. */
export interface Examination {
  readonly predicted: PredictedSide;
  /** null where nothing is simulated. */
  readonly observed: ObservedSide | null;
  readonly outcome: Outcome;
  readonly eta: number;
  /** The theorem's critical step size, if it has one here. */
  readonly criticalStep: number | null;
  readonly etaStar: number;
  readonly logGrowth: number;
  /** True if the instance is more than 5 % away from the exact threshold (in eta, or alpha if eta* = 0). */
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

/** Puts one instance of a claim to the test. Deterministic in its arguments. */
export function examine(claim: Claim, instance: Instance, settings: ExaminationSettings): Examination {
  const problem = examinedProblem(instance.problem);
  const companion = instance.companion ? examinedProblem(instance.companion) : null;
  const eta = resolveStep(claim, instance.step, problem, companion);
  switch (claim.kind) {
    case 'side':
      return examineSide(claim, instance, problem, eta, settings);
    case 'order':
      return examineOrder(claim, instance, problem, companion, eta, settings);
    case 'inequality':
      return examineInequality(claim, problem, eta, settings);
    case 'typical':
      return examineTypical(claim, instance, problem, eta, settings);
    case 'escape-time':
      return examineEscape(claim, instance, problem, eta, settings);
  }
}

function examinedProblem(spec: ProblemSpec): ExaminedProblem {
  const reduced = reduceProblem(problemFromSpec(spec));
  const exact = exactStability(reduced);
  return { spec, reduced, exact, etaStar: exact.criticalStep().value };
}
