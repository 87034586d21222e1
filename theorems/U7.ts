/**
 * # U7: cross-coherence escape
 *
 * Statement: alpha/(1-alpha) > kappa  =>  diverges for every eta.
 * Definitions: kappa = tr(Hbar_R Hbar_F)/lambda_1(Hbar_F)^2.
 * Hypotheses: any sampling.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: x the top eigenvector of Hbar_F: tr(Hbar_R Hbar_F) >= lambda_1(Hbar_F) x^T Hbar_R x, so x^T D x <=
 * lambda_1(Hbar_F) ((1-alpha) kappa - alpha) < 0; then U1.
 * Notes: a forget set that the retain set does not cover cannot be held. Attained when F lies along one
 * eigenvector of Hbar_R.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { crossCoherence } from '../src/theory/coherence.js';
import { groupNamed, type ReducedProblem, SAMPLINGS } from '../src/theory/problem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { singleAxisForget } from './draws/extremal-families.js';
import { NOT_ESCAPING, FAR, FAR_PAST_WORDS } from './draws/draw-floors.js';
import { reaching, reachingSteps, PAST } from './draws/reaching-problems.js';
import { drawn, heldSteps, stepChoices } from './draws/step-choice.js';
import { ANY_SAMPLING, CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U7.json' with { type: 'json' };
import { wrongSteps, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'U7',
  name: 'cross-coherence escape',
  statement: 'alpha/(1-alpha) > kappa  =>  diverges for every eta.',
  formula: String.raw`\frac{\alpha}{1-\alpha} > \kappa \;\Longrightarrow\; \text{diverges for every } \eta`,
  hypotheses: ['any sampling'],
  unneeded: { 'any sampling': ANY_SAMPLING },
  source: CHANG_KHANNA,
  proof:
    'x the top eigenvector of Hbar_F: tr(Hbar_R Hbar_F) >= lambda_1(Hbar_F) x^T Hbar_R x, so x^T D x <= lambda_1(Hbar_F) ((1-alpha) kappa - alpha) < 0; then U1.',
};

/** alpha/(1-alpha) this little above kappa (relatively) is not decided: both are rounded. */
const MARGIN = 1e-9;

/** 0 (divergence at every step size) if alpha/(1-alpha) exceeds f(kappa), else null. */
function escapeBeyond(problem: ReducedProblem, of: (kappa: number) => number): number | null {
  if (!groupNamed(problem, 'forget')) return null;
  const kappa = kappaOf(problem);
  return kappa === null || problem.alpha / (1 - problem.alpha) > of(kappa) * (1 + MARGIN) ? 0 : null;
}

/** kappa of the two sets; null if only one takes part in the step. */
function kappaOf(problem: ReducedProblem): number | null {
  const retain = groupNamed(problem, 'retain');
  const forget = groupNamed(problem, 'forget');
  return retain && forget ? crossCoherence(retain.samples, forget.samples).kappa : null;
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: () => true,
  criticalStep: (problem) => escapeBeyond(problem, (kappa) => kappa),
  criticalMixing(problem) {
    const kappa = kappaOf(problem);
    return kappa === null ? null : kappa / (1 + kappa);
  },
};

const mutants = wrongVariants('U7', [
  ...wrongSteps(claim, [
    ['kappa 5 % too small', (problem) => escapeBeyond(problem, (kappa) => 0.95 * kappa)],
    ['kappa squared', (problem) => escapeBeyond(problem, (kappa) => kappa ** 2)],
    ['root of kappa', (problem) => escapeBeyond(problem, Math.sqrt)],
    ['1/kappa: retain and forget swapped', (problem) => escapeBeyond(problem, (kappa) => 1 / kappa)],
    [
      'kappa/(1 + kappa): odds in place of a share',
      (problem) => escapeBeyond(problem, (kappa) => kappa / (1 + kappa)),
    ],
  ]),
  [
    'the converse as well: stable at every eta below',
    { ...claim, asserts: 'both', criticalStep: (problem) => claim.criticalStep(problem) ?? Infinity },
  ],
]);

export const U7: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with alpha above the critical mixing, any sampling; a forget set along one eigenvector of the retain curvature, where the bound is attained, with alpha above and below the critical mixing. ${FAR_PAST_WORDS}`,
  floors: {
    without: [...NOT_ESCAPING],
    asked: FAR,
    near: [],
  },
  instances: reaching(
    fc.oneof(
      { weight: 5, arbitrary: drawn(alignedProblems({ mixing: 'above' }), stepChoices('divergence')) },
      { weight: 2, arbitrary: drawn(singleAxisForget(SAMPLINGS, 'escaping'), stepChoices('divergence')) },
      { weight: 2, arbitrary: drawn(singleAxisForget(SAMPLINGS, 'held'), heldSteps) },
    ),
    reachingSteps((problems) => problems, { places: PAST, oneForgotten: true, commuting: true }),
  ),
};
