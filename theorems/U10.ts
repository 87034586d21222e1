/**
 * # U10: sampling order
 *
 * Statement: rho(without replacement) <= rho(with replacement).
 * Definitions: the problem draws with replacement; its companion is the same without replacement.
 * Hypotheses: the problem draws with replacement, the companion without.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: The noise factors are 1/B and (n-B)/(B(n-1)) <= 1/B times the same completely positive map mean_i(H_i M
 * H_i) - Hbar M Hbar.
 */
import type { OrderClaim } from '../src/harness/order-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { isDrawnBy, isRankOne, type ReducedProblem } from '../src/theory/problem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { NOT_HELD, FAR_BELOW, FAR_BELOW_WORDS } from './draws/draw-floors.js';
import { beside, fullBatch, scalar } from './draws/outside-hypotheses.js';
import { reaching, reachingSteps, HELD } from './draws/reaching-problems.js';
import { beyondSteps, drawn, orderSteps } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U10.json' with { type: 'json' };
import { withoutHypotheses, wrongVariants } from './wrong-variants.js';

const WITH_AND_WITHOUT = 'the problem draws with replacement, the companion without';

const description: Description = {
  id: 'U10',
  name: 'sampling order',
  statement: 'rho(without replacement) <= rho(with replacement).',
  formula: String.raw`\rho\bigl(T_{\text{without replacement}}\bigr) \;\le\; \rho\bigl(T_{\text{with replacement}}\bigr)`,
  hypotheses: [WITH_AND_WITHOUT],
  source: CHANG_KHANNA,
  proof:
    'The noise factors are 1/B and (n-B)/(B(n-1)) <= 1/B times the same completely positive map mean_i(H_i M H_i) - Hbar M Hbar.',
};

const claim: OrderClaim = {
  kind: 'order',
  lesser: 'companion',
  applies: (problem) => isDrawnBy(problem, 'with-replacement'),
};

/** The order the wrong way round, for the problems that a mistake might take it for. */
function reversed(holdsFor: (problem: ReducedProblem) => boolean): OrderClaim {
  return { ...claim, lesser: 'problem', applies: (problem) => claim.applies(problem) && holdsFor(problem) };
}

/** Retain 0 and 1, two draws with replacement: eta* = 8/3. */
const twoUnitDraws = scalar([0, 1], [0.5], 0, { retain: 2, forget: 1 }, 'with-replacement');

const mutants = [
  ...wrongVariants('U10', [
    ['the order reversed', reversed(() => true)],
    ['reversed for descent alone', reversed(({ alpha }) => alpha === 0)],
    ['reversed for unlearning', reversed(({ alpha }) => alpha > 0)],
    [
      'reversed for batches of at least half the retain set',
      reversed(({ groups }) =>
        groups.every(({ batchSize, samples }) => 2 * batchSize >= samples.sampleCount),
      ),
    ],
    [
      'reversed for rank-one samples',
      reversed(({ groups }) => groups.every(({ samples }) => isRankOne(samples))),
    ],
    [
      'reversed for samples of higher rank',
      reversed(({ groups }) => !groups.every(({ samples }) => isRankOne(samples))),
    ],
  ]),
  ...withoutHypotheses<OrderClaim>('U10', [
    [
      WITH_AND_WITHOUT,
      { ...claim, applies: (problem) => isDrawnBy(problem, 'without-replacement') },
      beside({ ...fullBatch, sampling: 'without-replacement' }, twoUnitDraws, 3.3),
    ],
  ]),
];

export const U10: ProblemTheorem<OrderClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with replacement, alpha below the critical mixing, each beside its companion without replacement. Step sizes on both sides of the exact thresholds of both. ${FAR_BELOW_WORDS}`,
  floors: {
    without: ['sampling: bernoulli', 'sampling: without-replacement', ...NOT_HELD],
    asked: FAR_BELOW,
    near: [],
  },
  instances: reaching(
    drawn(alignedProblems({ mixing: 'below', samplings: ['with-replacement'] }), orderSteps),
    reachingSteps((problems) => problems, {
      samplings: ['with-replacement'],
      places: HELD,
      steps: beyondSteps,
    }),
  ).map(({ problem, step }) => ({
    problem,
    companion: { ...problem, sampling: 'without-replacement' as const },
    step,
  })),
};
