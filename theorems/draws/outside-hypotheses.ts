import fc, { type Arbitrary } from 'fast-check';
import type { ProblemInstance } from '../../src/harness/instance.js';
import type { ProblemSpec, SampleSpec, Sampling } from '../../src/theory/problem.js';

/*
 * Problems outside hypotheses of several theorems, which without them are wrong there: small enough to be followed by
 * hand. Those of one theorem stand in its file. Curvatures are squares of the lengths.
 */

/** A problem of one parameter, by the lengths of its samples. */
export function scalar(
  retain: readonly number[],
  forget: readonly number[],
  alpha: number,
  batch: ProblemSpec['batch'],
  sampling: Sampling,
): ProblemSpec {
  const samples = (lengths: readonly number[]): SampleSpec[] => lengths.map((length) => [[length]]);
  return { retain: samples(retain), forget: samples(forget), alpha, batch, sampling };
}

/** A problem at one step size. */
export function at(problem: ProblemSpec, eta: number): Arbitrary<ProblemInstance> {
  return fc.constant({ problem, step: { reference: 'absolute', eta } });
}

/** Retain 1, forget 0.01 with a quarter of the weight, full: the step is shorter than descent alone would make it. */
export const shortenedByForget = scalar([1], [0.1], 0.25, { retain: 1, forget: 1 }, 'bernoulli');

/** Retain 1, forget 4, equal weights, full: D = -1.5. */
export const turnedByForget = scalar([1], [2], 0.5, { retain: 1, forget: 1 }, 'bernoulli');

/**
 * Retain 1 and 9/16, one of them a step: with bernoulli batches both may come at once, and the second moment
 * doubles at the step size 2.1 (0.62 here).
 */
export const oneOfTwo = scalar([1, 0.75], [0.5], 0, { retain: 1, forget: 1 }, 'without-replacement');

/** Retain 1 and 1, one of them a step: no noise at all without replacement. */
export const oneOfTwoEqual = scalar([1, 1], [0.5], 0, { retain: 1, forget: 1 }, 'without-replacement');

/** Retain 0 and 1/4, two draws with replacement: nu = 0, and yet eta* = 32/3 in place of 16. */
export const twoDrawsOfTwo = scalar([0, 0.5], [0.5], 0, { retain: 2, forget: 1 }, 'with-replacement');

/** Three unit vectors at 120 degrees, one a step on average: D = I/2, N(I) = I/3, eta* = 12/7. */
export const threeDirections: ProblemSpec = {
  retain: [[[1, 0]], [[-0.5, 0.8660254]], [[-0.5, -0.8660254]]],
  forget: [[[1, 0]]],
  alpha: 0,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
};

/** Two samples with the identity for curvature, one a step on average: eta* = 4/3. */
export const twoFactorsEach: ProblemSpec = {
  retain: [
    [
      [1, 0],
      [0, 1],
    ],
    [
      [1, 0],
      [0, 1],
    ],
  ],
  forget: [[[1, 0]]],
  alpha: 0,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
};

/** Retain 1 and 0 in full batches: eta* = 4. */
export const fullBatch = scalar([0, 1], [0.5], 0, { retain: 2, forget: 1 }, 'bernoulli');

/** A problem beside another one. */
export function beside(
  problem: ProblemSpec,
  companion: ProblemSpec,
  eta: number,
): Arbitrary<ProblemInstance> {
  return fc.constant({ problem, companion, step: { reference: 'absolute', eta } });
}

/** Retain 1 and 4 on two axes, full batches, D = diag(1/2, 2): the heavy ball with b = 0.9 holds to 1.9, Nesterov's step to 0.68. */
export const spreadAxes: ProblemSpec = {
  retain: [[[1, 0]], [[0, 2]]],
  forget: [[[1, 0]]],
  alpha: 0,
  batch: { retain: 2, forget: 1 },
  sampling: 'without-replacement',
};

/** Retain 1/2 and 3/2 on two axes, forget 1/100, full batches, in turns: at eta = 2 a descent overshoots on one axis. */
export const overshooting: ProblemSpec = {
  retain: [[[1, 0]], [[0, Math.sqrt(3)]]],
  forget: [[[0.1, 0]]],
  alpha: 0.5,
  batch: { retain: 2, forget: 1 },
  sampling: 'without-replacement',
  schedule: { ascent: 1, descent: 1 },
};
