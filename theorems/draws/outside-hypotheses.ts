import fc, { type Arbitrary } from 'fast-check';
import type { ProblemInstance } from '../../src/harness/instance.js';
import type { ProblemSpec, SampleSpec, Sampling } from '../../src/theory/problem.js';

/*
 * Problems outside hypotheses, on which theorems without them are wrong: small enough to be followed by hand.
 * Curvatures are squares of the lengths.
 */

/** A problem of one parameter, by the lengths of its samples. */
function scalar(
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

/** The same with two forget samples of 1/4, equal weights: no noise without replacement, eta* = 16/3 in place of 2.74. */
export const oneOfTwoOfEach = scalar(
  [1, 1],
  [0.5, 0.5],
  0.5,
  { retain: 1, forget: 1 },
  'without-replacement',
);

/** Retain samples 1 along e_1 and 1/4 along e_2, one a step on average, forget 1/4 along e_2 with a fifth of the weight. */
export const twoAxesApart: ProblemSpec = {
  retain: [[[1, 0]], [[0, 0.5]]],
  forget: [[[0, 0.5]]],
  alpha: 0.2,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
};

/** Retain 0 and 1/4, two draws with replacement: nu = 0, and yet eta* = 32/3 in place of 16. */
export const twoDrawsOfTwo = scalar([0, 0.5], [0.5], 0, { retain: 2, forget: 1 }, 'with-replacement');

/** Retain 0 and 1, two draws with replacement: eta* = 8/3. */
export const twoUnitDraws = scalar([0, 1], [0.5], 0, { retain: 2, forget: 1 }, 'with-replacement');

/** Three unit vectors at 120 degrees, one a step on average: D = I/2, N(I) = I/3, eta* = 12/7. */
export const threeDirections: ProblemSpec = {
  retain: [[[1, 0]], [[-0.5, 0.8660254]], [[-0.5, -0.8660254]]],
  forget: [[[1, 0]]],
  alpha: 0,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
};

/** Retain 1 along both axes, forget 4 along both: odds(alpha*) = 1/4, kappa = 1/2. */
export const twoForgetDirections: ProblemSpec = {
  retain: [[[1, 0]], [[0, 1]]],
  forget: [[[2, 0]], [[0, 2]]],
  alpha: 0.1,
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

/** The same in single draws: eta* = 2. */
export const singleDraws = scalar([0, 1], [0.5], 0, { retain: 1, forget: 1 }, 'bernoulli');

/**
 * Retain 0 or 49, forget 25, equal weights, one a step: at the step size 1 every step multiplies by 13.5 or by -11,
 * and the mean by 1.25.
 */
export const alternatingFactors = scalar([0, 7], [5], 0.5, { retain: 1, forget: 1 }, 'without-replacement');

/** The same with two draws with replacement: nu = 0, and no full batch. */
export const alternatingDraws = scalar([0, 7], [5], 0.5, { retain: 2, forget: 1 }, 'with-replacement');

/** Retain 4, forget 1, equal weights, full: D = 1.5. */
export const heldForget = scalar([2], [1], 0.5, { retain: 1, forget: 1 }, 'bernoulli');

/** The instance with a factor of growth and a start for an escape claim. */
export function escapingBy(factor: number, problem: ProblemSpec, eta: number): Arbitrary<ProblemInstance> {
  return fc.constant({
    problem,
    step: { reference: 'absolute', eta },
    escape: { factor, start: [1] },
  });
}

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

/** Retain 14 once in four, forget 0.01, single draws, in turns: at eta = 0.5 the mean shrinks and the second moment doubles. */
export const scalarTurns: ProblemSpec = {
  ...scalar([0, 0, 0, 3.75], [0.1], 0.5, { retain: 1, forget: 1 }, 'without-replacement'),
  schedule: { ascent: 1, descent: 1 },
};

/** Retain along one axis or the other, forget across both, full batches, in turns: small steps escape along no axis of either. */
export const crossedPair: ProblemSpec = {
  retain: [[[2, 0]], [[0, 1]]],
  forget: [[[1, 1]]],
  alpha: 0.5,
  batch: { retain: 2, forget: 1 },
  sampling: 'without-replacement',
  schedule: { ascent: 1, descent: 1 },
};

/** Retain 0, 0, 4 and 4 in epochs of two: at eta = 0.6 most epochs multiply by 0.04, and by 1.96 in single samples. */
export const pairedEpoch: ProblemSpec = {
  ...scalar([0, 0, 2, 2], [1, 0.5], 0, { retain: 2, forget: 1 }, 'without-replacement'),
  sampling: { retain: 'reshuffled', forget: 'without-replacement' },
};

/** Retain 0 and 4 in epochs, forget 9 once in four, drawn anew: at eta = 0.6 the second moment grows by 1.17 an epoch. */
export const drawnForgetEpoch: ProblemSpec = {
  ...scalar([0, 2], [3, 0, 0, 0], 0.2, { retain: 1, forget: 1 }, 'without-replacement'),
  sampling: { retain: 'reshuffled', forget: 'without-replacement' },
};

/** Three samples in the plane that do not commute, one a step, in epochs. */
export const crossedEpoch: ProblemSpec = {
  ...threeDirections,
  retain: [[[1.5, 0]], [[0.5, 1]], [[0, 1.5]]],
  sampling: 'reshuffled',
};

/** Retain 1, forget 4, equal weights, in epochs: D = -1.5. */
export const turnedEpoch: ProblemSpec = { ...turnedByForget, sampling: 'reshuffled' };
