/**
 * # U5: stability
 *
 * Statement: D > 0 on U and 2D - eta (D^2 + N(I)) > 0 on U  =>  stable. Coarser, bernoulli: eta (lambda_1(D) +
 * max(nu_R, nu_F) omega lambda_1(S)/sigma) < 2.
 * Definitions: D on U, N the noise map of the second-moment operator; omega = lambda_1 of K relative to D.
 * Hypotheses: any sampling; the coarser form: bernoulli batches.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: T(I) = I - eta (2D - eta (D^2 + N(I))) < I, and T(P) <= cP with P > 0 gives rho(T) <= c < 1.
 * Notes: attained by full batches and by isotropic frames. The coarser form by coherence is
 * `coarseCriticalStep`; it never exceeds the critical step here.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { multiplyTransposedSymmetric } from '../src/linalg/multiply-transposed.js';
import { addScaled } from '../src/linalg/vectors.js';
import { curvatureCancellation, unlearningCoherence } from '../src/theory/coherence.js';
import {
  batchNoise,
  meanCurvature,
  relativeEigenvalues,
  totalCurvature,
} from '../src/theory/mean-curvature.js';
import { isDrawnBy, type ReducedProblem } from '../src/theory/problem.js';
import { isDescending, largestMeanCurvature, noiseOfIdentity } from './curvature-terms.js';
import { alignedProblems, noiselessProblems } from './draws/aligned-problems.js';
import { commutingProblems, identicalGroups, isotropicFrames } from './draws/extremal-families.js';
import { manyGroups, thickened } from './draws/larger-families.js';
import {
  NEAR_ALWAYS,
  NEAR_FEW_SAMPLES,
  NOT_HELD,
  FAR_BELOW,
  FAR_BELOW_WORDS,
  FAR_BEYOND_WORDS,
} from './draws/draw-floors.js';
import { at, twoDrawsOfTwo } from './draws/outside-hypotheses.js';
import { reaching, reachingHeld } from './draws/reaching-problems.js';
import { closeSteps, drawn, heldSteps, stepChoices, tellingSteps } from './draws/step-choice.js';
import { ANY_SAMPLING, CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U5.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'U5',
  name: 'stability',
  statement:
    'D > 0 on U and 2D - eta (D^2 + N(I)) > 0 on U  =>  stable. Coarser, bernoulli: eta (lambda_1(D) + max(nu_R, nu_F) omega lambda_1(S)/sigma) < 2.',
  formula: String.raw`\begin{gathered} D \succ 0 \ \text{ and } \ 2D - \eta\,\bigl(D^2 + N(I)\bigr) \succ 0 \ \text{ on } U \\[0.2em] \Longrightarrow\; \text{stable} \\[0.6em] \text{coarser, bernoulli:} \\[0.2em] \eta\,\Bigl(\lambda_1(D) + \max(\nu_R, \nu_F)\,\omega\,\frac{\lambda_1(S)}{\sigma}\Bigr) < 2 \end{gathered}`,
  hypotheses: ['any sampling', 'the coarser form: bernoulli batches'],
  unneeded: { 'any sampling': ANY_SAMPLING },
  source: CHANG_KHANNA,
  proof: 'T(I) = I - eta (2D - eta (D^2 + N(I))) < I, and T(P) <= cP with P > 0 gives rho(T) <= c < 1.',
};

/**
 * Largest eta with 2 L - eta (s D^2 + n N(I)) >= 0: U5 with L = D, s = n = 1. null unless D > 0, Infinity
 * if nothing is quadratic.
 */
function stableStep(
  problem: ReducedProblem,
  { left = meanCurvature(problem), square = 1, noise = 1 } = {},
): number | null {
  if (!isDescending(problem)) return null;
  const r = problem.dimension;
  const d = meanCurvature(problem);
  const quadratic = multiplyTransposedSymmetric(d, d, r, r).map((x) => square * x);
  addScaled(quadratic, noise, noiseOfIdentity(problem));
  const largest = relativeEigenvalues(quadratic, left, r).at(-1)!;
  return largest > 0 ? 2 / largest : Infinity;
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'stability',
  applies: () => true,
  criticalStep: (problem) => stableStep(problem),
};

const mutants = [
  ...wrongVariants('U5', [
    ...wrongSteps(claim, [
      ['threshold 5 % too high', scaledStep(claim, 1.05)],
      ['the noise dropped: 2D - eta D^2 > 0', (problem) => stableStep(problem, { noise: 0 })],
      ['the square of D dropped: 2D - eta N(I) > 0', (problem) => stableStep(problem, { square: 0 })],
      ['K in place of D on the left', (problem) => stableStep(problem, { left: totalCurvature(problem) })],
      ['4D in place of 2D', scaledStep(claim, 2)],
    ]),
    ['the converse as well: diverges above', withConverse(claim)],
  ]),
  ...withoutHypotheses<SideClaim>('U5', [
    [
      'the coarser form: bernoulli batches',
      { ...claim, applies: isDescending, criticalStep: coherenceStep },
      at(twoDrawsOfTwo, 14),
    ],
  ]),
];

export const U5: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with alpha below the critical mixing and any sampling; problems without batch noise and isotropic frames, which attain the bound; commuting problems; 9 or 10 identical groups; frames and groups with a second, shorter factor. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_BELOW_WORDS} ${FAR_BEYOND_WORDS}`,
  floors: {
    without: [...NOT_HELD],
    asked: FAR_BELOW,
    near: [
      ...NEAR_ALWAYS,
      ...NEAR_FEW_SAMPLES,
      'samples: above 16',
      'r: above 8',
      'factors: several',
      'alignment within: above 0.5',
    ],
  },
  instances: reaching(
    fc.oneof(
      { weight: 4, arbitrary: drawn(alignedProblems({ mixing: 'below' }), stepChoices('stability')) },
      { weight: 2, arbitrary: drawn(alignedProblems({ mixing: 'below' }), heldSteps) },
      { weight: 1, arbitrary: drawn(noiselessProblems, fc.oneof(closeSteps, stepChoices('stability'))) },
      { weight: 1, arbitrary: drawn(commutingProblems(4), stepChoices('stability')) },
      {
        weight: 2,
        arbitrary: drawn(
          fc.oneof(thickened(isotropicFrames), thickened(identicalGroups), manyGroups(10)),
          tellingSteps('stability'),
        ),
      },
      { weight: 1, arbitrary: drawn(isotropicFrames, fc.oneof(closeSteps, stepChoices('stability'))) },
    ),
    reachingHeld(),
  ),
};

/**
 * The coarser critical step of U5 by coherence, bernoulli batches:
 * 2/(lambda_1(D) + max(nu_R, nu_F) omega lambda_1(S)/sigma); null unless D > 0 on U.
 */
export function coarseCriticalStep(problem: ReducedProblem): number | null {
  return isDrawnBy(problem, 'bernoulli') && isDescending(problem) ? coherenceStep(problem) : null;
}

/** Its formula, whatever the sampling. */
function coherenceStep(problem: ReducedProblem): number {
  const nu = Math.max(...problem.groups.map(batchNoise));
  const { lambda1S, sigma } = unlearningCoherence(problem);
  const omega = curvatureCancellation(problem);
  return 2 / (largestMeanCurvature(problem) + (nu * omega * lambda1S) / sigma);
}
