/**
 * # D1: descent divergence
 *
 * Statement: eta lambda_1(H) > 2, or eta lambda_1(H) sqrt(nu) > sigma  =>  diverges.
 * Definitions: H = Hbar_R, nu = n/B - 1, sigma the coherence of the retain set. With alpha = 0 the weighted
 * matrix S is the unweighted one over n, so sigma is the same for both.
 * Hypotheses: alpha = 0 (descent alone); bernoulli batches.
 * Source: Dexter et al., ICLR 2024, arXiv 2401.12332, Theorem 1.
 * Proof: rho(T) >= (1 - eta lambda_1(H))^2 and rho(T) >= eta^2 nu lambda_1(H_i)^2/n^2; lambda_1(H) <=
 * lambda_1(S) = sigma max lambda_1(H_i)/n.
 * Notes: the second condition is attained at nu = sigma = 1.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { unlearningCoherence } from '../src/theory/coherence.js';
import { batchNoise } from '../src/theory/mean-curvature.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import {
  descentGroup,
  descentPart,
  isBernoulli,
  isBernoulliDescent,
  isDescentAlone,
  largestMeanCurvature,
} from './curvature-terms.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { halvedAxes, identicalGroups } from './draws/extremal-families.js';
import { manyHalvedAxes, strongSample, thickened } from './draws/larger-families.js';
import {
  FAR_OF_DESCENT,
  FAR_OF_DESCENT_WORDS,
  NEAR_ALWAYS,
  NEAR_MANY_SAMPLES,
  NOT_BERNOULLI,
  NOT_DESCENT,
} from './draws/draw-floors.js';
import { reaching, reachingSteps } from './draws/reaching-problems.js';
import { at, oneOfTwo, shortenedByForget } from './draws/outside-hypotheses.js';
import { closeSteps, drawn, heldSteps, spokenSteps, stepChoices, tellingSteps } from './draws/step-choice.js';
import { DEXTER } from './sources.js';
import witnesses from './witnesses/D1.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'D1',
  name: 'descent divergence',
  statement: 'eta lambda_1(H) > 2, or eta lambda_1(H) sqrt(nu) > sigma  =>  diverges.',
  formula: String.raw`\eta\,\lambda_1(H) > 2 \ \text{ or } \ \eta\,\lambda_1(H)\,\sqrt{\nu} > \sigma \;\Longrightarrow\; \text{diverges}`,
  hypotheses: ['alpha = 0 (descent alone)', 'bernoulli batches'],
  source: `${DEXTER}, Theorem 1`,
  proof:
    'rho(T) >= (1 - eta lambda_1(H))^2 and rho(T) >= eta^2 nu lambda_1(H_i)^2/n^2; lambda_1(H) <= lambda_1(S) = sigma max lambda_1(H_i)/n.',
};

/** min(2, sigma/f(nu)) / lambda_1(H): D1 with f = sqrt. */
function noiseStep(problem: ReducedProblem, ofNu: (nu: number) => number, sigma?: number): number {
  const lambda1 = largestMeanCurvature(problem);
  const noise = ofNu(batchNoise(descentGroup(problem)));
  const coherence = sigma ?? unlearningCoherence(problem).sigma;
  return Math.min(2 / lambda1, noise > 0 ? coherence / (lambda1 * noise) : Infinity);
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: isBernoulliDescent,
  criticalStep: (problem) => noiseStep(problem, Math.sqrt),
};

const mutants = [
  ...wrongVariants('D1', [
    ...wrongSteps(claim, [
      ['threshold 5 % too low', scaledStep(claim, 0.95)],
      ['n/B in place of nu = n/B - 1', (problem) => noiseStep(problem, (nu) => Math.sqrt(nu + 1))],
      ['nu in place of sqrt(nu)', (problem) => noiseStep(problem, (nu) => nu)],
      ['sigma left out', (problem) => noiseStep(problem, Math.sqrt, 1)],
      ['eta lambda_1(H) > 1 in place of > 2', (problem) => 1 / largestMeanCurvature(problem)],
    ]),
    ['the converse as well: stable below', withConverse(claim)],
  ]),
  ...withoutHypotheses<SideClaim>('D1', [
    [
      'alpha = 0 (descent alone)',
      {
        ...claim,
        applies: isBernoulli,
        criticalStep: (problem) => claim.criticalStep(descentPart(problem)),
      },
      at(shortenedByForget, 2.2),
    ],
    ['bernoulli batches', { ...claim, applies: isDescentAlone }, at(oneOfTwo, 2.1)],
  ]),
];

export const D1: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems of descent alone with bernoulli batches; families on which the bound is attained (halved axes, up to 24 of them, and identical groups); one strong sample among 28 to 44 weak ones, which comes near it; halved axes and strong samples with a second, shorter factor. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_OF_DESCENT_WORDS}`,
  floors: {
    without: [...NOT_BERNOULLI, ...NOT_DESCENT],
    asked: FAR_OF_DESCENT,
    near: [...NEAR_ALWAYS, ...NEAR_MANY_SAMPLES, 'alignment within: above 0.5'],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 6,
        arbitrary: drawn(
          alignedProblems({ mixing: 'zero', samplings: ['bernoulli'] }),
          stepChoices('divergence'),
        ),
      },
      { weight: 2, arbitrary: drawn(halvedAxes, fc.oneof(closeSteps, stepChoices('divergence'))) },
      { weight: 2, arbitrary: drawn(identicalGroups, fc.oneof(heldSteps, stepChoices('divergence'))) },
      {
        weight: 3,
        arbitrary: drawn(
          fc.oneof(
            manyHalvedAxes,
            strongSample.filter(({ alpha }) => alpha === 0),
          ),
          fc.oneof(tellingSteps('divergence'), tellingSteps('divergence'), spokenSteps),
        ),
      },
      {
        weight: 3,
        arbitrary: drawn(
          thickened(
            fc.oneof(
              halvedAxes,
              strongSample.filter(({ alpha }) => alpha === 0),
            ),
          ),
          tellingSteps('divergence'),
        ),
      },
    ),
    reachingSteps((problems) => problems, { samplings: ['bernoulli'], places: ['zero'] }),
  ),
};
