import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U7; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly ProblemInstance[] = [
  {
    problem: {
      retain: [[[2]]],
      forget: [[[1]]],
      alpha: 0.792,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.95 },
  },
  {
    problem: {
      retain: [[[2, 0]], [[0, 2]]],
      forget: [[[1.5, 0]]],
      alpha: 0.447059,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.65 },
  },
  {
    problem: {
      retain: [[[2]]],
      forget: [[[1]]],
      alpha: 0.792,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
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
    step: { reference: 'exact', ratio: 0.65 },
  },
  {
    problem: {
      retain: [[[0, 0]], [[4, 0]], [[0, 4]]],
      forget: [[[1.71875, 0.5625]], [[-1.375, 1.25]]],
      alpha: 0.713778,
      batch: { retain: 3, forget: 2 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 1.051 },
  },
];
