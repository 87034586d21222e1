import type { ReducedProblem } from '../../src/theory/problem.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { batchSampler, type BatchSampler } from '../../src/unlearning/batch-sampler.js';
import { unlearning, type UnlearningImplementation } from '../../src/unlearning/process.js';
import { axesProblem, AXES_RETAINED, crossProblem } from './planted-problems.js';
import type { ClaimedInstance } from './procedure.js';

/** A sampler that is slightly wrong, on an instance where that changes the side. */
export interface BiasedSampler extends ClaimedInstance {
  readonly description: string;
  readonly implementation: UnlearningImplementation;
  /** The problem whose correct sampler has the law that the biased one has. */
  readonly actual: ReducedProblem;
}

/**
 * Batches without replacement drawn with replacement. Every sample is still drawn equally often and every
 * batch has the right size; only the spread of the batches differs. eta lies between the critical
 * steps of the two schemes, at their geometric mean.
 */
export function replacedDraws(): BiasedSampler {
  const problem = crossProblem('without-replacement');
  const actual = crossProblem('with-replacement');
  return {
    description: 'without replacement, drawn with replacement',
    problem,
    actual,
    eta: Math.sqrt(criticalStep(problem) * criticalStep(actual)),
    implementation: {
      ...unlearning,
      sampler: (_, n, batchSize) => batchSampler('with-replacement', n, batchSize),
    },
  };
}

const BATCH = 10;

/**
 * Bernoulli batches of 10 of 20 with probability 11/20 in place of 10/20; the step still divides by 10.
 * That is the law of the correct sampler with batch size 11 on curvatures 11/10 times as large.
 */
export function frequentDraws(): BiasedSampler {
  const problem = axesProblem(BATCH);
  return {
    description: 'bernoulli, probability 0.55 for 0.50',
    problem,
    actual: axesProblem(BATCH + 1, (BATCH + 1) / BATCH),
    eta: 0.96 * criticalStep(problem),
    implementation: {
      ...unlearning,
      sampler: (sampling, n, batchSize): BatchSampler =>
        batchSampler(sampling, n, n === AXES_RETAINED ? batchSize + 1 : batchSize),
    },
  };
}

function criticalStep(problem: ReducedProblem): number {
  return exactStability(problem).criticalStep().value;
}
