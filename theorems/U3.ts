/**
 * # U3: incoherence divergence
 *
 * Statement: eta lambda_1(K) sqrt(min(nu_R, nu_F)) > sigma  =>  diverges.
 * Definitions: K = sum_i K_i, sigma = lambda_1(S)/max_i lambda_1(K_i), nu_g = n_g/B_g - 1.
 * Hypotheses: bernoulli batches.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: rho(T) >= eta^2 nu_i lambda_1(K_i)^2 for every i, and lambda_1(K) <= lambda_1(S) = sigma max_i
 * lambda_1(K_i).
 * Notes: a group whose alpha-weight is 0 is left out of the minimum. Attained at nu = sigma = 1.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { unlearningCoherence } from '../src/theory/coherence.js';
import { batchNoise } from '../src/theory/mean-curvature.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import { isBernoulli, largestTotalCurvature } from './curvature-terms.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { halvedAxes, noisyForget } from './draws/extremal-families.js';
import { manyHalvedAxes, strongSample, thickened } from './draws/larger-families.js';
import { FAR, FAR_WORDS, NEAR_ALWAYS, NEAR_MANY_SAMPLES, NOT_BERNOULLI } from './draws/draw-floors.js';
import { reaching, reachingSteps } from './draws/reaching-problems.js';
import { at, oneOfTwo } from './draws/outside-hypotheses.js';
import { closeSteps, drawn, heldSteps, spokenSteps, stepChoices, tellingSteps } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U3.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'U3',
  name: 'incoherence divergence',
  statement: 'eta lambda_1(K) sqrt(min(nu_R, nu_F)) > sigma  =>  diverges.',
  formula: String.raw`\eta\,\lambda_1(K)\,\sqrt{\min(\nu_R, \nu_F)} > \sigma \;\Longrightarrow\; \text{diverges}`,
  hypotheses: ['bernoulli batches'],
  source: CHANG_KHANNA,
  proof:
    'rho(T) >= eta^2 nu_i lambda_1(K_i)^2 for every i, and lambda_1(K) <= lambda_1(S) = sigma max_i lambda_1(K_i).',
};

/** sigma / (lambda_1(K) f(nu)), nu the minimum over the groups and f = sqrt unless told otherwise; null without noise. */
function noiseStep(
  problem: ReducedProblem,
  { over = Math.min, ofNu = Math.sqrt, sigma = unlearningCoherence(problem).sigma } = {},
): number | null {
  const nu = over(...problem.groups.map(batchNoise));
  return nu > 0 ? sigma / (largestTotalCurvature(problem) * ofNu(nu)) : null;
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: isBernoulli,
  criticalStep: (problem) => noiseStep(problem),
};

const mutants = [
  ...wrongVariants('U3', [
    ...wrongSteps(claim, [
      ['threshold 5 % too low', scaledStep(claim, 0.95)],
      ['max in place of min over the groups', (problem) => noiseStep(problem, { over: Math.max })],
      ['n/B in place of nu = n/B - 1', (problem) => noiseStep(problem, { ofNu: (nu) => Math.sqrt(nu + 1) })],
      ['nu in place of sqrt(nu)', (problem) => noiseStep(problem, { ofNu: (nu) => nu })],
      ['sigma left out', (problem) => noiseStep(problem, { sigma: 1 })],
    ]),
    ['the converse as well: stable below', withConverse(claim)],
  ]),
  ...withoutHypotheses<SideClaim>('U3', [
    ['bernoulli batches', { ...claim, applies: () => true }, at(oneOfTwo, 2.1)],
  ]),
];

export const U3: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with bernoulli batches that are never full; halved axes, up to 24 of them, which attain the bound; one strong sample among 28 to 44 weak ones, which comes near it; both with a second, shorter factor; problems with little noise on the retain set and much on the forget set. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_WORDS}`,
  floors: {
    without: [...NOT_BERNOULLI, 'batches: full'],
    asked: FAR,
    near: [
      ...NEAR_ALWAYS,
      ...NEAR_MANY_SAMPLES,
      'mixing: below alpha*',
      'alignment within: above 0.5',
      'alignment across: above 0.8',
    ],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 6,
        arbitrary: drawn(
          alignedProblems({ mixing: 'any', samplings: ['bernoulli'], batches: 'partial' }),
          stepChoices('divergence'),
        ),
      },
      { weight: 2, arbitrary: drawn(halvedAxes, stepChoices('divergence')) },
      { weight: 2, arbitrary: drawn(fc.oneof(halvedAxes, noisyForget), fc.oneof(closeSteps, heldSteps)) },
      {
        weight: 3,
        arbitrary: drawn(
          fc.oneof(manyHalvedAxes, strongSample),
          fc.oneof(tellingSteps('divergence'), tellingSteps('divergence'), spokenSteps),
        ),
      },
      {
        weight: 3,
        arbitrary: drawn(thickened(fc.oneof(halvedAxes, strongSample)), tellingSteps('divergence')),
      },
    ),
    reachingSteps((problems) => problems, { samplings: ['bernoulli'] }),
  ),
};
