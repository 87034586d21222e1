import type { ProblemInstance } from '../../src/harness/theorem.js';

/** Instances that refute the wrong variants of U11; found and shrunk by `npm run witnesses`. */
export const witnesses: readonly ProblemInstance[] = [
  {
    problem: {
      retain: [[[1]]],
      forget: [[[1]]],
      alpha: 0.55,
      batch: { retain: 1, forget: 1 },
      sampling: 'without-replacement',
    },
    step: { reference: 'exact', ratio: 0.1 },
  },
  {
    problem: {
      retain: [[[1.875]]],
      forget: [[[0.1875]]],
      alpha: 0,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    },
    step: { reference: 'exact', ratio: 0.3 },
  },
  {
    problem: {
      retain: [[[1]]],
      forget: [[[1]]],
      alpha: 0.05,
      batch: { retain: 1, forget: 1 },
      sampling: 'without-replacement',
    },
    step: { reference: 'exact', ratio: 0.3 },
  },
];
