import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { CurvatureGroup, ReducedProblem, Sampling } from '../../src/theory/problem.js';

/** A batch as the number of times each sample of the set occurs in it, with its probability. */
export interface WeightedBatch {
  readonly multiplicity: readonly number[];
  readonly probability: number;
}

/** More batch pairs than this are refused: enumeration is for tiny cases. */
export const MAX_ENUMERATED_PAIRS = 200_000;

/** Every batch of one set with its exact probability. */
export function enumerateBatches(sampling: Sampling, n: number, batchSize: number): WeightedBatch[] {
  switch (sampling) {
    case 'bernoulli': {
      const p = batchSize / n;
      return vectors(n, 2).map((multiplicity) => ({
        multiplicity,
        probability: multiplicity.reduce((product, taken) => product * (taken === 1 ? p : 1 - p), 1),
      }));
    }
    case 'without-replacement': {
      const subsets = vectors(n, 2).filter((taken) => taken.reduce((a, b) => a + b, 0) === batchSize);
      return subsets.map((multiplicity) => ({ multiplicity, probability: 1 / subsets.length }));
    }
    case 'with-replacement':
      return vectors(batchSize, n).map((draws) => ({
        multiplicity: Array.from({ length: n }, (_, i) => draws.filter((draw) => draw === i).length),
        probability: n ** -batchSize,
      }));
    case 'reshuffled':
      throw new RangeError('an epoch is enumerated as a whole: see procedure-enumeration');
  }
}

/**
 * Every step matrix A = I - eta [(1-alpha)/B_R sum H_i - alpha/B_F sum H_j] over all pairs of batches,
 * with its probability. Independent of the operator, of the theorems and of the sampled step.
 *
 * @throws RangeError if there are more than MAX_ENUMERATED_PAIRS pairs.
 */
export function enumerateSteps(
  problem: ReducedProblem,
  eta: number,
): { step: Matrix; probability: number }[] {
  const r = problem.dimension;
  let steps = [{ step: Matrix.eye(r), probability: 1 }];
  for (const group of problem.groups) {
    const batches = enumerateBatches(group.sampling, group.samples.sampleCount, group.batchSize);
    if (steps.length * batches.length > MAX_ENUMERATED_PAIRS) {
      throw new RangeError(`enumeration takes at most ${MAX_ENUMERATED_PAIRS} pairs of batches`);
    }
    const moves = batches.map(({ multiplicity, probability }) => ({
      move: groupMove(group, multiplicity).mul(-eta),
      probability,
    }));
    steps = steps.flatMap(({ step, probability }) =>
      moves.map((m) => ({ step: Matrix.add(step, m.move), probability: probability * m.probability })),
    );
  }
  return steps;
}

/** rho of E[A (x) A], by enumeration. */
export function enumeratedSpectralRadius(problem: ReducedProblem, eta: number): number {
  const size = problem.dimension ** 2;
  const mean = Matrix.zeros(size, size);
  for (const { step, probability } of enumerateSteps(problem, eta)) {
    mean.add(step.kroneckerProduct(step).mul(probability));
  }
  const { realEigenvalues } = new EigenvalueDecomposition(mean, { assumeSymmetric: true });
  return Math.max(...realEigenvalues);
}

/** E|delta_k|^2 from delta_0 by running through every sequence of k batches. */
export function enumeratedSecondMoment(
  problem: ReducedProblem,
  eta: number,
  start: readonly number[],
  k: number,
): number {
  const steps = enumerateSteps(problem, eta);
  const expected = (state: Matrix, remaining: number): number => {
    if (remaining === 0) return state.norm('frobenius') ** 2;
    return steps.reduce(
      (sum, { step, probability }) => sum + probability * expected(step.mmul(state), remaining - 1),
      0,
    );
  };
  return expected(Matrix.columnVector([...start]), k);
}

/** sign * a_g / B * sum of multiplicity_i H_i. */
function groupMove(group: CurvatureGroup, multiplicity: readonly number[]): Matrix {
  const { samples, sign, weight, batchSize } = group;
  const r = samples.dimension;
  const sum = Matrix.zeros(r, r);
  multiplicity.forEach((times, i) => {
    for (let row = samples.offsets[i]!; row < samples.offsets[i + 1]!; row++) {
      for (let a = 0; a < r; a++) {
        for (let b = 0; b < r; b++) {
          const product = samples.factors[row * r + a]! * samples.factors[row * r + b]!;
          sum.set(a, b, sum.get(a, b) + times * product);
        }
      }
    }
  });
  return sum.mul((sign * weight) / batchSize);
}

/** All vectors of `length` entries in 0 .. base-1. */
function vectors(length: number, base: number): number[][] {
  if (base ** length > MAX_ENUMERATED_PAIRS) {
    throw new RangeError(`enumeration takes at most ${MAX_ENUMERATED_PAIRS} batches`);
  }
  let all: number[][] = [[]];
  for (let position = 0; position < length; position++) {
    all = all.flatMap((prefix) => Array.from({ length: base }, (_, digit) => [...prefix, digit]));
  }
  return all;
}
