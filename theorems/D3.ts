/**
 * # D3: optimality witness
 *
 * Statement: stable iff eta lambda_1(H) <= 2 sigma/(sigma + nu); diverges above.
 * Definitions: n/sigma groups of sigma identical rank-one samples, different groups orthogonal, common
 * curvature; H = Hbar_R, nu = n/B - 1.
 * Hypotheses: alpha = 0 (descent alone); bernoulli batches; n/sigma groups of sigma identical rank-one samples,
 * groups orthogonal, common curvature.
 * Source: construction after Dexter et al., ICLR 2024, arXiv 2401.12332 (their optimality example), with the
 * exact threshold of U6.
 * Proof: On each axis (1 - eta lambda_1)^2 + eta^2 nu lambda_1^2/sigma is the largest eigenvalue of T; it is 1
 * at the threshold.
 * Notes: attains D2 with equality for every (sigma, n, B); D1's second condition at nu = sigma = 1. At equality
 * the second moment stays bounded; the suite decides strict inequalities only.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { unlearningCoherence } from '../src/theory/coherence.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import { batchNoise } from '../src/theory/mean-curvature.js';
import {
  descentGroup,
  descentPart,
  isBernoulli,
  isBernoulliDescent,
  isDescentAlone,
  largestMeanCurvature,
  orthogonalGroupSize,
} from './curvature-terms.js';
import { identicalGroups } from './draws/extremal-families.js';
import { manyGroups, crowdedGroups, wideGroups } from './draws/larger-families.js';
import {
  NEAR_ALWAYS,
  NEAR_FEW_SAMPLES,
  NOT_BERNOULLI,
  NOT_DESCENT,
  NOT_RANK_ONE,
  FAR_OF_GROUPS,
} from './draws/draw-floors.js';
import { at, oneOfTwoEqual, threeDirections, turnedByForget } from './draws/outside-hypotheses.js';
import { reaching } from './draws/reaching-problems.js';
import { stepChoices, beyondSteps, drawn, heldFarSteps } from './draws/step-choice.js';
import { DEXTER } from './sources.js';
import witnesses from './witnesses/D3.json' with { type: 'json' };
import {
  fivePercentOff,
  scaledStep,
  wrongSteps,
  withoutHypotheses,
  wrongVariants,
} from './wrong-variants.js';

const GROUPS = 'n/sigma groups of sigma identical rank-one samples, groups orthogonal, common curvature';

const description: Description = {
  id: 'D3',
  name: 'optimality witness',
  statement: 'stable iff eta lambda_1(H) <= 2 sigma/(sigma + nu); diverges above.',
  formula: String.raw`\text{stable} \iff \eta\,\lambda_1(H) \le \frac{2\sigma}{\sigma + \nu}, \ \text{ diverges above}`,
  hypotheses: ['alpha = 0 (descent alone)', 'bernoulli batches', GROUPS],
  source: `construction after ${DEXTER} (their optimality example), with the exact threshold of U6`,
  proof:
    'On each axis (1 - eta lambda_1)^2 + eta^2 nu lambda_1^2/sigma is the largest eigenvalue of T; it is 1 at the threshold.',
};

/** 2 s/((s + nu) lambda_1(H)) with s a function of sigma, the size of the groups unless given. */
function witnessStep(
  problem: ReducedProblem,
  of: (sigma: number) => number,
  { addedNoise = 0, sigma = groupSize(problem)! } = {},
): number {
  const s = of(sigma);
  const nu = batchNoise(descentGroup(problem)) + addedNoise;
  return (2 * s) / ((s + nu) * largestMeanCurvature(problem));
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'both',
  applies: (problem) => isBernoulliDescent(problem) && groupSize(problem) !== null,
  criticalStep: (problem) => witnessStep(problem, (sigma) => sigma),
};

const mutants = [
  ...wrongVariants('D3', [
    ...wrongSteps(claim, [
      ...fivePercentOff(claim),
      ['the factor 2 left out', scaledStep(claim, 0.5)],
      ['sigma left out: 2/(1 + nu)', (problem) => witnessStep(problem, () => 1)],
      ['sigma squared', (problem) => witnessStep(problem, (sigma) => sigma ** 2)],
      ['n/B in place of nu', (problem) => witnessStep(problem, (sigma) => sigma, { addedNoise: 1 })],
    ]),
  ]),
  ...withoutHypotheses<SideClaim>('D3', [
    [
      'alpha = 0 (descent alone)',
      {
        ...claim,
        applies: (problem) => isBernoulli(problem) && groupSize(descentPart(problem)) !== null,
        criticalStep: (problem) => claim.criticalStep(descentPart(problem)),
      },
      at(turnedByForget, 1),
    ],
    [
      'bernoulli batches',
      { ...claim, applies: (problem) => isDescentAlone(problem) && groupSize(problem) !== null },
      at(oneOfTwoEqual, 1.7),
    ],
    [
      GROUPS,
      {
        ...claim,
        applies: isBernoulliDescent,
        criticalStep: (problem) =>
          witnessStep(problem, (sigma) => sigma, { sigma: unlearningCoherence(problem).sigma }),
      },
      at(threeDirections, 1.86),
    ],
  ]),
];

export const D3: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `groups of identical samples on orthogonal axes, sometimes rotated: 1 to 4 groups of 1 to 4 samples, or 9 and 10 of 1 to 3, any batch size. Step sizes on both sides of the threshold. A tenth reaches far: 17 to 20 groups of 6 samples, or two of 501 of which a step takes one or two; the axes have equal curvature by hypothesis.`,
  floors: {
    without: [...NOT_BERNOULLI, ...NOT_DESCENT, ...NOT_RANK_ONE, 'condition: 3 to 10', 'condition: above 10'],
    asked: FAR_OF_GROUPS,
    near: [
      ...NEAR_ALWAYS,
      ...NEAR_FEW_SAMPLES,
      'batches: full',
      'samples: above 16',
      'r: above 8',
      'alignment within: above 0.5',
    ],
  },
  instances: reaching(
    fc.oneof(
      { weight: 6, arbitrary: fc.record({ problem: identicalGroups, step: stepChoices('both') }) },
      { weight: 2, arbitrary: fc.record({ problem: manyGroups(10), step: stepChoices('both') }) },
    ),
    fc.oneof(
      { weight: 2, arbitrary: drawn(wideGroups, beyondSteps) },
      { weight: 1, arbitrary: drawn(crowdedGroups, fc.oneof(beyondSteps, heldFarSteps)) },
    ),
  ),
};

/** sigma if the retain set consists of orthogonal groups of sigma identical rank-one samples, else null. */
function groupSize(problem: ReducedProblem): number | null {
  return orthogonalGroupSize(descentGroup(problem).samples);
}
