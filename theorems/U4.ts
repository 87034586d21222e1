/**
 * # U4: Hadamard radius
 *
 * Statement: eta^2 lambda_1([sqrt(nu_i nu_j) S_ij^2]) > 1  =>  diverges.
 * Definitions: S_ij = |K_i^{1/2} K_j^{1/2}|_F; for rank one S_ij^2 = beta_i beta_j <h_i, h_j>^2.
 * Hypotheses: bernoulli batches; every sample has rank one.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: T(M) >= eta^2 sum_i nu_i K_i M K_i; on the span of the h_i h_i^T this map has the matrix [sqrt(nu_i
 * nu_j) S_ij^2].
 * Notes: the noise part of T has exactly this radius, so the bound is attained where I - eta D = 0: on isotropic
 * frames with 1/B = 1/n + 1/d.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { coherenceMatrix, perronValue } from '../src/theory/coherence.js';
import { isRankOne, type ReducedProblem } from '../src/theory/problem.js';
import { batchNoise } from '../src/theory/mean-curvature.js';
import { isBernoulli } from './curvature-terms.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { halvedAxes, isotropicFrames } from './draws/extremal-families.js';
import { manyHalvedAxes, oneOfMany } from './draws/larger-families.js';
import { FAR, FAR_WORDS, NEAR_ALWAYS, NOT_BERNOULLI, NOT_RANK_ONE } from './draws/draw-floors.js';
import { reaching, reachingSteps } from './draws/reaching-problems.js';
import { at, oneOfTwo, twoFactorsEach } from './draws/outside-hypotheses.js';
import { closeSteps, drawn, spokenSteps, stepChoices, tellingSteps } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U4.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'U4',
  name: 'Hadamard radius',
  statement: 'eta^2 lambda_1([sqrt(nu_i nu_j) S_ij^2]) > 1  =>  diverges.',
  formula: String.raw`\eta^2\,\lambda_1\Bigl(\bigl[\sqrt{\nu_i\,\nu_j}\;S_{ij}^2\bigr]_{ij}\Bigr) > 1 \;\Longrightarrow\; \text{diverges}`,
  hypotheses: ['bernoulli batches', 'every sample has rank one'],
  source: CHANG_KHANNA,
  proof:
    'T(M) >= eta^2 sum_i nu_i K_i M K_i; on the span of the h_i h_i^T this map has the matrix [sqrt(nu_i nu_j) S_ij^2].',
};

/** 1/sqrt(lambda_1([f(nu_i) f(nu_j) g(S_ij)])), f = sqrt and g the square unless told otherwise; null without noise. */
function radiusStep(
  problem: ReducedProblem,
  { ofNu = Math.sqrt, ofS = (s: number) => s * s } = {},
): number | null {
  const roots = problem.groups.flatMap((group) =>
    Array.from({ length: group.samples.sampleCount }, () => ofNu(batchNoise(group))),
  );
  const n = roots.length;
  const matrix = coherenceMatrix(problem).map((s, k) => roots[Math.floor(k / n)]! * roots[k % n]! * ofS(s));
  const radius = perronValue(matrix, n);
  return radius > 0 ? 1 / Math.sqrt(radius) : null;
}

/** The radius times the number of samples. */
function scaledByCount(problem: ReducedProblem): number | null {
  const count = problem.groups.reduce((sum, { samples }) => sum + samples.sampleCount, 0);
  const critical = radiusStep(problem);
  return critical === null ? null : critical / Math.sqrt(count);
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: (problem) => isBernoulli(problem) && problem.groups.every(({ samples }) => isRankOne(samples)),
  criticalStep: (problem) => radiusStep(problem),
};

const mutants = [
  ...wrongVariants('U4', [
    ...wrongSteps(claim, [
      ['threshold 5 % too low', scaledStep(claim, 0.95), 'quick'],
      ['S_ij in place of S_ij^2', (problem) => radiusStep(problem, { ofS: (s) => s })],
      ['nu_i nu_j in place of its root', (problem) => radiusStep(problem, { ofNu: (nu) => nu })],
      ['n/B in place of nu', (problem) => radiusStep(problem, { ofNu: (nu) => Math.sqrt(nu + 1) })],
      ['sum in place of mean over the samples: n times the radius', scaledByCount],
    ]),
    ['the converse as well: stable below', withConverse(claim)],
  ]),
  ...withoutHypotheses<SideClaim>('U4', [
    [
      'bernoulli batches',
      { ...claim, applies: (problem) => problem.groups.every(({ samples }) => isRankOne(samples)) },
      at(oneOfTwo, 2.1),
    ],
    ['every sample has rank one', { ...claim, applies: isBernoulli }, at(twoFactorsEach, 1.15)],
  ]),
];

export const U4: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems of rank-one samples with bernoulli batches that are never full; halved axes and isotropic frames, which attain the bound, also with step sizes within 5 % of it; 10 to 24 halved axes; one of up to 24 copies of one sample a step. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_WORDS}`,
  floors: {
    without: [...NOT_BERNOULLI, ...NOT_RANK_ONE, 'batches: full'],
    asked: FAR,
    near: [...NEAR_ALWAYS, 'batches: below half', 'nu: above 5', 'r: above 8', 'alignment within: above 0.5'],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 6,
        arbitrary: drawn(
          alignedProblems({ mixing: 'any', samplings: ['bernoulli'], rank: 'one', batches: 'partial' }),
          stepChoices('divergence'),
        ),
      },
      { weight: 2, arbitrary: drawn(fc.oneof(halvedAxes, isotropicFrames), stepChoices('divergence')) },
      { weight: 2, arbitrary: drawn(fc.oneof(halvedAxes, isotropicFrames), closeSteps) },
      {
        weight: 4,
        arbitrary: drawn(
          fc.oneof(manyHalvedAxes, oneOfMany),
          fc.oneof(tellingSteps('divergence'), spokenSteps),
        ),
      },
    ),
    reachingSteps((problems) => problems, { samplings: ['bernoulli'], factors: 1 }),
  ),
};
