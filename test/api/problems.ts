import type { ProblemInput } from '../../src/input/problem-input.js';

/** A small problem that is as it should be. */
export const PROBLEM = {
  retain: [
    [1, 0.2],
    [0.1, 0.9],
    [0.7, 0.7],
  ],
  forget: [[0.9, -0.4]],
  alpha: 0.05,
  eta: 0.3,
  batch: { retain: 2, forget: 1 },
  sampling: 'bernoulli',
} as const satisfies ProblemInput;

/** The same problem as problem files hold it. */
export const FILE = {
  ...PROBLEM,
  retain: PROBLEM.retain.map((row) => [row]),
  forget: PROBLEM.forget.map((row) => [row]),
};
