import {
  problemFromSpec,
  type ProblemSpec,
  type ReducedProblem,
  type Sampling,
} from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';

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
