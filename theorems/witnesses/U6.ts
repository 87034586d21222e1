import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U6; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly ProblemInstance[] = [
  {
    problem: {
      retain: [[[2]]],
      forget: [[[1]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 1.01 },
  },
  {
    problem: {
      retain: [[[2]]],
      forget: [[[1]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.951 },
  },
  {
    problem: {
      retain: [[[2, 0]], [[0, 2]], [[1, 0]]],
      forget: [[[1, 0]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 1.011 },
  },
  {
    problem: {
      retain: [[[2]], [[1]]],
      forget: [[[1]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 1.051 },
  },
  {
    problem: {
      retain: [[[2]], [[1]]],
      forget: [[[1]]],
      alpha: 0.442857,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.955 },
  },
  {
    problem: {
      retain: [[[2]]],
      forget: [[[1]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.65 },
  },
];
