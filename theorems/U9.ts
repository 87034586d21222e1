/**
 * # U9: batch monotonicity
 *
 * Statement: rho(T) does not increase when B_R or B_F grows.
 * Definitions: the companion problem has the same data, alpha and sampling, and batches at least as large.
 * Hypotheses: any sampling; the companion has batches at least as large.
 * Source: the definitions of Chang & Khanna, arXiv 2602.02986.
 * Proof: The factors k_g decrease in B_g, and mean_i(H_i M H_i) - Hbar M Hbar is a completely positive map;
 * radii of such maps are monotone.
 */
import fc from 'fast-check';
import type { OrderClaim } from '../src/harness/order-claim.js';
import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { isDrawnBy, type ProblemSpec } from '../src/theory/problem.js';
import { alignedProblems } from './draws/aligned-problems.js';
import { NOT_HELD, FAR_BELOW, FAR_BELOW_WORDS } from './draws/draw-floors.js';
import { beside, fullBatch, scalar } from './draws/outside-hypotheses.js';
import { reaching, reachingHeld } from './draws/reaching-problems.js';
import { beyondCompanion, drawn, orderSteps } from './draws/step-choice.js';
import { ANY_SAMPLING, CHANG_KHANNA } from './sources.js';
import witnesses from './witnesses/U9.json' with { type: 'json' };
import { withoutHypotheses, wrongVariants } from './wrong-variants.js';

const LARGER_BATCHES = 'the companion has batches at least as large';

const description: Description = {
  id: 'U9',
  name: 'batch monotonicity',
  statement: 'rho(T) does not increase when B_R or B_F grows.',
  formula: String.raw`\begin{gathered} B_R' \ge B_R \ \text{ and } \ B_F' \ge B_F \\[0.2em] \Longrightarrow\; \rho\bigl(T_{B_R',\,B_F'}\bigr) \le \rho\bigl(T_{B_R,\,B_F}\bigr) \end{gathered}`,
  hypotheses: ['any sampling', LARGER_BATCHES],
  unneeded: { 'any sampling': ANY_SAMPLING },
  source: CHANG_KHANNA,
  proof:
    'The factors k_g decrease in B_g, and mean_i(H_i M H_i) - Hbar M Hbar is a completely positive map; radii of such maps are monotone.',
};

const claim: OrderClaim = {
  kind: 'order',
  lesser: 'companion',
  applies: (problem, companion = problem) =>
    problem.groups.every(({ batchSize }, g) => companion.groups[g]!.batchSize >= batchSize),
};

/** The order the wrong way round, for the problems that a mistake might take it for. */
function reversed(applies: OrderClaim['applies']): OrderClaim {
  return { ...claim, lesser: 'problem', applies };
}

/** Retain 1 and 0 in single draws: eta* = 2, beside 4 in full batches. */
const singleDraws = scalar([0, 1], [0.5], 0, { retain: 1, forget: 1 }, 'bernoulli');

const mutants = [
  ...wrongVariants('U9', [
    ['rho does not decrease when the batches grow', reversed(() => true)],
    ['the same for bernoulli batches', reversed((problem) => isDrawnBy(problem, 'bernoulli'))],
    ['the same with replacement', reversed((problem) => isDrawnBy(problem, 'with-replacement'))],
    ['the same for descent alone', reversed(({ alpha }) => alpha === 0)],
    ['the same for unlearning', reversed(({ alpha }) => alpha > 0)],
    [
      'the same for single samples',
      reversed(({ groups }) => groups.some(({ batchSize }) => batchSize === 1)),
    ],
  ]),
  ...withoutHypotheses<OrderClaim>('U9', [
    [LARGER_BATCHES, { ...claim, applies: () => true }, beside(fullBatch, singleDraws, 3)],
  ]),
];

export const U9: ProblemTheorem<OrderClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `random aligned problems with alpha below the critical mixing, any sampling, each beside its companion with batches larger by up to 10 and 5. Step sizes on both sides of the exact thresholds of both. ${FAR_BELOW_WORDS}`,
  floors: {
    without: [...NOT_HELD],
    asked: FAR_BELOW,
    near: [],
  },
  instances: fc
    .tuple(
      reaching(
        drawn(alignedProblems({ mixing: 'below' }), orderSteps),
        reachingHeld({ steps: beyondCompanion }),
      ),
      fc.record({ retain: fc.nat(10), forget: fc.nat(5) }),
    )
    .map(([{ problem, step }, growth]) => ({ problem, companion: enlarged(problem, growth), step })),
};

/** The problem with batches larger by the given numbers, up to the full set. */
function enlarged(problem: ProblemSpec, growth: { retain: number; forget: number }): ProblemSpec {
  const batch = {
    retain: Math.min(problem.retain.length, problem.batch.retain + growth.retain),
    forget: Math.min(problem.forget.length, problem.batch.forget + growth.forget),
  };
  return { ...problem, batch };
}
