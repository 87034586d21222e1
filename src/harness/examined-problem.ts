import { criticalMixing } from '../theory/critical-mixing.js';
import { naturalStep } from '../theory/mean-curvature.js';
import { exactStability, type ExactStability } from '../theory/operator/exact-stability.js';
import { problemFromSpec, type ProblemSpec, type ReducedProblem } from '../theory/problem.js';
import { reduceProblem, reduceSets } from '../theory/reduction.js';
import type { ProblemInstance } from './instance.js';

/** A problem with its exact theory, as examinations use it. */
export interface ExaminedProblem {
  readonly spec: ProblemSpec;
  readonly reduced: ReducedProblem;
  readonly exact: ExactStability;
  readonly etaStar: number;
}

/** A problem with its exact theory. */
export function examinedProblem(spec: ProblemSpec): ExaminedProblem {
  const reduced = reduceProblem(problemFromSpec(spec));
  const exact = exactStability(reduced);
  return { spec, reduced, exact, etaStar: exact.criticalStep().value };
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

/** True if eta is more than 5 % away from eta*; where eta* = 0, if alpha is from the critical mixing. */
export function isFarFromThreshold(problem: ExaminedProblem, eta: number): boolean {
  if (problem.etaStar > 0) return Math.abs(eta / problem.etaStar - 1) > FAR;
  const { retain, forget, alpha } = problemFromSpec(problem.spec);
  const [reducedRetain, reducedForget] = reduceSets([retain, forget]).sets;
  const critical = criticalMixing(reducedRetain!, reducedForget!);
  return critical === 0 || Math.abs(alpha / critical - 1) > FAR;
}
