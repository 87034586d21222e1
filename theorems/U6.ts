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
import { symmetricEigen } from '../src/linalg/symmetric-eigen.js';
import { addScaled, dot, norm } from '../src/linalg/vectors.js';
import { batchNoise, sampleWeight } from '../src/theory/mean-curvature.js';
import type { CurvatureGroup, ReducedProblem } from '../src/theory/problem.js';
import { isBernoulli, isDescending, isEscaping } from './curvature-terms.js';
import { commutingProblems, noiselessCommutingProblems } from './draws/extremal-families.js';
import { NEAR_ALWAYS, NEAR_FEW_SAMPLES, NOT_BERNOULLI } from './draws/draw-floors.js';
import { at, oneOfTwoEqual, threeDirections } from './draws/outside-hypotheses.js';
import { closeSteps, stepChoices } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U6.json' with { type: 'json' };
import { scaledStep, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

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

/** Off-diagonal share of a K_i in the common basis that still counts as rounding. */
const COMMUTING_TOLERANCE = 1e-8;

/** over the axes a: 2 d_a/(g(d_a) + noise * sum_i nu_i k_ia^2), at least 0: U6 with min, the square and 1. */
function axisStep(
  problem: ReducedProblem,
  { over = Math.min, square = (d: number) => d * d, noise: weight = 1, tolerance = COMMUTING_TOLERANCE } = {},
): number {
  const axes = commutingSpectrum(problem, tolerance)!;
  return Math.max(0, over(...axes.map(({ d, noise }) => (2 * d) / (square(d) + weight * noise))));
}

/** True if the sign of lambda_min(D) is certain. */
function isSigned(problem: ReducedProblem): boolean {
  return isDescending(problem) || isEscaping(problem);
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
      ['threshold 5 % too high', scaledStep(claim, 1.05), 'quick'],
      ['threshold 5 % too low', scaledStep(claim, 0.95), 'quick'],
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
  drawing:
    'commuting problems: every sample has its factors along common axes, sometimes rotated, up to four of them, or 9 and 10, alpha up to 80 % of the critical mixing; some with full batches and step sizes within 5 % of the threshold. Step sizes on both sides of the threshold.',
  floors: {
    without: [...NOT_BERNOULLI],
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
  instances: fc.oneof(
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
};

/** d_a and sum_i nu_i k_ia^2 on every common eigenvector; null if the K_i do not commute. */
function commutingSpectrum(
  problem: ReducedProblem,
  tolerance = COMMUTING_TOLERANCE,
): { d: number; noise: number }[] | null {
  const r = problem.dimension;
  const axes = commonAxes(problem);
  const spectrum = Array.from({ length: r }, () => ({ d: 0, noise: 0 }));
  for (const group of problem.groups) {
    for (let i = 0; i < group.samples.sampleCount; i++) {
      for (let a = 0; a < r; a++) {
        const axis = axes.subarray(a * r, (a + 1) * r);
        const image = weightedCurvature(group, i, axis);
        const k = dot(image, axis);
        addScaled(image, -k, axis);
        if (norm(image) > tolerance * sampleWeight(group) * sampleTrace(group, i)) return null;
        spectrum[a]!.d += group.sign * k;
        spectrum[a]!.noise += batchNoise(group) * k * k;
      }
    }
  }
  return spectrum;
}

/** Eigenvectors (rows) of a combination of all H_i with unrelated weights: the common ones, if there are any. */
function commonAxes(problem: ReducedProblem): Float64Array {
  const r = problem.dimension;
  const combination = new Float64Array(r * r);
  problem.groups.forEach(({ samples }, g) => {
    const { offsets, factors, sampleCount } = samples;
    for (let i = 0; i < sampleCount; i++) {
      const weight = 1 + Math.sqrt(2 + i + g * Math.SQRT1_2);
      for (let row = offsets[i]! * r; row < offsets[i + 1]! * r; row += r) {
        for (let a = 0; a < r; a++) {
          for (let b = 0; b < r; b++)
            combination[a * r + b]! += weight * factors[row + a]! * factors[row + b]!;
        }
      }
    }
  });
  return symmetricEigen(combination, r).rows;
}

/** K_i x. */
function weightedCurvature(group: CurvatureGroup, i: number, x: Float64Array): Float64Array {
  const { offsets, factors, dimension } = group.samples;
  const out = new Float64Array(dimension);
  for (let row = offsets[i]!; row < offsets[i + 1]!; row++) {
    const factor = factors.subarray(row * dimension, (row + 1) * dimension);
    addScaled(out, sampleWeight(group) * dot(factor, x), factor);
  }
  return out;
}

/** tr H_i, the scale of its rounding. */
function sampleTrace({ samples }: CurvatureGroup, i: number): number {
  const { offsets, factors, dimension } = samples;
  const own = factors.subarray(offsets[i]! * dimension, offsets[i + 1]! * dimension);
  return dot(own, own);
}
