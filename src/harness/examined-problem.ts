import { criticalMixing } from '../theory/critical-mixing.js';
import { naturalStep } from '../theory/mean-curvature.js';
import { exactStability } from '../theory/operator/exact-stability.js';
import { procedureStability } from '../theory/operator/procedure-stability.js';
import { problemFromSpec, type ProblemSpec, type ReducedProblem } from '../theory/problem.js';
import { isPlain } from '../theory/procedure.js';
import { reduceProblem, reduceSets } from '../theory/reduction.js';
import type { ProblemInstance } from './instance.js';

/** What examinations ask of the exact theory of a problem under its procedure. */
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

/** A problem with its exact theory. @throws RangeError if its procedure has none. */
export function examinedProblem(spec: ProblemSpec): ExaminedProblem {
  const reduced = reduceProblem(problemFromSpec(spec));
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
export interface ExaminedCase {
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
  if (step.reference === 'natural')
    return { problem, companion, eta: step.ratio * naturalStep(problem.reduced) };
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
export function isFarFromThreshold(problem: ExaminedProblem, eta: number): boolean {
  if (problem.etaStar > 0) return Math.abs(eta / problem.etaStar - 1) > FAR;
  if (!isPlain(problem.reduced)) return true;
  const { retain, forget, alpha } = problemFromSpec(problem.spec);
  const [reducedRetain, reducedForget] = reduceSets([retain, forget]).sets;
  const critical = criticalMixing(reducedRetain!, reducedForget!);
  return critical === 0 || Math.abs(alpha / critical - 1) > FAR;
}
