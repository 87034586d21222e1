/**
 * # D4: sharp descent divergence
 *
 * Statement: eta lambda_1(H) > min(2, phi)  =>  diverges, phi = 2 sigma^2/(sigma^2 + nu) if sigma <= sqrt(nu),
 * sigma/sqrt(nu) if sigma >= sqrt(nu) >= 1, 2 sigma/(1 + nu) if nu <= 1.
 * Definitions: H = Hbar_R, nu = n/B - 1, sigma the coherence of the retain set.
 * Hypotheses: alpha = 0 (descent alone); bernoulli batches.
 * Source: sharpens the second condition of Dexter et al., ICLR 2024, arXiv 2401.12332, Theorem 1.
 * Proof: U17 with q = 0: with k = max_i lambda_1(H_i)/n and t = s k, phi = sigma max_{1 <= s <= sigma} 2 s/(s^2 + nu),
 * and lambda_1(H) <= sigma k.
 * Notes: never weaker than D1, since 2 s/(s^2 + nu) <= 1/sqrt(nu); D1 stays as the published form. Approached on one
 * strong sample among n weak ones on two axes, at the rate 1/n.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { unlearningCoherence } from '../src/theory/coherence.js';
import { batchNoise } from '../src/theory/mean-curvature.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import { steepestWithin } from '../src/theory/three-axes.js';
import {
  descentGroup,
  descentPart,
  isBernoulli,
  isBernoulliDescent,
  isDescentAlone,
  largestMeanCurvature,
} from './curvature-terms.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { halvedAxes } from './draws/extremal-families.js';
import { manyHalvedAxes, thickened } from './draws/larger-families.js';
import {
  FAR_OF_DESCENT,
  FAR_OF_DESCENT_WORDS,
  NEAR_ALWAYS,
  NEAR_FEW_SAMPLES,
  NOT_BERNOULLI,
  NOT_DESCENT,
} from './draws/draw-floors.js';
import { reaching, reachingSteps } from './draws/reaching-problems.js';
import { at, oneOfTwo, shortenedByForget } from './draws/outside-hypotheses.js';
import { closeSteps, drawn, heldSteps, spokenSteps, stepChoices, tellingSteps } from './draws/step-choice.js';
import { strongInDescent } from './draws/three-axis-families.js';
import { DEXTER } from './sources.js';
import witnesses from './witnesses/D4.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'D4',
  name: 'sharp descent divergence',
  statement:
    'eta lambda_1(H) > min(2, phi)  =>  diverges, phi = 2 sigma^2/(sigma^2 + nu) if sigma <= sqrt(nu), sigma/sqrt(nu) if sigma >= sqrt(nu) >= 1, 2 sigma/(1 + nu) if nu <= 1.',
  formula: String.raw`\eta\,\lambda_1(H) > \min(2, \varphi) \;\Longrightarrow\; \text{diverges}, \qquad \varphi = \begin{cases} \dfrac{2\sigma^2}{\sigma^2+\nu} & \sigma \le \sqrt\nu \\[1ex] \sigma/\sqrt\nu & \sigma \ge \sqrt\nu \ge 1 \\[0.6ex] \dfrac{2\sigma}{1+\nu} & \nu \le 1 \end{cases}`,
  hypotheses: ['alpha = 0 (descent alone)', 'bernoulli batches'],
  source: `sharpens the second condition of ${DEXTER}, Theorem 1`,
  proof:
    'U17 with q = 0: with k = max_i lambda_1(H_i)/n and t = s k, phi = sigma max_{1 <= s <= sigma} 2 s/(s^2 + nu), and lambda_1(H) <= sigma k.',
};

/** phi as a function of sigma and nu. */
type Phi = (sigma: number, nu: number) => number;

const phi: Phi = (sigma, nu) => sigma * steepestWithin(1, Math.max(1, sigma), Math.sqrt(nu));

/** min(2, phi)/lambda_1(H). */
function sharpStep(problem: ReducedProblem, of = phi): number {
  const nu = batchNoise(descentGroup(problem));
  const { sigma } = unlearningCoherence(problem);
  return Math.min(2, of(sigma, nu)) / largestMeanCurvature(problem);
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: isBernoulliDescent,
  criticalStep: (problem) => sharpStep(problem),
};

/** Another phi. */
const withPhi =
  (of: Phi) =>
  (problem: ReducedProblem): number =>
    sharpStep(problem, of);

const mutants = [
  ...wrongVariants('D4', [
    ...wrongSteps(claim, [
      ['threshold 5 % too low', scaledStep(claim, 0.95)],
      ['the first case everywhere', withPhi((sigma, nu) => (2 * sigma ** 2) / (sigma ** 2 + nu))],
      ['the third case everywhere', withPhi((sigma, nu) => (2 * sigma) / (1 + nu))],
      ["D2's bound: 2 sigma/(sigma + nu)", withPhi((sigma, nu) => (2 * sigma) / (sigma + nu))],
      ['sigma left out', withPhi((_, nu) => phi(1, nu))],
      ['n/B in place of nu', withPhi((sigma, nu) => phi(sigma, nu + 1))],
      ['nu in place of sqrt(nu)', withPhi((sigma, nu) => phi(sigma, nu ** 2))],
      ['1 in place of 2', withPhi((sigma, nu) => Math.min(1, phi(sigma, nu)))],
    ]),
    ['the converse as well: stable below', withConverse(claim)],
  ]),
  ...withoutHypotheses<SideClaim>('D4', [
    [
      'alpha = 0 (descent alone)',
      { ...claim, applies: isBernoulli, criticalStep: (problem) => claim.criticalStep(descentPart(problem)) },
      at(shortenedByForget, 2.2),
    ],
    ['bernoulli batches', { ...claim, applies: isDescentAlone }, at(oneOfTwo, 2.1)],
  ]),
];

export const D4: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems of descent alone with bernoulli batches; one strong sample among 48 to 80 weak ones on two axes, in each of the three cases, which approaches the bound; halved axes, some with a second weak factor a sample. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_OF_DESCENT_WORDS}`,
  floors: {
    without: [...NOT_BERNOULLI, ...NOT_DESCENT],
    asked: FAR_OF_DESCENT,
    near: [
      ...NEAR_ALWAYS,
      ...NEAR_FEW_SAMPLES,
      'nu: above 5',
      'samples: above 16',
      'r: above 8',
      'alignment within: above 0.5',
    ],
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
      {
        weight: 4,
        arbitrary: drawn(strongInDescent, fc.oneof(tellingSteps('divergence'), heldSteps, spokenSteps)),
      },
      { weight: 1, arbitrary: drawn(manyHalvedAxes, tellingSteps('divergence')) },
      {
        weight: 3,
        arbitrary: drawn(
          fc.oneof(halvedAxes, thickened(halvedAxes)),
          fc.oneof(closeSteps, heldSteps, stepChoices('divergence')),
        ),
      },
    ),
    reachingSteps((problems) => problems, { samplings: ['bernoulli'], places: ['zero'] }),
  ),
};
