import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U2; found and shrunk by `npm run witnesses`. */
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
    step: { reference: 'predicted', ratio: 0.955 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.955 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0.676713,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.968 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.5]]],
      alpha: 0.428606,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.977 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0.0496124,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.955 },
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
    step: { reference: 'predicted', ratio: 0.3 },
  },
];
