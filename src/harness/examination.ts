import type { ObservedSide } from '../decision/decide-side.js';
import type { Interval } from '../statistics/intervals.js';
import { criticalMixing, naturalStep } from '../theory/mean-curvature.js';
import { exactStability } from '../theory/operator/exact-stability.js';
import { procedureStability } from '../theory/operator/procedure-stability.js';
import { problemFromSpec, type ProblemSpec, type ReducedProblem } from '../theory/problem.js';
import { isPlain, type Procedure } from '../theory/procedure.js';
import { reduceProblem, reduceSets } from '../theory/reduction.js';
import { remembered } from '../theory/remembered.js';
import type { ProblemInstance } from './instance.js';

/** The exact theory of a problem under its procedure, for examinations. */
interface ExactTheory {
  /** log rho a step. */
  growth(eta: number): { readonly logGrowth: number };
  /** eta*, the first crossing; Infinity if no step size escapes. */
  criticalStep(): { readonly value: number };
}

/** A problem with its exact theory, as examinations use it. */
export interface ExaminedProblem {
  readonly spec: ProblemSpec;
  readonly reduced: ReducedProblem;
  readonly exact: ExactTheory;
  readonly etaStar: number;
}

/** The problem of a spec on U. */
export const reducedFromSpec = remembered((spec: ProblemSpec) => reduceProblem(problemFromSpec(spec)));

/** A problem with its exact theory. @throws RangeError if its procedure has none. */
export function examinedProblem(spec: ProblemSpec): ExaminedProblem {
  const reduced = reducedFromSpec(spec);
  const exact = isPlain(reduced) ? exactStability(reduced) : procedureStability(reduced);
  if ('unavailable' in exact) throw new RangeError(exact.unavailable);
  let etaStar: number | undefined;
  return {
    spec,
    reduced,
    exact,
    // A first crossing takes many growths; not every examination asks for it.
    get etaStar() {
      return (etaStar ??= exact.criticalStep().value);
    },
  };
}

/** The problems of an instance at its step size. */
interface ExaminedCase {
  readonly problem: ExaminedProblem;
  readonly companion: ExaminedProblem | null;
  readonly eta: number;
}

/**
 * The problems of an instance, and its step size: the ratio times the claim's own critical step, the exact threshold
 * or that of the companion problem. Where the wanted reference does not exist (no statement, or divergence at every
 * step size) the exact threshold takes its place, and 1/lambda_1(K) where that is 0.
 *
 * @param ownStep the claim's critical step; null if it has none.
 */
export function examinedCase(
  { problem: spec, companion: other, step }: ProblemInstance,
  ownStep: (problem: ReducedProblem) => number | null = () => null,
): ExaminedCase {
  const problem = examinedProblem(spec);
  const companion = other ? examinedProblem(other) : null;
  if (step.reference === 'absolute') return { problem, companion, eta: step.eta };
  if (step.reference === 'natural') {
    return { problem, companion, eta: step.ratio * naturalStep(problem.reduced) };
  }
  const candidates = [
    step.reference === 'predicted' ? ownStep(problem.reduced) : null,
    step.reference === 'companion' ? (companion?.etaStar ?? null) : null,
    problem.etaStar,
  ];
  const reference = candidates.find((value) => value !== null && value > 0 && Number.isFinite(value));
  return { problem, companion, eta: step.ratio * (reference ?? naturalStep(problem.reduced)) };
}

/** Relative distance from which an instance counts as far from the threshold. */
const FAR = 0.05;

/**
 * True if eta is more than 5 % away from eta*; where eta* = 0, if alpha is from the critical mixing: that of the plain
 * step, so that others count as far.
 */
function isFarFromThreshold(problem: ExaminedProblem, eta: number): boolean {
  if (problem.etaStar > 0) return Math.abs(eta / problem.etaStar - 1) > FAR;
  if (!isPlain(problem.reduced)) return true;
  const { retain, forget, alpha } = problemFromSpec(problem.spec);
  const [reducedRetain, reducedForget] = reduceSets([retain, forget]).sets;
  const critical = criticalMixing(reducedRetain!, reducedForget!);
  return critical === 0 || Math.abs(alpha / critical - 1) > FAR;
}

/** Prediction for a minimum: escape, no escape, or nothing. */
export type PredictedSide = 'diverges' | 'stable' | 'undecided';

/** How prediction and observation may compare on one instance. */
export const OUTCOMES = ['agree', 'contradict', 'inconclusive', 'undecided'] as const;

export type Outcome = (typeof OUTCOMES)[number];

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
  /** Where the instance lies in what hypotheses allow; absent for data and networks. */
  readonly drawn?: DrawFeatures;
}

/** A step size beside the exact threshold, for a claim that has none of its own. */
export function besideThreshold(problem: ExaminedProblem, eta: number) {
  return {
    eta,
    criticalStep: null,
    etaStar: problem.etaStar,
    logGrowth: problem.exact.growth(eta).logGrowth,
    far: isFarFromThreshold(problem, eta),
  };
}

/** An examination of an experiment without step size and threshold; the rest as given. */
export function withoutThreshold(
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

/** Whether an interval for a quantity lies inside the claimed range, apart from it, or neither. */
export function rangeOutcome({ low, high }: Interval, least: number, most: number): Outcome {
  if (low >= least && high <= most) return 'agree';
  return high < least || low > most ? 'contradict' : 'inconclusive';
}

/** Outcome for a claim that values rise (or fall) from group to group, by the direction found. */
export function trendOutcome(claimed: 'rising' | 'falling', found: 'rising' | 'falling' | null): Outcome {
  if (found === null) return 'inconclusive';
  return found === claimed ? 'agree' : 'contradict';
}

/** The procedure of a drawn problem, as classes of draws know it. */
export interface ProcedureFeatures extends Pick<Procedure, 'momentum' | 'nesterov' | 'schedule'> {
  readonly epochs: boolean;
  /** Weight decay over |lambda_min(D)|; 0 without. */
  readonly decay: number;
  readonly preconditioned: boolean;
  /** Retain and forget set drawn by different schemes. */
  readonly perSet: boolean;
}

/** Where a drawn problem lies in what hypotheses allow. */
export interface DrawFeatures {
  readonly sampling: string;
  readonly procedure: ProcedureFeatures;
  /** Smallest B/n of the sets that take part in the step. */
  readonly batchShare: number;
  /** Largest nu = n/B - 1 of them. */
  readonly nu: number;
  /** Samples of both sets. */
  readonly samples: number;
  readonly r: number;
  /** Most factors of a sample. */
  readonly factors: number;
  readonly alpha: number;
  /** alpha*. */
  readonly criticalMixing: number;
  /** Largest over smallest size of an eigenvalue of D. */
  readonly condition: number;
  /** Largest over smallest tr H_i of the sets that take part, samples without curvature left out. */
  readonly sizes: number;
  /** lambda_1(S_RR)/tr S_RR, from 1/n to 1; null without retain samples in the step. */
  readonly within: number | null;
  /** x/sqrt(s_R s_F), from 0 to 1; null unless both sets take part. */
  readonly across: number | null;
  /** |eta/threshold - 1| for the theorem's threshold, else the exact one; without any, |alpha/alpha* - 1|, or null. */
  readonly distance: number | null;
  /** The theorem's critical step over the exact one. */
  readonly ratio: number | null;
  /** True if a threshold 10 % wrong would predict the other side here. */
  readonly telling: boolean;
}
