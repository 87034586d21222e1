import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U3; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly ProblemInstance[] = [
  {
    problem: {
      retain: [[[1, 0]], [[0, 1]]],
      forget: [[[1, 0]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.955 },
  },
  {
    problem: {
      retain: [[[1, 0]], [[0, 1]]],
      forget: [[[0.5, 0]], [[0.5, 0]], [[0.5, 0]], [[0.5, 0]], [[0.5, 0]], [[0.5, 0]]],
      alpha: 0.02,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.65 },
  },
  {
    problem: {
      retain: [[[1, 0]], [[0, 1]]],
      forget: [[[0.5, 0]], [[0.5, 0]], [[0.5, 0]], [[0.5, 0]], [[0.5, 0]], [[0.5, 0]]],
      alpha: 0.02,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.955 },
  },
  {
    problem: {
      retain: [[[0]], [[0]], [[0]], [[0.25]]],
      forget: [[[0.125]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.65 },
  },
  {
    problem: {
      retain: [[[0.25]], [[0.25]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.751 },
  },
  {
    problem: {
      retain: [[[2.5]], [[2.5]], [[4]]],
      forget: [[[0.25]], [[0.25]]],
      alpha: 0.0496732,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.65 },
  },
];
