/**
 * # U2: overshoot
 *
 * Statement: eta lambda_1(D) > 2  =>  diverges.
 * Definitions: D = (1-alpha) Hbar_R - alpha Hbar_F.
 * Hypotheses: any sampling.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: rho(T) >= (1 - eta lambda_1(D))^2, the growth of the mean along the top eigenvector of D.
 * Notes: attained by full batches, where T has no noise.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { largestEigenvalue } from '../src/linalg/symmetric-eigen.js';
import { meanHessian } from '../src/theory/mean-curvature.js';
import { groupNamed, type ReducedProblem } from '../src/theory/problem.js';
import { largestMeanCurvature, largestTotalCurvature } from './curvature-terms.js';
import { FAR, FAR_WORDS } from './draws/draw-floors.js';
import { reaching, reachingSteps } from './draws/reaching-problems.js';
import { alignedProblems, noiselessProblems } from './draws/aligned-problems.js';
import { manyHalvedAxes } from './draws/larger-families.js';
import { closeSteps, drawn, spokenSteps, stepChoices } from './draws/step-choice.js';
import { ANY_SAMPLING, CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U2.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'U2',
  name: 'overshoot',
  statement: 'eta lambda_1(D) > 2  =>  diverges.',
  formula: String.raw`\eta\,\lambda_1(D) > 2 \;\Longrightarrow\; \text{diverges}`,
  hypotheses: ['any sampling'],
  unneeded: { 'any sampling': ANY_SAMPLING },
  source: CHANG_KHANNA,
  proof: 'rho(T) >= (1 - eta lambda_1(D))^2, the growth of the mean along the top eigenvector of D.',
};

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: () => true,
  criticalStep(problem) {
    const lambda1 = largestMeanCurvature(problem);
    return lambda1 > 0 ? 2 / lambda1 : null;
  },
};

/** 2 / (weight lambda_1(Hbar_R)), or null without retain samples. */
function retainStep(problem: ReducedProblem, weight: number): number | null {
  const retain = groupNamed(problem, 'retain');
  if (!retain) return null;
  return 2 / (weight * largestEigenvalue(meanHessian(retain.samples), problem.dimension));
}

const mutants = wrongVariants('U2', [
  ...wrongSteps(claim, [
    ['threshold 5 % too low', scaledStep(claim, 0.95), 'quick'],
    ['> 1 in place of > 2', scaledStep(claim, 0.5)],
    ['K in place of D', (problem) => 2 / largestTotalCurvature(problem)],
    ['the forget term dropped', (problem) => retainStep(problem, 1 - problem.alpha)],
    ['1 - alpha forgotten', (problem) => retainStep(problem, 1)],
  ]),
  ['the converse as well: stable below', withConverse(claim)],
]);

export const U2: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with any alpha and sampling; problems without batch noise, which attain the bound, also with step sizes within 5 % of it; 10 to 24 halved axes. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_WORDS}`,
  floors: {
    without: [],
    asked: FAR,
    near: [
      'sampling: without-replacement',
      'batches: full',
      'samples: 7 to 16',
      'factors: several',
      'mixing: below alpha*',
      'alignment within: above 0.5',
      'alignment across: above 0.8',
      'distance: within 5 %',
    ],
  },
  instances: reaching(
    fc.oneof(
      { weight: 6, arbitrary: drawn(alignedProblems({ mixing: 'any' }), stepChoices('divergence')) },
      { weight: 2, arbitrary: drawn(noiselessProblems, stepChoices('divergence')) },
      { weight: 2, arbitrary: drawn(noiselessProblems, closeSteps) },
      { weight: 1, arbitrary: drawn(manyHalvedAxes, spokenSteps) },
    ),
    reachingSteps((problems) => problems),
  ),
};
