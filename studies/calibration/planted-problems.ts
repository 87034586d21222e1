import { exactStability } from '../../src/theory/operator/exact-stability.js';
import {
  problemFromSpec,
  type ProblemSpec,
  type ReducedProblem,
  type Sampling,
} from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { batchSampler, type BatchSampler } from '../../src/unlearning/batch-sampler.js';
import { unlearning, type UnlearningImplementation } from '../../src/unlearning/process.js';
import type { ClaimedInstance } from './procedures.js';

/** Six samples to retain, on both axes and both diagonals of the plane, two to forget, batches of 2 and 1. */
export function crossProblem(sampling: Sampling): ReducedProblem {
  return reduced({
    retain: [[[2, 0]], [[2, 0]], [[0, 2]], [[0, 2]], [[1, 1]], [[1, -1]]],
    forget: [[[1, 0]], [[0, 1]]],
    alpha: 0.2,
    batch: { retain: 2, forget: 1 },
    sampling,
  });
}

/** Number of samples to retain in `axesProblem`. */
export const AXES_RETAINED = 20;

/**
 * Twenty samples to retain, ten along each axis of the plane, one to forget, bernoulli batches.
 *
 * @param batchSize average size of a retain batch.
 * @param scale factor on the retain curvatures, to describe a sampler whose divisor is not its batch size.
 */
export function axesProblem(batchSize: number, scale = 1): ReducedProblem {
  const length = 2 * Math.sqrt(scale);
  return reduced({
    retain: Array.from({ length: AXES_RETAINED }, (_, i) => [i % 2 === 0 ? [length, 0] : [0, length]]),
    forget: [[[1, 0]]],
    alpha: 0.05,
    batch: { retain: batchSize, forget: 1 },
    sampling: 'bernoulli',
  });
}

/** Descent alone in one coordinate on ten samples of curvature 1, bernoulli batches of two. */
export function singleAxisProblem(): ReducedProblem {
  return reduced({
    retain: Array.from({ length: 10 }, () => [[1]]),
    forget: [],
    alpha: 0,
    batch: { retain: 2, forget: 0 },
    sampling: 'bernoulli',
  });
}

function reduced(spec: ProblemSpec): ReducedProblem {
  return reduceProblem(problemFromSpec(spec));
}

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
