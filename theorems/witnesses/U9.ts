import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U9; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly ProblemInstance[] = [
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    companion: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'companion', ratio: 0.501 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    companion: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 1.3 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'with-replacement',
    },
    companion: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'with-replacement',
    },
    step: { reference: 'companion', ratio: 0.751 },
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
    companion: {
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
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 1.051 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0.0496124,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    companion: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0.0496124,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'companion', ratio: 0.65 },
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
    companion: {
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
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 1.3 },
  },
];
