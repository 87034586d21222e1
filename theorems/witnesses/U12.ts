import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U12; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly ProblemInstance[] = [
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.5]]],
      alpha: 0.99,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.1 },
    escape: { factor: 1000, start: [0, 0, 0, 0, 0] },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[-1]]],
      alpha: 0.933333,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.1 },
    escape: { factor: 2, start: [0, 0, 0, 0, 0] },
  },
  {
    problem: {
      retain: [[[0.25]]],
      forget: [[[0.25]]],
      alpha: 0.525,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.1 },
    escape: { factor: 1000, start: [0, 0, 0, 0, 0] },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.5]]],
      alpha: 0.99,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.1 },
    escape: { factor: 2, start: [0, 0, 0, 0, 0] },
  },
  {
    problem: {
      retain: [[[0.25]]],
      forget: [[[0.25]]],
      alpha: 0.525,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.1 },
    escape: { factor: 2, start: [0, 0, 0, 0, 0] },
  },
];
