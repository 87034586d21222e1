/**
 * # P4b: epochs against independent draws
 *
 * Statement: rho a step of an epoch is at most rho of a step of independent draws of single samples.
 * Definitions: the companion problem has the same data and alpha; the set that is drawn with replacement here is in epochs
 * there; rho a step of an epoch is its rho to the power of one over its steps.
 * Hypotheses: single samples of one set; the other set absent or whole in every step; all H_i commute.
 * Source: worked out for this project from the definitions of Chang & Khanna, arXiv 2602.02986, for random reshuffling.
 * Proof: On every axis prod_j (1 - eta k_j)^2 is at most the J-th power of the mean of (1 - eta k_j)^2: geometric against
 * arithmetic mean.
 * Notes: where samples do not commute, epochs may grow faster than independent draws.
 */
import fc from 'fast-check';
import type { OrderClaim } from '../src/harness/order-claim.js';

import type { ProblemInstance } from '../src/harness/instance.js';
import type { Description, ProblemTheorem } from '../src/harness/theorem.js';
import { samplingOf, type ProblemSpec, type ReducedProblem } from '../src/theory/problem.js';
import { isDrawn } from '../src/theory/procedure.js';
import { axisCurvatures } from './common-axes.js';
import { isDescending, isFull } from './curvature-terms.js';
import { FAR_OF_FEW, FAR_OF_FEW_WORDS } from './draws/draw-floors.js';
import { cancellingEpochs, commutingEpochs, farEpochs } from './draws/procedure-problems.js';
import { orderSteps } from './draws/step-choice.js';
import { isPlainStep } from './procedures.js';
import { RESHUFFLING } from './sources.js';
import witnesses from './witnesses/P4b.json' with { type: 'json' };
import { wrongVariants } from './wrong-variants.js';

const description: Description = {
  id: 'P4b',
  name: 'epochs against independent draws',
  procedure: 'epochs',
  statement: 'rho a step of an epoch is at most rho of a step of independent draws of single samples.',
  formula: String.raw`\rho(\text{epoch})^{1/J} \le \rho(\text{independent draws})`,
  hypotheses: ['single samples of one set', 'the other set absent or whole in every step', 'all H_i commute'],
  unneeded: {
    'all H_i commute':
      'without it epochs may grow faster, by so little that both sides take 400,000 draws: retain 1.4 e2, -1.4 e1, -.9 (e1 + e2), eta 1.069',
    'single samples of one set':
      'of batches of several the geometric mean is over the batches of one epoch, which are not independent of each other',
    'the other set absent or whole in every step':
      'what the factors of an axis are, if the order is not to matter',
  },
  source: RESHUFFLING,
  proof:
    'On every axis prod_j (1 - eta k_j)^2 is at most the J-th power of the mean of (1 - eta k_j)^2: geometric against arithmetic mean.',
};

/** The hypotheses. */
function holds(companion: ReducedProblem): boolean {
  const epochs = companion.groups.filter((group) => !isDrawn(group));
  return (
    isPlainStep(companion) &&
    epochs.length === 1 &&
    epochs[0]!.batchSize === 1 &&
    isFull({ ...companion, groups: companion.groups.filter(isDrawn) }) &&
    axisCurvatures(companion) !== null
  );
}

const claim: OrderClaim = {
  kind: 'order',
  lesser: 'companion',
  applies: (_, companion) => companion !== undefined && holds(companion),
};

/** The order the wrong way round, for the problems that a mistake might take it for. */
function reversed(among: (problem: ReducedProblem) => boolean): OrderClaim {
  return { ...claim, lesser: 'problem', applies: (p, companion) => claim.applies(p, companion) && among(p) };
}

const mutants = wrongVariants('P4b', [
  ['epochs grow at least as fast', reversed(() => true), 'quick'],
  ['the same for descent alone', reversed(({ alpha }) => alpha === 0)],
  ['the same for unlearning', reversed(({ alpha }) => alpha > 0)],
  ['the same where D > 0', reversed(isDescending)],
  ['the same on one axis', reversed(({ dimension }) => dimension === 1)],
  ['the same for two or three samples', reversed(({ groups }) => groups[0]!.samples.sampleCount <= 3)],
]);

export const P4b: ProblemTheorem<OrderClaim> = {
  ...description,
  claim,
  mutants,
  witnesses: witnesses as ProblemInstance[],
  drawing: `commuting problems of up to three axes, single samples of one set drawn with replacement, the other set absent or whole, each beside its companion in epochs. Step sizes on both sides of the exact thresholds of both. ${FAR_OF_FEW_WORDS}`,
  floors: {
    without: ['sampling: bernoulli', 'samples: above 16', 'r: 4 to 8', 'r: above 8'],
    asked: FAR_OF_FEW,
    near: [],
  },
  instances: fc
    .record({
      problem: fc.oneof(
        { weight: 8, arbitrary: commutingEpochs },
        { weight: 1, arbitrary: cancellingEpochs },
        { weight: 1, arbitrary: farEpochs },
      ),
      step: orderSteps,
    })
    .map(({ problem, step }) => ({ problem: independent(problem), companion: problem, step })),
};

/** The problem with the set that is in epochs drawn with replacement. */
function independent(problem: ProblemSpec): ProblemSpec {
  const drawn = (name: 'retain' | 'forget') => {
    const sampling = samplingOf(problem.sampling, name);
    return sampling === 'reshuffled' ? 'with-replacement' : sampling;
  };
  return { ...problem, sampling: { retain: drawn('retain'), forget: drawn('forget') } };
}
