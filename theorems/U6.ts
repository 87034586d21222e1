/**
 * # U6: commuting witness
 *
 * Statement: eta* = max(0, min_a 2 d_a/(d_a^2 + sum_i nu_i k_ia^2)), exactly: stable below, diverges above.
 * Definitions: common eigenvectors a of all K_i; d_a the eigenvalues of D, k_ia those of K_i.
 * Hypotheses: bernoulli batches; all K_i commute; lambda_min(D) != 0.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: T is diagonal on the matrix units of the common basis; by Cauchy-Schwarz its largest eigenvalue is
 * max_a (1 - eta d_a)^2 + eta^2 sum_i nu_i k_ia^2.
 * Notes: an exact threshold; also a family on which U13 and, for one axis, U5 are attained.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { batchNoise, sampleWeight } from '../src/theory/mean-curvature.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import { axisCurvatures } from './common-axes.js';
import { isBernoulli, isSigned } from './curvature-terms.js';
import { commutingProblems, noiselessCommutingProblems } from './draws/extremal-families.js';
import {
  NEAR_ALWAYS,
  NEAR_FEW_SAMPLES,
  NOT_BERNOULLI,
  FAR,
  FAR_WORDS,
  FAR_BEYOND_WORDS,
} from './draws/draw-floors.js';
import { at, oneOfTwoEqual, threeDirections } from './draws/outside-hypotheses.js';
import { reaching, reachingHeld, reachingSteps } from './draws/reaching-problems.js';
import { closeSteps, stepChoices } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U6.json' with { type: 'json' };
import {
  fivePercentOff,
  scaledStep,
  wrongSteps,
  withoutHypotheses,
  wrongVariants,
} from './wrong-variants.js';

const description: Description = {
  id: 'U6',
  name: 'commuting witness',
  statement: 'eta* = max(0, min_a 2 d_a/(d_a^2 + sum_i nu_i k_ia^2)), exactly: stable below, diverges above.',
  formula: String.raw`\begin{gathered} \eta^* = \max\Bigl(0,\ \min_a \frac{2\,d_a}{d_a^2 + \sum_i \nu_i\,k_{ia}^2}\Bigr) \\[0.4em] \text{exactly: stable below, diverges above} \end{gathered}`,
  hypotheses: ['bernoulli batches', 'all K_i commute', 'lambda_min(D) != 0'],
  unneeded: {
    'lambda_min(D) != 0':
      'only what can be decided: an axis with d_a = 0 and without noise keeps its length, rho(T) = 1 there',
  },
  source: CHANG_KHANNA,
  proof:
    'T is diagonal on the matrix units of the common basis; by Cauchy-Schwarz its largest eigenvalue is max_a (1 - eta d_a)^2 + eta^2 sum_i nu_i k_ia^2.',
};

/** over the axes a: 2 d_a/(g(d_a) + noise * sum_i nu_i k_ia^2), at least 0: U6 with min, the square and 1. */
function axisStep(
  problem: ReducedProblem,
  {
    over = Math.min,
    square = (d: number) => d * d,
    noise: weight = 1,
    tolerance = undefined as number | undefined,
  } = {},
): number {
  const axes = commutingSpectrum(problem, tolerance)!;
  return Math.max(0, over(...axes.map(({ d, noise }) => (2 * d) / (square(d) + weight * noise))));
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'both',
  applies: (problem) => isBernoulli(problem) && isSigned(problem) && commutingSpectrum(problem) !== null,
  criticalStep: (problem) => axisStep(problem),
};

const mutants = [
  ...wrongVariants('U6', [
    ...wrongSteps(claim, [
      ...fivePercentOff(claim),
      ['max in place of min over the axes', (problem) => axisStep(problem, { over: Math.max })],
      ['the noise dropped', (problem) => axisStep(problem, { noise: 0 })],
      ['d_a in place of its square', (problem) => axisStep(problem, { square: (d) => d })],
      ['the factor 2 left out', scaledStep(claim, 0.5)],
    ]),
  ]),
  ...withoutHypotheses<SideClaim>('U6', [
    [
      'bernoulli batches',
      { ...claim, applies: (problem) => isSigned(problem) && commutingSpectrum(problem) !== null },
      at(oneOfTwoEqual, 1.7),
    ],
    [
      'all K_i commute',
      {
        ...claim,
        applies: (problem) => isBernoulli(problem) && isSigned(problem),
        criticalStep: (problem) => axisStep(problem, { tolerance: Infinity }),
      },
      at(threeDirections, 1.86),
    ],
  ]),
];

export const U6: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `commuting problems: every sample has its factors along common axes, sometimes rotated, up to four of them, or 9 and 10, alpha up to 80 % of the critical mixing; some with full batches and step sizes within 5 % of the threshold. Step sizes on both sides of the threshold. ${FAR_WORDS} ${FAR_BEYOND_WORDS}`,
  floors: {
    without: [...NOT_BERNOULLI],
    asked: FAR,
    near: [
      ...NEAR_ALWAYS,
      ...NEAR_FEW_SAMPLES,
      'batches: full',
      'factors: several',
      'mixing: below alpha*',
      'condition: above 10',
      'alignment within: above 0.5',
      'alignment across: to 0.8',
      'alignment across: above 0.8',
    ],
  },
  instances: reaching(
    fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          problem: commutingProblems(4, { escapes: true }),
          step: stepChoices('both'),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ problem: commutingProblems(10, { least: 9 }), step: stepChoices('both') }),
      },
      { weight: 2, arbitrary: fc.record({ problem: noiselessCommutingProblems, step: closeSteps }) },
    ),
    fc.oneof(
      { weight: 2, arbitrary: reachingHeld({ samplings: ['bernoulli'], commuting: true }) },
      {
        weight: 1,
        arbitrary: reachingSteps((problems) => problems, {
          samplings: ['bernoulli'],
          commuting: true,
          places: ['above', 'one'],
        }),
      },
    ),
  ),
};

/** d_a and sum_i nu_i k_ia^2 on every common eigenvector; null if the K_i do not commute. */
function commutingSpectrum(
  problem: ReducedProblem,
  tolerance?: number,
): { d: number; noise: number }[] | null {
  const curvatures = axisCurvatures(problem, tolerance);
  if (!curvatures) return null;
  return Array.from({ length: problem.dimension }, (_, a) => {
    const axis = { d: 0, noise: 0 };
    problem.groups.forEach((group, g) => {
      for (const ofSample of curvatures[g]!) {
        const k = sampleWeight(group) * ofSample[a]!;
        axis.d += group.sign * k;
        axis.noise += batchNoise(group) * k * k;
      }
    });
    return axis;
  });
}
