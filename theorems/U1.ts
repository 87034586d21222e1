import fc from 'fast-check';
import { criticalMixing } from '../src/curvature/critical-mixing.js';
import type { FactorSet } from '../src/curvature/factor-set.js';
import { meanHessian } from '../src/curvature/mean-curvature.js';
import { symmetricEigen } from '../src/linalg/symmetric-eigen.js';
import { groupNamed, SAMPLINGS, type ReducedProblem } from '../src/curvature/problem.js';
import type { SideClaim, Theorem } from '../src/harness/theorem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { singleAxisForget } from './draws/extremal-families.js';
import { drawn, exactSteps, heldSteps, stepChoices } from './draws/step-choice.js';
import { witnesses } from './witnesses/U1.js';
import { wrongSteps, wrongVariants } from './wrong-variants.js';
import { CHANG_KHANNA } from './sources.js';

/** alpha this little above alpha* (relatively) is not decided: both are rounded. */
const MARGIN = 1e-9;

/** 0 (divergence at every step size) if alpha exceeds the critical mixing of the two sets, else null. */
function escapeAbove(
  problem: ReducedProblem,
  mixing: (retain: FactorSet, forget: FactorSet) => number,
): number | null {
  const retain = groupNamed(problem, 'retain');
  const forget = groupNamed(problem, 'forget');
  if (!forget) return null;
  if (!retain) return 0;
  return problem.alpha > mixing(retain.samples, forget.samples) * (1 + MARGIN) ? 0 : null;
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: () => true,
  criticalStep: (problem) => escapeAbove(problem, criticalMixing),
};

/** 1/(1 + lambda_1(Hbar_F)/lambda_min(Hbar_R)). */
function isotropicMixing(retain: FactorSet, forget: FactorSet): number {
  const r = retain.dimension;
  const smallest = Math.max(0, symmetricEigen(meanHessian(retain), r).values[0]!);
  return smallest / (smallest + symmetricEigen(meanHessian(forget), r).values.at(-1)!);
}

const mutants = wrongVariants('U1', [
  ...wrongSteps(claim, [
    ['alpha* 5 % too low', (problem) => escapeAbove(problem, (r, f) => 0.95 * criticalMixing(r, f)), 'quick'],
    ['alpha and 1 - alpha swapped', (problem) => escapeAbove(problem, (r, f) => 1 - criticalMixing(r, f))],
    ['retain and forget swapped', (problem) => escapeAbove(problem, (r, f) => criticalMixing(f, r))],
    [
      'smallest curvature of Hbar_R in place of the relative eigenvalue',
      (problem) => escapeAbove(problem, isotropicMixing),
    ],
    ['every alpha > 0 escapes', (problem) => escapeAbove(problem, () => 0)],
  ]),
  [
    'the converse as well: stable at every eta below alpha*',
    { ...claim, asserts: 'both', criticalStep: (problem) => claim.criticalStep(problem) ?? Infinity },
  ],
]);

/**
 * # U1: mean escape
 *
 * Definitions: D = (1-alpha) Hbar_R - alpha Hbar_F on U; mu = lambda_1 of Hbar_F relative to Hbar_R.
 * Notes: if all per-sample directions are linearly independent, D has exactly rank(F) negative
 * eigenvalues for every alpha > 0, so alpha* = 0: then the rate is what matters.
 */
export const U1: Theorem = {
  id: 'U1',
  name: 'mean escape',
  statement:
    'lambda_min(D on U) < 0  =>  diverges for every eta. It is so iff alpha > alpha* = 1/(1 + mu), and alpha* = 0 if range(Hbar_F) is not inside range(Hbar_R).',
  hypotheses: ['any sampling'],
  source: CHANG_KHANNA,
  proof:
    'E delta_k = (I - eta D)^k delta_0 grows along the negative eigenvector, and E|delta_k|^2 >= |E delta_k|^2.',
  claim,
  mutants,
  witnesses,
  instances: fc.oneof(
    { weight: 3, arbitrary: drawn(alignedProblems({ mixing: 'above' }), stepChoices('divergence')) },
    { weight: 2, arbitrary: drawn(singleAxisForget(SAMPLINGS, 'escaping'), stepChoices('divergence')) },
    { weight: 1, arbitrary: drawn(alignedProblems({ mixing: 'below' }), exactSteps) },
    { weight: 1, arbitrary: drawn(singleAxisForget(SAMPLINGS, 'held'), heldSteps) },
  ),
};
