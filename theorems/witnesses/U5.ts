import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U5; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly ProblemInstance[] = [
  {
    problem: {
      retain: [
        [[0, 0, 0, 0, 0, 0]],
        [[4, 0, 0, 0, 0, 0]],
        [[0, 4, 0, 0, 0, 0]],
        [[0, 0, 4, 0, 0, 0]],
        [[0, 0, 0, 4, 0, 0]],
        [[0, 0, 0, 0, 4, 0]],
        [[0, 0, 0, 0, 0, 4]],
      ],
      forget: [[[0, 0.25, 0, 0, 0, 0]]],
      alpha: 0,
      batch: { retain: 7, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 1.01 },
  },
  {
    problem: {
      retain: [[[-2.5]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 1.051 },
  },
  {
    problem: {
      retain: [[[2]]],
      forget: [[[1]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 1.051 },
  },
  {
    problem: {
      retain: [[[2]]],
      forget: [[[1]]],
      alpha: 0.096,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 1.051 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 1.01 },
  },
  {
    problem: {
      retain: [[[1.25, -0.6875]], [[-0.46875, 0]], [[4, 0]], [[0, 2]]],
      forget: [[[0.359375, 1.0546875]]],
      alpha: 0.268082,
      batch: { retain: 1, forget: 1 },
      sampling: 'with-replacement',
    },
    step: { reference: 'exact', ratio: 0.96 },
  },
];
