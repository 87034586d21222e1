import type { ProblemSpec } from '../../src/theory/problem.js';

/** Three retain and two forget samples in the plane, a batch of one of each: six batches. */
export const MISFIT: ProblemSpec = {
  retain: [[[1, 0.2]], [[-0.3, 1.1]], [[0.7, -0.6]]],
  forget: [[[0.5, 0.4]], [[-0.2, 0.6]]],
  alpha: 0.2,
  batch: { retain: 1, forget: 1 },
  sampling: 'with-replacement',
};

/** Of the loss of every sample at w*, by set. */
export const GRADIENTS = {
  retain: [
    [0.3, -0.1],
    [0.05, 0.2],
    [-0.2, 0.15],
  ],
  forget: [
    [0.1, 0.1],
    [-0.3, 0.2],
  ],
};
