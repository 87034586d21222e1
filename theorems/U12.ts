/**
 * # U12: escape time
 *
 * Statement: the first k with |<v, delta_k>| >= Gamma |<v, delta_0>| is ceil(log Gamma / log(1 - eta
 * lambda_min(D))).
 * Definitions: v the unit eigenvector of lambda_min(D) < 0; Gamma the factor of growth.
 * Hypotheses: full batches; lambda_min(D) < 0; <v, delta_0> != 0; Gamma > 1.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: With full batches <v, delta_k> = (1 - eta lambda_min(D))^k <v, delta_0>.
 * Notes: an equality between integers, checked as such on a run of the real step. With replacement B = n >= 2 is no
 * full batch, though nu = 0: some samples come twice, others not at all.
 */
import fc, { type Arbitrary } from 'fast-check';
import type { EscapeClaim } from '../src/harness/escape-time-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { batchNoise } from '../src/theory/mean-curvature.js';
import type { ProblemSpec } from '../src/theory/problem.js';
import { escapeDirection, isEscaping, isFull } from './curvature-terms.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { fullySampled, singleAxisForget } from './draws/extremal-families.js';
import { NOT_ESCAPING, FAR_OF_FULL, FAR_PAST_WORDS } from './draws/draw-floors.js';
import { scalar } from './draws/outside-hypotheses.js';
import { reaching, reachingProblems, PAST } from './draws/reaching-problems.js';
import { drawn, naturalSteps } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U12.json' with { type: 'json' };
import { withoutHypotheses, wrongVariants } from './wrong-variants.js';

const START = '<v, delta_0> != 0';

const GROWTH = 'Gamma > 1';

const description: Description = {
  id: 'U12',
  name: 'escape time',
  statement:
    'the first k with |<v, delta_k>| >= Gamma |<v, delta_0>| is ceil(log Gamma / log(1 - eta lambda_min(D))).',
  formula: String.raw`\begin{gathered} \min\Bigl\{k : |\langle v, \delta_k\rangle| \ge \Gamma\,|\langle v, \delta_0\rangle|\Bigr\} \\[0.2em] = \biggl\lceil \frac{\log \Gamma}{\log\bigl(1 - \eta\,\lambda_{\min}(D)\bigr)} \biggr\rceil \end{gathered}`,
  hypotheses: ['full batches', 'lambda_min(D) < 0', START, GROWTH],
  unneeded: {
    [START]: 'without it |<v, delta_k>| is 0 at every k, and there is nothing to grow',
    [GROWTH]: 'without it the first k is 0',
  },
  source: CHANG_KHANNA,
  proof: 'With full batches <v, delta_k> = (1 - eta lambda_min(D))^k <v, delta_0>.',
};

const claim: EscapeClaim = {
  kind: 'escape-time',
  applies: (problem) => isFull(problem) && isEscaping(problem),
  escape(problem, eta, factor) {
    const { value, direction } = escapeDirection(problem);
    return { direction, steps: factor > 1 ? Math.log(factor) / Math.log1p(-eta * value) : NaN };
  },
};

/** The claim with another number of steps, a function of Gamma and of eta |lambda_min(D)|. */
function escapingAfter(steps: (factor: number, growth: number) => number): EscapeClaim {
  return {
    ...claim,
    escape(problem, eta, factor) {
      const { value, direction } = escapeDirection(problem);
      return { direction, steps: steps(factor, -eta * value) };
    },
  };
}

/**
 * Retain 0 or 49, forget 25, equal weights, one a step: at the step size 1 every step multiplies by 13.5 or by -11,
 * and the mean by 1.25.
 */
const alternatingFactors = scalar([0, 7], [5], 0.5, { retain: 1, forget: 1 }, 'without-replacement');

/** The same with two draws with replacement: nu = 0, and no full batch. */
const alternatingDraws = scalar([0, 7], [5], 0.5, { retain: 2, forget: 1 }, 'with-replacement');

/** Retain 4, forget 1, equal weights, full: D = 1.5. */
const heldForget = scalar([2], [1], 0.5, { retain: 1, forget: 1 }, 'bernoulli');

/** The instance with a factor of growth and a start for an escape claim. */
function escapingBy(factor: number, problem: ProblemSpec, eta: number): Arbitrary<ProblemInstance> {
  return fc.constant({
    problem,
    step: { reference: 'absolute', eta },
    escape: { factor, start: [1] },
  });
}

const mutants = [
  ...wrongVariants('U12', [
    [
      'the sign of lambda_min: 1 + eta lambda_min',
      escapingAfter((factor, growth) => Math.log(factor) / -Math.log1p(-growth)),
    ],
    [
      'half the time: 2 gamma in place of gamma',
      escapingAfter((factor, growth) => Math.log(factor) / Math.log1p(growth) / 2),
    ],
    [
      'continuous time: log Gamma/(eta |lambda_min|)',
      escapingAfter((factor, growth) => Math.log(factor) / growth),
    ],
    [
      'linear growth: (Gamma - 1)/(eta |lambda_min|)',
      escapingAfter((factor, growth) => (factor - 1) / growth),
    ],
    ['rounded down', escapingAfter((factor, growth) => Math.log(factor) / Math.log1p(growth) - 1)],
    [
      'lambda_min 5 % too large in size',
      escapingAfter((factor, growth) => Math.log(factor) / Math.log1p(1.05 * growth)),
      'quick',
    ],
  ]),
  ...withoutHypotheses<EscapeClaim>('U12', [
    ['full batches', { ...claim, applies: isEscaping }, escapingBy(1e6, alternatingFactors, 1)],
    [
      'full batches',
      {
        ...claim,
        applies: (problem) => isEscaping(problem) && problem.groups.every((group) => batchNoise(group) === 0),
      },
      escapingBy(1e6, alternatingDraws, 1),
    ],
    ['lambda_min(D) < 0', { ...claim, applies: isFull }, escapingBy(10, heldForget, 0.3)],
  ]),
];

/** Samplings whose batch of n is the whole set. */
const WHOLE = ['bernoulli', 'without-replacement'] as const;

export const U12: ProblemTheorem<EscapeClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with full batches and alpha above the critical mixing; a forget set along one eigenvector of the retain curvature, alpha 1 % to 10 % above it; growth factors 2 to 50, 1e3, 1e6 and 1e12; random starts. Step sizes 0.1 to 1 of 1/lambda_1(K). ${FAR_PAST_WORDS}`,
  floors: {
    without: [
      'sampling: with-replacement',
      'batches: below half',
      'batches: half or more',
      'nu: to 1',
      'nu: 1 to 5',
      'nu: above 5',
      ...NOT_ESCAPING,
    ],
    asked: FAR_OF_FULL,
    near: [],
  },
  instances: fc
    .record({
      instance: reaching(
        drawn(
          fc.oneof(
            {
              weight: 3,
              arbitrary: alignedProblems({ mixing: 'above', samplings: WHOLE, batches: 'full' }),
            },
            { weight: 2, arbitrary: fullySampled(singleAxisForget(WHOLE, 'near')) },
          ),
          naturalSteps,
        ),
        drawn(fullySampled(reachingProblems({ places: PAST, samplings: WHOLE })), naturalSteps),
      ),
      escape: fc.record({
        factor: fc.oneof(fc.integer({ min: 2, max: 50 }), fc.constantFrom(1e3, 1e6, 1e12)),
        start: fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 5, maxLength: 5 }),
      }),
    })
    .map(({ instance, escape }) => ({ ...instance, escape })),
};
