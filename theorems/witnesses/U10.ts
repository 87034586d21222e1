import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U10; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly ProblemInstance[] = [
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'with-replacement',
    },
    companion: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'without-replacement',
    },
    step: { reference: 'companion', ratio: 0.691 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'with-replacement',
    },
    companion: {
      retain: [[[0]], [[4]]],
      forget: [[[0.25]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'without-replacement',
    },
    step: { reference: 'exact', ratio: 1.051 },
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
      alpha: 0.0486692,
      batch: { retain: 3, forget: 1 },
      sampling: 'with-replacement',
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
      alpha: 0.0486692,
      batch: { retain: 3, forget: 1 },
      sampling: 'without-replacement',
    },
    step: { reference: 'companion', ratio: 0.845 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[-0.5]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'with-replacement',
    },
    companion: {
      retain: [[[0]], [[4]]],
      forget: [[[-0.5]]],
      alpha: 0,
      batch: { retain: 2, forget: 1 },
      sampling: 'without-replacement',
    },
    step: { reference: 'exact', ratio: 1.051 },
  },
  {
    problem: {
      retain: [[[0]], [[4]]],
      forget: [[[0], [1]]],
      alpha: 0.0444444,
      batch: { retain: 2, forget: 1 },
      sampling: 'with-replacement',
    },
    companion: {
      retain: [[[0]], [[4]]],
      forget: [[[0], [1]]],
      alpha: 0.0444444,
      batch: { retain: 2, forget: 1 },
      sampling: 'without-replacement',
    },
    step: { reference: 'exact', ratio: 1.3 },
  },
];
