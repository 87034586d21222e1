import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of D3; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly ProblemInstance[] = [
  {
    problem: {
      retain: [[[1]]],
      forget: [[[1]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 1.01 },
  },
  {
    problem: {
      retain: [[[1]]],
      forget: [[[1]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.951 },
  },
  {
    problem: {
      retain: [[[1]]],
      forget: [[[1]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.65 },
  },
  {
    problem: {
      retain: [[[1]], [[1]]],
      forget: [[[1]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.751 },
  },
  {
    problem: {
      retain: [[[1, 0]], [[1, 0]], [[0, 1]], [[0, 1]]],
      forget: [[[1, 0]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 1.3 },
  },
  {
    problem: {
      retain: [[[1]]],
      forget: [[[1]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'predicted', ratio: 0.65 },
  },
];
