/**
 * # U16: three-axis witness
 *
 * Statement: eta* lambda_1(D) = 2/(1 + (nu_R/sigma_R + q^2 nu_F/sigma_F)/(1 - q)^2), exactly: stable below, diverges
 * above.
 * Definitions: m orthogonal axes, each with sigma_R identical rank-one retain and sigma_F identical forget samples and
 * K_F = q K_R; nu_g = n_g/B_g - 1.
 * Hypotheses: bernoulli batches; m orthogonal axes of sigma_R identical retain and sigma_F identical forget samples;
 * q < 1.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: U6 on an axis: d = (1-q) K_R, sum_i nu_i k_i^2 = nu_R K_R^2/sigma_R + nu_F q^2 K_R^2/sigma_F.
 * Notes: what D3 is for descent. Attains U15 for every integer sigma_R, sigma_F >= 1, every q and alpha in (0, 1) and
 * all batch sizes.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { hessianInnerProducts } from '../src/theory/coherence.js';
import { batchNoise } from '../src/theory/mean-curvature.js';
import { groupNamed, isRankOne, type ProblemSpec, type ReducedProblem } from '../src/theory/problem.js';
import { threeAxes } from '../src/theory/three-axes.js';
import {
  isBernoulli,
  largestMeanCurvature,
  orthogonalGroupSize,
  STRUCTURE_TOLERANCE,
} from './curvature-terms.js';
import {
  NEAR_FEW_SAMPLES,
  NOT_BERNOULLI,
  NOT_HELD,
  NOT_RANK_ONE,
  FAR_OF_EQUAL_AXES,
} from './draws/draw-floors.js';
import { at, scalar, turnedByForget } from './draws/outside-hypotheses.js';
import { reaching } from './draws/reaching-problems.js';
import { drawn, spokenSteps, stepChoices, beyondSteps, heldFarSteps } from './draws/step-choice.js';
import { threeAxisWitnesses, crowdedThreeAxes, wideThreeAxes } from './draws/three-axis-families.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U16.json' with { type: 'json' };
import { fivePercentOff, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const GROUPS = 'm orthogonal axes of sigma_R identical retain and sigma_F identical forget samples';

const description: Description = {
  id: 'U16',
  name: 'three-axis witness',
  statement:
    'eta* lambda_1(D) = 2/(1 + (nu_R/sigma_R + q^2 nu_F/sigma_F)/(1 - q)^2), exactly: stable below, diverges above.',
  formula: String.raw`\begin{gathered} \eta^*\,\lambda_1(D) = \frac{2}{1 + \dfrac{\nu_R/\sigma_R + q^2\,\nu_F/\sigma_F}{(1-q)^2}} \\[0.4em] \text{exactly: stable below, diverges above} \end{gathered}`,
  hypotheses: ['bernoulli batches', GROUPS, 'q < 1'],
  source: CHANG_KHANNA,
  proof: 'U6 on an axis: d = (1-q) K_R, sum_i nu_i k_i^2 = nu_R K_R^2/sigma_R + nu_F q^2 K_R^2/sigma_F.',
};

/** Terms of the threshold. */
interface Terms {
  readonly q: number;
  readonly nu: readonly [retain: number, forget: number];
  readonly sigma: readonly [retain: number, forget: number];
}

/** (nu_R/sigma_R + q^2 nu_F/sigma_F)/(1-q)^2. */
function relativeNoise({ q, nu, sigma }: Terms): number {
  return (nu[0] / sigma[0] + (q * q * nu[1]) / sigma[1]) / (1 - q) ** 2;
}

/** 2/((1 + noise) lambda_1(D)). */
function witnessStep(problem: ReducedProblem, noise = relativeNoise): number {
  const terms = termsOf(problem);
  return 2 / ((1 + noise(terms)) * Math.abs(largestMeanCurvature(problem)));
}

/** q, nu and sigma of both sets; where they form no groups, each sample counts as one. */
function termsOf(problem: ReducedProblem): Terms {
  const sets = [groupNamed(problem, 'retain')!, groupNamed(problem, 'forget')!] as const;
  const sizes = sets.map(({ samples }) => orthogonalGroupSize(samples) ?? 1);
  return {
    q: threeAxes(problem).q,
    nu: [batchNoise(sets[0]), batchNoise(sets[1])],
    sigma: [sizes[0]!, sizes[1]!],
  };
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'both',
  applies: (problem) => isBernoulli(problem) && hasBothSets(problem) && isWitness(problem) && isHeld(problem),
  criticalStep: (problem) => witnessStep(problem),
};

/** Retain 1 and 1, forget 1/4 and 1/4, equal weights, one of each a step: no noise without replacement, eta* = 16/3 in place of 2.74. */
const oneOfTwoOfEach = scalar([1, 1], [0.5, 0.5], 0.5, { retain: 1, forget: 1 }, 'without-replacement');

/** Retain samples 1 along e_1 and 1/4 along e_2, one a step on average, forget 1/4 along e_2 with a fifth of the weight. */
const twoAxesApart: ProblemSpec = {
  retain: [[[1, 0]], [[0, 0.5]]],
  forget: [[[0, 0.5]]],
  alpha: 0.2,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
};

const mutants = [
  ...wrongVariants('U16', [
    ...wrongSteps(claim, [
      ...fivePercentOff(claim),
      [
        'q in place of q^2',
        (p) => witnessStep(p, (t) => (t.nu[0] / t.sigma[0] + (t.q * t.nu[1]) / t.sigma[1]) / (1 - t.q) ** 2),
      ],
      [
        'nu_F not weighted by q^2',
        (p) => witnessStep(p, (t) => (t.nu[0] / t.sigma[0] + t.nu[1] / t.sigma[1]) / (1 - t.q) ** 2),
      ],
      ['1 - q in place of its square', (p) => witnessStep(p, (t) => relativeNoise(t) * (1 - t.q))],
      ['1 - q left out', (p) => witnessStep(p, (t) => relativeNoise(t) * (1 - t.q) ** 2)],
      [
        'sigma^2 in place of sigma',
        (p) => witnessStep(p, (t) => relativeNoise({ ...t, sigma: [t.sigma[0] ** 2, t.sigma[1] ** 2] })),
      ],
      ['sigma left out', (p) => witnessStep(p, (t) => relativeNoise({ ...t, sigma: [1, 1] }))],
      [
        'sigma_R and sigma_F swapped',
        (p) => witnessStep(p, (t) => relativeNoise({ ...t, sigma: [t.sigma[1], t.sigma[0]] })),
      ],
      [
        'n/B in place of nu',
        (p) => witnessStep(p, (t) => relativeNoise({ ...t, nu: [t.nu[0] + 1, t.nu[1] + 1] })),
      ],
    ]),
  ]),
  ...withoutHypotheses<SideClaim>('U16', [
    [
      'bernoulli batches',
      { ...claim, applies: (problem) => hasBothSets(problem) && isWitness(problem) && isHeld(problem) },
      at(oneOfTwoOfEach, 4),
    ],
    [
      GROUPS,
      { ...claim, applies: (problem) => isBernoulli(problem) && hasBothSets(problem) && isHeld(problem) },
      at(twoAxesApart, 1.7),
    ],
    [
      'q < 1',
      { ...claim, applies: (problem) => isBernoulli(problem) && hasBothSets(problem) && isWitness(problem) },
      at(turnedByForget, 0.5),
    ],
  ]),
];

export const U16: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `1 to 4, sometimes 9 or 10 axes with 1 to 4 identical samples of each set, sometimes rotated, q from 0.05 to 0.8, any batch sizes with which noise is at most 4 times D^2. Step sizes on both sides of the threshold, above it for the many axes. A tenth reaches far: 17 to 20 axes with 5 retain samples each, two with 501 of which a step takes one, alpha 0.97, or q = 0.97; the axes have equal curvature by hypothesis.`,
  floors: {
    without: [
      ...NOT_BERNOULLI,
      ...NOT_HELD,
      ...NOT_RANK_ONE,
      'mixing: alpha = 0',
      'condition: 3 to 10',
      'condition: above 10',
      'alignment across: to 0.8',
    ],
    asked: FAR_OF_EQUAL_AXES,
    near: [
      ...NEAR_FEW_SAMPLES,
      'sampling: bernoulli',
      'batches: half or more',
      'batches: full',
      'nu: to 1',
      'nu: above 5',
      'samples: 7 to 16',
      'samples: above 16',
      'r: to 3',
      'r: above 8',
      'factors: one',
      'mixing: below alpha*',
      'condition: to 3',
      'alignment within: to 0.5',
      'alignment within: above 0.5',
      'alignment across: above 0.8',
      'distance: within 5 %',
      'distance: 5 % to 30 %',
    ],
  },
  instances: reaching(
    fc.oneof(
      { weight: 9, arbitrary: drawn(threeAxisWitnesses(1, 4), stepChoices('both')) },
      { weight: 1, arbitrary: drawn(threeAxisWitnesses(9, 10), spokenSteps) },
    ),
    fc.oneof(drawn(wideThreeAxes, beyondSteps), drawn(crowdedThreeAxes, fc.oneof(beyondSteps, heldFarSteps))),
  ),
};

function hasBothSets({ groups }: ReducedProblem): boolean {
  return groups.length === 2 && groups.every(({ samples }) => isRankOne(samples));
}

function isHeld(problem: ReducedProblem): boolean {
  return threeAxes(problem).q < 1;
}

/** True if both sets consist of orthogonal groups, those of the one along those of the other. */
function isWitness(problem: ReducedProblem): boolean {
  const retain = groupNamed(problem, 'retain')!.samples;
  const forget = groupNamed(problem, 'forget')!.samples;
  const sizes = [retain, forget].map(orthogonalGroupSize);
  if (sizes.includes(null)) return false;
  if (retain.sampleCount / sizes[0]! !== forget.sampleCount / sizes[1]!) return false;
  const products = hessianInnerProducts(retain, forget);
  const common = Math.max(...products);
  const near = (x: number, y: number): boolean => Math.abs(x - y) <= STRUCTURE_TOLERANCE * common;
  const along = products.filter((x) => near(x, common)).length;
  const across = products.filter((x) => near(x, 0)).length;
  return along === retain.sampleCount * sizes[1]! && along + across === products.length;
}
