/**
 * # D2: descent stability
 *
 * Statement: eta (lambda_1(H) + nu max_i lambda_1(H_i)/n) < 2  =>  stable.
 * Definitions: H = Hbar_R, nu = n/B - 1.
 * Hypotheses: alpha = 0 (descent alone); bernoulli batches, or batches without replacement.
 * Source: universal form of Dexter et al., ICLR 2024, arXiv 2401.12332, Theorem 2.
 * Proof: H^2 <= lambda_1(H) H and sum_i H_i^2/n <= max_i lambda_1(H_i) H, so T(I) = (I - eta H)^2 + eta^2
 * (nu/n^2) sum_i H_i^2 < I. Without replacement rho(T) is not larger: on M
 * >= 0 the noise differs by a multiple of mean tr(M H_i M H_i) - n tr(M H M H) <= 0.
 * Notes: without replacement M is the Perron matrix of T, which is self-adjoint; the multiple is (n-B)/(B n (n-1)), and
 * every tr(M H_i M H_j) >= 0. the universal form of Dexter et al., Theorem 2; attained with equality by the groups of D3.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { batchNoise, sampleCurvatures } from '../src/theory/mean-curvature.js';
import { isDrawnBy, type ReducedProblem } from '../src/theory/problem.js';
import { descentGroup, descentPart, isDescentAlone, largestMeanCurvature } from './curvature-terms.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { halvedAxes, identicalGroups } from './draws/extremal-families.js';
import { manyGroups, thickened, withoutReplacement, withWeakAxis } from './draws/larger-families.js';
import {
  NEAR_ALWAYS,
  NEAR_FEW_SAMPLES,
  NOT_DESCENT,
  FAR_OF_DESCENT,
  FAR_OF_DESCENT_WORDS,
  FAR_BEYOND_WORDS,
} from './draws/draw-floors.js';
import { at, turnedByForget, twoDrawsOfTwo } from './draws/outside-hypotheses.js';
import { reaching, reachingHeld } from './draws/reaching-problems.js';
import { closeSteps, drawn, stepChoices, tellingSteps } from './draws/step-choice.js';
import { DEXTER } from './sources.js';
import witnesses from './witnesses/D2.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const BERNOULLI_OR_SUBSETS = 'bernoulli batches, or batches without replacement';

const description: Description = {
  id: 'D2',
  name: 'descent stability',
  statement: 'eta (lambda_1(H) + nu max_i lambda_1(H_i)/n) < 2  =>  stable.',
  formula: String.raw`\eta\,\Bigl(\lambda_1(H) + \frac{\nu}{n}\,\max_i \lambda_1(H_i)\Bigr) < 2 \;\Longrightarrow\; \text{stable}`,
  hypotheses: ['alpha = 0 (descent alone)', BERNOULLI_OR_SUBSETS],
  source: `universal form of ${DEXTER}, Theorem 2`,
  proof:
    'H^2 <= lambda_1(H) H and sum_i H_i^2/n <= max_i lambda_1(H_i) H, so T(I) = (I - eta H)^2 + eta^2 (nu/n^2) sum_i H_i^2 < I. Without replacement rho(T) is not larger: on M >= 0 the noise differs by a multiple of mean tr(M H_i M H_i) - n tr(M H M H) <= 0.',
};

/** 2 / (lambda_1(H) + noise), the noise term a function of nu, max_i lambda_1(H_i) and n. */
function stableStep(
  problem: ReducedProblem,
  noise: (nu: number, largest: number, n: number) => number,
): number {
  const group = descentGroup(problem);
  const largest = Math.max(...sampleCurvatures(group.samples));
  return 2 / (largestMeanCurvature(problem) + noise(batchNoise(group), largest, group.samples.sampleCount));
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'stability',
  applies: (problem) => isDescentAlone(problem) && !isDrawnBy(problem, 'with-replacement'),
  criticalStep: (problem) => stableStep(problem, (nu, largest, n) => (nu * largest) / n),
};

/** Mean of lambda_1(H_i) over the retain samples. */
function meanSampleCurvature(problem: ReducedProblem): number {
  const curvatures = sampleCurvatures(descentGroup(problem).samples);
  return curvatures.reduce((a, b) => a + b, 0) / curvatures.length;
}

const mutants = [
  ...wrongVariants('D2', [
    ...wrongSteps(claim, [
      ['threshold 5 % too high', scaledStep(claim, 1.05), 'quick'],
      ['the noise term left out', (problem) => stableStep(problem, () => 0)],
      [
        'sqrt(nu) in place of nu',
        (problem) => stableStep(problem, (nu, largest, n) => (Math.sqrt(nu) * largest) / n),
      ],
      [
        'the mean of lambda_1(H_i) in place of the maximum',
        (problem) => stableStep(problem, (nu, _, n) => (nu * meanSampleCurvature(problem)) / n),
      ],
      ['n^2 in place of n', (problem) => stableStep(problem, (nu, largest, n) => (nu * largest) / n ** 2)],
    ]),
    ['the converse as well: diverges above', withConverse(claim)],
  ]),
  ...withoutHypotheses<SideClaim>('D2', [
    [
      'alpha = 0 (descent alone)',
      {
        ...claim,
        applies: (problem) => !isDrawnBy(problem, 'with-replacement'),
        criticalStep: (problem) => claim.criticalStep(descentPart(problem)),
      },
      at(turnedByForget, 1),
    ],
    [BERNOULLI_OR_SUBSETS, { ...claim, applies: isDescentAlone }, at(twoDrawsOfTwo, 14)],
  ]),
];

export const D2: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems of descent alone, bernoulli and without replacement; identical groups, up to 10 of them, which attain the bound, also with a second, shorter factor or beside a weak axis; halved axes and groups of one without replacement. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_OF_DESCENT_WORDS} ${FAR_BEYOND_WORDS}`,
  floors: {
    without: ['sampling: with-replacement', ...NOT_DESCENT],
    asked: FAR_OF_DESCENT,
    near: [
      ...NEAR_ALWAYS,
      ...NEAR_FEW_SAMPLES,
      'sampling: without-replacement',
      'batches: full',
      'samples: above 16',
      'r: above 8',
      'factors: several',
      'alignment within: above 0.5',
    ],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 6,
        arbitrary: drawn(
          alignedProblems({ mixing: 'zero', samplings: ['bernoulli', 'without-replacement'] }),
          stepChoices('stability'),
        ),
      },
      { weight: 2, arbitrary: drawn(identicalGroups, stepChoices('stability')) },
      { weight: 2, arbitrary: drawn(identicalGroups, closeSteps) },
      {
        weight: 2,
        arbitrary: drawn(manyGroups(10), fc.oneof(tellingSteps('stability'), stepChoices('stability'))),
      },
      {
        weight: 3,
        arbitrary: drawn(
          fc.oneof(
            withoutReplacement(fc.oneof(halvedAxes, manyGroups(10, [1]))),
            thickened(identicalGroups),
            withWeakAxis(identicalGroups),
            thickened(manyGroups(10, [2])),
          ),
          tellingSteps('stability'),
        ),
      },
    ),
    reachingHeld({ samplings: ['bernoulli', 'without-replacement'], places: ['zero'] }),
  ),
};
