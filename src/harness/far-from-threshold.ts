import { criticalMixing } from '../curvature/critical-mixing.js';
import { problemFromSpec } from '../curvature/problem-spec.js';
import { reduceSets } from '../curvature/reduction.js';
import type { ExaminedProblem } from './examination.js';

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
