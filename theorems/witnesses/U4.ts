import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U4; found and shrunk by `npm run witnesses`. */
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
      forget: [[[1, 0]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.708 },
  },
  {
    problem: {
      retain: [[[0.75]], [[0.75]], [[0.75]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.65 },
  },
  {
    problem: {
      retain: [[[0]], [[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.578 },
  },
  {
    problem: {
      retain: [[[-1.5]], [[-2.5]], [[0.5]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 1.051 },
  },
];
