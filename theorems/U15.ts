/**
 * # U15: three-axis stability
 *
 * Statement: q < 1 and eta (delta + (nu_R k_R + q nu_F k_F)/(1 - q)) < 2  =>  stable.
 * Definitions: delta = lambda_1(D); q = lambda_1 of K_F relative to K_R = odds(alpha)/odds(alpha*), the cross axis;
 * k_g = max_{i in g} lambda_1(K_i) = lambda_1(S_gg)/sigma_g, nu_g = n_g/B_g - 1.
 * Hypotheses: bernoulli batches, or batches without replacement.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: K_R <= D/(1-q), K_F <= q D/(1-q), N(I) <= nu_R k_R K_R + nu_F k_F K_F and D^2 <= delta D; then U5. Without
 * replacement rho(T) is not larger (U19).
 * Notes: attained by U16 for every integer sigma_R, sigma_F, so that no bound in these axes is better from this side;
 * U17 is the other end, and between them no function of the axes decides. With alpha = 0 it is D2. q >= 1 says nothing
 * here: D is not positive definite.
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { sharedNoise, type ThreeAxes, threeAxes } from '../src/theory/three-axes.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import { isBernoulli, isDescending } from './curvature-terms.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { identicalGroups } from './draws/extremal-families.js';
import { thickened, withoutReplacement } from './draws/larger-families.js';
import {
  NEAR_ALWAYS,
  NEAR_FEW_SAMPLES,
  NOT_HELD,
  FAR_BELOW,
  FAR_BELOW_WORDS,
  FAR_BEYOND_WORDS,
} from './draws/draw-floors.js';
import { at, twoDrawsOfTwo } from './draws/outside-hypotheses.js';
import { reaching, reachingHeld } from './draws/reaching-problems.js';
import { closeSteps, drawn, stepChoices, tellingSteps } from './draws/step-choice.js';
import { threeAxisWitnesses } from './draws/three-axis-families.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U15.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const BERNOULLI_OR_SUBSETS = 'bernoulli batches, or batches without replacement';

const description: Description = {
  id: 'U15',
  name: 'three-axis stability',
  statement: 'q < 1 and eta (delta + (nu_R k_R + q nu_F k_F)/(1 - q)) < 2  =>  stable.',
  formula: String.raw`q < 1 \ \text{ and } \ \eta\,\Bigl(\delta + \frac{\nu_R\,k_R + q\,\nu_F\,k_F}{1-q}\Bigr) < 2 \;\Longrightarrow\; \text{stable}`,
  hypotheses: [BERNOULLI_OR_SUBSETS],
  source: CHANG_KHANNA,
  proof:
    'K_R <= D/(1-q), K_F <= q D/(1-q), N(I) <= nu_R k_R K_R + nu_F k_F K_F and D^2 <= delta D; then U5. Without replacement rho(T) is not larger (U19).',
};

/** 2/(delta + noise); null unless q < 1. */
function stableStep(problem: ReducedProblem, noise = sharedNoise): number | null {
  const axes = threeAxes(problem);
  return isBelowOne(problem) ? 2 / (axes.delta + noise(axes)) : null;
}

const claim: SideClaim = {
  kind: 'side',
  asserts: 'stability',
  applies: ({ groups }) =>
    groups.every(({ sampling }) => sampling === 'bernoulli' || sampling === 'without-replacement'),
  criticalStep: (problem) => stableStep(problem),
};

/** nu_g k_g of the two sets. */
function noises({ retain, forget }: ThreeAxes): [retain: number, forget: number] {
  return [retain.noise * retain.strongest, forget.noise * forget.strongest];
}

const mutants = [
  ...wrongVariants('U15', [
    ...wrongSteps(claim, [
      ['threshold 5 % too high', scaledStep(claim, 1.05), 'quick'],
      ['1 - q left out', (p) => stableStep(p, (axes) => sharedNoise(axes) * (1 - axes.q))],
      ['1 + q in place of 1 - q', (p) => stableStep(p, (a) => (sharedNoise(a) * (1 - a.q)) / (1 + a.q))],
      [
        'q^2 in place of q',
        (problem) =>
          stableStep(problem, (axes) => {
            const [ofRetain, ofForget] = noises(axes);
            return (ofRetain + axes.q ** 2 * ofForget) / (1 - axes.q);
          }),
      ],
      [
        'the noise of the forget set left out',
        (problem) => stableStep(problem, (axes) => noises(axes)[0] / (1 - axes.q)),
      ],
      [
        'the noise of the retain set left out',
        (problem) => stableStep(problem, (axes) => (axes.q * noises(axes)[1]) / (1 - axes.q)),
      ],
      [
        'the smaller of the two noises in place of their sum',
        (problem) =>
          stableStep(problem, (axes) => {
            const [ofRetain, ofForget] = noises(axes);
            return Math.min(ofRetain, axes.q * ofForget) / (1 - axes.q);
          }),
      ],
      [
        'sqrt(nu) in place of nu',
        (problem) =>
          stableStep(problem, ({ q, retain, forget }) => {
            const root = (set: ThreeAxes['retain']): number => Math.sqrt(set.noise) * set.strongest;
            return (root(retain) + q * root(forget)) / (1 - q);
          }),
      ],
    ]),
    ['the converse as well: diverges above', withConverse(claim)],
  ]),
  ...withoutHypotheses<SideClaim>('U15', [
    [BERNOULLI_OR_SUBSETS, { ...claim, applies: () => true }, at(twoDrawsOfTwo, 14)],
  ]),
];

const held = alignedProblems({ mixing: 'below', samplings: ['bernoulli', 'without-replacement'] });

export const U15: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  sharpEnd: true,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with alpha below the critical mixing, bernoulli and without replacement; U16's problems and identical groups, which attain the bound, some with a second weak factor a sample. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_BELOW_WORDS} ${FAR_BEYOND_WORDS}`,
  floors: {
    without: ['sampling: with-replacement', ...NOT_HELD],
    asked: FAR_BELOW,
    near: [
      ...NEAR_ALWAYS,
      ...NEAR_FEW_SAMPLES,
      'nu: above 5',
      'samples: above 16',
      'r: above 8',
      'factors: several',
      'mixing: below alpha*',
      'alignment within: above 0.5',
      'alignment across: above 0.8',
    ],
  },
  instances: reaching(
    fc.oneof(
      { weight: 4, arbitrary: drawn(held, stepChoices('stability')) },
      { weight: 3, arbitrary: drawn(threeAxisWitnesses(1, 4), stepChoices('stability')) },
      {
        weight: 2,
        arbitrary: drawn(threeAxisWitnesses(1, 4), fc.oneof(closeSteps, tellingSteps('stability'))),
      },
      { weight: 1, arbitrary: drawn(threeAxisWitnesses(9, 10), tellingSteps('stability')) },
      {
        weight: 2,
        arbitrary: drawn(
          fc.oneof(
            thickened(threeAxisWitnesses(1, 3)),
            withoutReplacement(threeAxisWitnesses(2, 4)),
            identicalGroups,
          ),
          tellingSteps('stability'),
        ),
      },
    ),
    reachingHeld({ samplings: ['bernoulli', 'without-replacement'] }),
  ),
};

/** True with bernoulli batches and q < 1 beyond rounding, where U15 and U17 are the two ends of what the axes allow. */
export function hasTwoEnds(problem: ReducedProblem): boolean {
  return isBernoulli(problem) && isBelowOne(problem);
}

/** True if q < 1 beyond rounding: D is positive definite. */
function isBelowOne(problem: ReducedProblem): boolean {
  return threeAxes(problem).q < 1 && isDescending(problem);
}
