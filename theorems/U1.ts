/**
 * # U1: mean escape
 *
 * Statement: lambda_min(D on U) < 0  =>  diverges for every eta. It is so iff alpha > alpha* = 1/(1 + mu), and
 * alpha* = 0 if range(Hbar_F) is not inside range(Hbar_R).
 * Definitions: D = (1-alpha) Hbar_R - alpha Hbar_F on U; mu = lambda_1 of Hbar_F relative to Hbar_R.
 * Hypotheses: any sampling.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: E delta_k = (I - eta D)^k delta_0 grows along the negative eigenvector, and E|delta_k|^2 >= |E
 * delta_k|^2. D >= 0 iff alpha Hbar_F <= (1-alpha) Hbar_R, that is iff alpha mu <= 1-alpha; where Hbar_R x = 0
 * and Hbar_F x != 0, x^T D x < 0 for every alpha > 0.
 * Notes: if all per-sample directions are linearly independent, D has exactly rank(F) negative eigenvalues for
 * every alpha > 0, so alpha* = 0: then the rate is what matters.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { symmetricEigen } from '../src/linalg/symmetric-eigen.js';
import { criticalMixing, meanHessian } from '../src/theory/mean-curvature.js';
import { type FactorSet, groupNamed, type ReducedProblem, SAMPLINGS } from '../src/theory/problem.js';
import { FAR, FAR_WORDS } from './draws/draw-floors.js';
import { reaching, reachingSteps, TURNED } from './draws/reaching-problems.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { singleAxisForget } from './draws/extremal-families.js';
import { drawn, exactSteps, heldSteps, stepChoices } from './draws/step-choice.js';
import { ANY_SAMPLING, CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U1.json' with { type: 'json' };
import { wrongSteps, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'U1',
  name: 'mean escape',
  statement:
    'lambda_min(D on U) < 0  =>  diverges for every eta. It is so iff alpha > alpha* = 1/(1 + mu), and alpha* = 0 if range(Hbar_F) is not inside range(Hbar_R).',
  formula: String.raw`\begin{gathered} \lambda_{\min}(D|_U) < 0 \;\Longrightarrow\; \text{diverges for every } \eta \\[0.4em] \lambda_{\min}(D|_U) < 0 \iff \alpha > \alpha^* = \frac{1}{1+\mu} \\[0.4em] \alpha^* = 0 \ \text{ if } \operatorname{range}(\bar H_F) \not\subseteq \operatorname{range}(\bar H_R) \end{gathered}`,
  hypotheses: ['any sampling'],
  unneeded: { 'any sampling': ANY_SAMPLING },
  source: CHANG_KHANNA,
  proof:
    'E delta_k = (I - eta D)^k delta_0 grows along the negative eigenvector, and E|delta_k|^2 >= |E delta_k|^2. D >= 0 iff alpha Hbar_F <= (1-alpha) Hbar_R, that is iff alpha mu <= 1-alpha; where Hbar_R x = 0 and Hbar_F x != 0, x^T D x < 0 for every alpha > 0.',
};

/** alpha this little above alpha* (relatively) is not decided: both are rounded. */
const MARGIN = 1e-9;

/** 0 (divergence at every step size) if alpha exceeds the critical mixing of the two sets, else null. */
function escapeAbove(
  problem: ReducedProblem,
  mixing: (retain: FactorSet, forget: FactorSet) => number,
): number | null {
  if (!groupNamed(problem, 'forget')) return null;
  const critical = ofSets(problem, mixing);
  return critical === null || problem.alpha > critical * (1 + MARGIN) ? 0 : null;
}

/** A mixing computed from both sets; null if only one takes part in the step. */
function ofSets(
  problem: ReducedProblem,
  mixing: (retain: FactorSet, forget: FactorSet) => number,
): number | null {
  const retain = groupNamed(problem, 'retain');
  const forget = groupNamed(problem, 'forget');
  return retain && forget ? mixing(retain.samples, forget.samples) : null;
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: () => true,
  criticalStep: (problem) => escapeAbove(problem, criticalMixing),
  criticalMixing: (problem) => ofSets(problem, criticalMixing),
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

export const U1: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with alpha above the critical mixing, some below it, any sampling; a forget set along one eigenvector of the retain curvature, alpha 1 % to 41 % above the critical mixing, or below it. Step sizes from a third to three times the exact threshold, or of 1/lambda_1(K) where there is none. ${FAR_WORDS}`,
  floors: {
    without: ['mixing: alpha = 0'],
    asked: FAR,
    near: [],
  },
  instances: reaching(
    fc.oneof(
      { weight: 3, arbitrary: drawn(alignedProblems({ mixing: 'above' }), stepChoices('divergence')) },
      { weight: 2, arbitrary: drawn(singleAxisForget(SAMPLINGS, 'escaping'), stepChoices('divergence')) },
      { weight: 1, arbitrary: drawn(alignedProblems({ mixing: 'below' }), exactSteps) },
      { weight: 1, arbitrary: drawn(singleAxisForget(SAMPLINGS, 'held'), heldSteps) },
    ),
    reachingSteps((problems) => problems, { places: TURNED }),
  ),
};
