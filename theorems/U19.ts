/**
 * # U19: sampling order, bernoulli
 *
 * Statement: rho(without replacement) <= rho(bernoulli).
 * Definitions: the problem draws bernoulli batches; its companion is the same without replacement.
 * Hypotheses: the problem draws bernoulli batches, the companion without replacement.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: On M >= 0 the noise differs by a^2 (n-B)/(B n (n-1)) times mean_i <M, H_i M H_i> - n <M, Hbar M Hbar> <= 0, since
 * every tr(M H_i M H_j) >= 0; M the Perron matrix of T without replacement, which is self-adjoint.
 * Notes: carries every theorem of stability for bernoulli batches over to batches without replacement. With replacement is
 * not comparable with bernoulli batches, either way.
 */
import type { OrderClaim } from '../src/harness/order-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { isDrawnBy, isRankOne, type ReducedProblem, type Sampling } from '../src/theory/problem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { NOT_HELD, FAR_BELOW, FAR_BELOW_WORDS } from './draws/draw-floors.js';
import { beside, oneOfTwoEqual, twoDrawsOfTwo } from './draws/outside-hypotheses.js';
import { reaching, reachingHeld } from './draws/reaching-problems.js';
import { beyondCompanion, drawn, orderSteps } from './draws/step-choice.js';
import { CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U19.json' with { type: 'json' };
import { withoutHypotheses, wrongVariants } from './wrong-variants.js';

const BERNOULLI_AND_SUBSETS = 'the problem draws bernoulli batches, the companion without replacement';

const description: Description = {
  id: 'U19',
  name: 'sampling order, bernoulli',
  statement: 'rho(without replacement) <= rho(bernoulli).',
  formula: String.raw`\rho\bigl(T_{\text{without replacement}}\bigr) \;\le\; \rho\bigl(T_{\text{bernoulli}}\bigr)`,
  hypotheses: [BERNOULLI_AND_SUBSETS],
  source: CHANG_KHANNA,
  proof:
    'On M >= 0 the noise differs by a^2 (n-B)/(B n (n-1)) times mean_i <M, H_i M H_i> - n <M, Hbar M Hbar> <= 0, since every tr(M H_i M H_j) >= 0; M the Perron matrix of T without replacement, which is self-adjoint.',
};

const claim: OrderClaim = {
  kind: 'order',
  lesser: 'companion',
  applies: (problem, companion) =>
    isDrawnBy(problem, 'bernoulli') && (!companion || isDrawnBy(companion, 'without-replacement')),
};

/** The order the wrong way round, for the problems that a mistake might take it for. */
function reversed(holdsFor: (problem: ReducedProblem) => boolean): OrderClaim {
  return {
    ...claim,
    lesser: 'problem',
    applies: (problem, companion) => claim.applies(problem, companion) && holdsFor(problem),
  };
}

/** The order as if it held between two other samplings. */
const between = (greater: Sampling, lesser: Sampling): OrderClaim => ({
  ...claim,
  applies: (problem, companion) =>
    isDrawnBy(problem, greater) && companion !== undefined && isDrawnBy(companion, lesser),
});

const mutants = [
  ...wrongVariants('U19', [
    ['the order reversed', reversed(() => true)],
    ['reversed for descent alone', reversed(({ alpha }) => alpha === 0)],
    ['reversed for unlearning', reversed(({ alpha }) => alpha > 0)],
    [
      'reversed for batches of at least half the retain set',
      reversed(({ groups }) => 2 * groups[0]!.batchSize >= groups[0]!.samples.sampleCount),
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
  ...withoutHypotheses<OrderClaim>('U19', [
    [
      BERNOULLI_AND_SUBSETS,
      between('without-replacement', 'bernoulli'),
      beside(oneOfTwoEqual, { ...oneOfTwoEqual, sampling: 'bernoulli' }, 1.7),
    ],
    [
      BERNOULLI_AND_SUBSETS,
      between('bernoulli', 'with-replacement'),
      beside({ ...twoDrawsOfTwo, sampling: 'bernoulli' }, twoDrawsOfTwo, 14),
    ],
    [
      BERNOULLI_AND_SUBSETS,
      between('with-replacement', 'bernoulli'),
      beside(
        { ...oneOfTwoEqual, sampling: 'with-replacement' },
        { ...oneOfTwoEqual, sampling: 'bernoulli' },
        1.7,
      ),
    ],
  ]),
];

export const U19: ProblemTheorem<OrderClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with bernoulli batches, alpha below the critical mixing, each beside its companion without replacement. Step sizes on both sides of the exact thresholds of both. ${FAR_BELOW_WORDS}`,
  floors: {
    without: ['sampling: with-replacement', 'sampling: without-replacement', ...NOT_HELD],
    asked: FAR_BELOW,
    near: [],
  },
  instances: reaching(
    drawn(alignedProblems({ mixing: 'below', samplings: ['bernoulli'] }), orderSteps),
    reachingHeld({ samplings: ['bernoulli'], steps: beyondCompanion }),
  ).map(({ problem, step }) => ({
    problem,
    companion: { ...problem, sampling: 'without-replacement' as const },
    step,
  })),
};
