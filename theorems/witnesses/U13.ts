import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U13; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly ProblemInstance[] = [
  {
    problem: {
      retain: [[[2]]],
      forget: [[[1]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.955 },
  },
  {
    problem: {
      retain: [[[1, 0.8]], [[1, -0.8]], [[1, 0.8]], [[1, -0.8]]],
      forget: [[[1, 0.8]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.941 },
  },
  {
    problem: {
      retain: [[[1, 0.8]], [[1, -0.8]], [[1, 0.8]], [[1, -0.8]]],
      forget: [[[1, 0.8]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.846 },
  },
  {
    problem: {
      retain: [[[2]]],
      forget: [[[1]]],
      alpha: 0.296,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.656 },
  },
  {
    problem: {
      retain: [[[-4, 1]], [[-3.5, 1]], [[2.5, -0.5]], [[4, 0]], [[0, 4]]],
      forget: [
        [
          [0, 2.75],
          [0, 2.75],
        ],
        [[-1.09375, 2.75]],
      ],
      alpha: 0.434554,
      batch: { retain: 5, forget: 1 },
      sampling: 'with-replacement',
    },
    step: { reference: 'exact', ratio: 1.201 },
  },
];
