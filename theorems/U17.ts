/**
 * # U17: three-axis divergence
 *
 * Statement: q < 1 and eta > min{2/delta, Phi((1-q) k_R, delta; sqrt(nu_R) k_R), Phi((1/q - 1) k_F, delta; sqrt(nu_F)
 * k_F)}  =>  diverges.
 * Definitions: Phi(a, b; m) = max_{a <= t <= b} 2t/(t^2 + m^2); delta = lambda_1(D); q = lambda_1 of K_F relative to
 * K_R = odds(alpha)/odds(alpha*); k_g = max_{i in g} lambda_1(K_i), nu_g = n_g/B_g - 1.
 * Hypotheses: bernoulli batches; q < 1.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: U13 at the top eigenvector u of the strongest sample of a set: t = u^T D u lies between (1-q) k_R, or (1/q - 1)
 * k_F, and delta, and the noise there is at least nu_g k_g^2.
 * Notes: a set without samples is left out. Best possible: approached on commuting problems in which one strong sample
 * stands among n weak ones, at the rate 1/n. U15 is the other end. With q > 1 the minimum is left at every eta (U1).
 */
import fc from 'fast-check';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { phi, type SetStep, steepStep, type ThreeAxes, threeAxes } from '../src/theory/three-axes.js';
import type { ReducedProblem } from '../src/theory/problem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { halvedAxes } from './draws/extremal-families.js';
import { manyHalvedAxes, thickened } from './draws/larger-families.js';
import { FAR_BELOW, FAR_BELOW_WORDS, NEAR_ALWAYS, NOT_BERNOULLI, NOT_HELD } from './draws/draw-floors.js';
import { HELD, reaching, reachingSteps } from './draws/reaching-problems.js';
import { at, oneOfTwo } from './draws/outside-hypotheses.js';
import { closeSteps, drawn, heldSteps, spokenSteps, stepChoices, tellingSteps } from './draws/step-choice.js';
import { strongAmong, strongInDescent } from './draws/three-axis-families.js';
import { CHANG_KHANNA } from './sources.js';
import { hasTwoEnds } from './U15.js';
import witnesses from './witnesses/U17.json' with { type: 'json' };
import { scaledStep, withConverse, wrongSteps, withoutHypotheses, wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'U17',
  name: 'three-axis divergence',
  statement:
    'q < 1 and eta > min{2/delta, Phi((1-q) k_R, delta; sqrt(nu_R) k_R), Phi((1/q - 1) k_F, delta; sqrt(nu_F) k_F)}  =>  diverges.',
  formula: String.raw`\begin{gathered} q < 1 \ \text{ and } \ \eta > \min\Bigl\{\frac2\delta,\ \Phi\bigl((1-q)\,k_R, \delta; \sqrt{\nu_R}\,k_R\bigr),\ \Phi\bigl((\tfrac1q - 1)\,k_F, \delta; \sqrt{\nu_F}\,k_F\bigr)\Bigr\} \\[0.3em] \Longrightarrow\; \text{diverges}, \qquad \Phi(a, b; m) = \max_{a \le t \le b} \frac{2t}{t^2 + m^2} \end{gathered}`,
  hypotheses: ['bernoulli batches', 'q < 1'],
  unneeded: { 'q < 1': 'without it (1-q) k_R bounds nothing from below, and U1 speaks' },
  source: CHANG_KHANNA,
  proof:
    'U13 at the top eigenvector u of the strongest sample of a set: t = u^T D u lies between (1-q) k_R, or (1/q - 1) k_F, and delta, and the noise there is at least nu_g k_g^2.',
};

const claim: SideClaim = {
  kind: 'side',
  asserts: 'divergence',
  applies: hasTwoEnds,
  criticalStep: (problem) => steepStep(threeAxes(problem)),
};

/** Another step of a set in place of Phi. */
const replaced =
  (of: SetStep) =>
  (problem: ReducedProblem): number =>
    steepStep(threeAxes(problem), of);

/** 2t/(t^2 + nu k^2) at a t of its own. */
const atPlace = (place: (lowest: number, delta: number) => number): SetStep => {
  return (lowest, k, noise, delta) => {
    const t = place(Math.min(delta, lowest * k), delta);
    return (2 * t) / (t * t + noise * k * k);
  };
};

const mutants = [
  ...wrongVariants('U17', [
    ...wrongSteps(claim, [
      ['threshold 5 % too low', scaledStep(claim, 0.95), 'quick'],
      [
        'q left out: t >= k_R, and t >= k_F/q',
        (problem) => {
          const axes = threeAxes(problem);
          return steepStep(axes, phi, [1, 1 / axes.q]);
        },
      ],
      ['the smallest t in place of the best', replaced(atPlace((lowest) => lowest))],
      ['t = delta in place of the best', replaced(atPlace((_, delta) => delta))],
      [
        'the minimum over t in place of the maximum',
        replaced((lowest, k, noise, delta) =>
          Math.min(atPlace((a) => a)(lowest, k, noise, delta), atPlace((_, b) => b)(lowest, k, noise, delta)),
        ),
      ],
      ['n/B in place of nu', replaced((lowest, k, noise, delta) => phi(lowest, k, noise + 1, delta))],
      ['nu in place of sqrt(nu)', replaced((lowest, k, noise, delta) => phi(lowest, k, noise ** 2, delta))],
      [
        'the strongest sample of either set with the noise of the other, too',
        (problem) => {
          const axes = threeAxes(problem);
          const noise = Math.max(axes.retain.noise, axes.forget.noise);
          const noisier = (set: ThreeAxes['retain']) => ({ ...set, noise });
          return steepStep({ ...axes, retain: noisier(axes.retain), forget: noisier(axes.forget) });
        },
      ],
      ['the factor 2 left out', scaledStep(claim, 0.5)],
    ]),
    ['the converse as well: stable below', withConverse(claim)],
  ]),
  ...withoutHypotheses<SideClaim>('U17', [
    ['bernoulli batches', { ...claim, applies: (problem) => threeAxes(problem).q < 1 }, at(oneOfTwo, 2.1)],
  ]),
];

export const U17: ProblemTheorem<SideClaim> = {
  ...description,
  claim,
  sharpEnd: true,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with alpha below the critical mixing and bernoulli batches; one strong sample of either set among 48 to 80 weak ones, D as low as q allows along it, at the largest step or as high as lambda_1(D), which approaches the bound; halved axes, some with a second weak factor a sample. Step sizes relative to the theorem's threshold and to the exact one, on both sides of each. ${FAR_BELOW_WORDS}`,
  floors: {
    without: [...NOT_BERNOULLI, ...NOT_HELD],
    asked: FAR_BELOW,
    near: [
      ...NEAR_ALWAYS,
      'batches: below half',
      'nu: 1 to 5',
      'nu: above 5',
      'samples: to 6',
      'samples: above 16',
      'r: above 8',
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
          alignedProblems({ mixing: 'below', samplings: ['bernoulli'] }),
          stepChoices('divergence'),
        ),
      },
      {
        weight: 5,
        arbitrary: drawn(strongAmong, fc.oneof(tellingSteps('divergence'), heldSteps, spokenSteps)),
      },
      {
        weight: 2,
        arbitrary: drawn(fc.oneof(strongInDescent, manyHalvedAxes), tellingSteps('divergence')),
      },
      {
        weight: 2,
        arbitrary: drawn(
          fc.oneof(halvedAxes, thickened(halvedAxes)),
          fc.oneof(closeSteps, stepChoices('divergence')),
        ),
      },
    ),
    reachingSteps((problems) => problems, { samplings: ['bernoulli'], places: HELD }),
  ),
};
