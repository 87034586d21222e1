import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U14; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly ProblemInstance[] = [
  {
    problem: {
      retain: [[[0.25]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.951 },
  },
  {
    problem: {
      retain: [[[1, 0]], [[0, 1]]],
      forget: [[[1, 0]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.65 },
  },
  {
    problem: {
      retain: [[[1, 0]], [[0, 1]]],
      forget: [[[1, 0]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.667 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[1.25]]],
      alpha: 0.215843,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.899 },
  },
  {
    problem: {
      retain: [[[1, 0]], [[0, 1]]],
      forget: [[[1, 0]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.667 },
  },
  {
    problem: {
      retain: [[[1.375, 0]], [[4, 0]], [[0, 4]]],
      forget: [[[0, 0.25]]],
      alpha: 0,
      batch: { retain: 3, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 1.051 },
  },
];
