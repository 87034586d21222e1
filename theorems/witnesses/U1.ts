import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U1; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly ProblemInstance[] = [
  {
    problem: {
      retain: [[[2]]],
      forget: [[[1]]],
      alpha: 0.792,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.3 },
  },
  {
    problem: {
      retain: [[[2]]],
      forget: [[[1]]],
      alpha: 0.76,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.65 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0.0496124,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.3 },
  },
  {
    problem: {
      retain: [
        [[0, 0, 0, 0, 0, 0]],
        [[2, 0, 0, 0, 0, 0]],
        [[0, 4, 0, 0, 0, 0]],
        [[0, 0, 2, 0, 0, 0]],
        [[0, 0, 0, 4, 0, 0]],
        [[0, 0, 0, 0, 4, 0]],
        [[0, 0, 0, 0, 0, 4]],
      ],
      forget: [[[0, 0, 0, 0, 0, -1.5]]],
      alpha: 0.202583,
      batch: { retain: 1, forget: 1 },
      sampling: 'without-replacement',
    },
    step: { reference: 'exact', ratio: 0.65 },
  },
  {
    problem: {
      retain: [[[2]]],
      forget: [[[1]]],
      alpha: 0.76,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.3 },
  },
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
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 1.051 },
  },
];
