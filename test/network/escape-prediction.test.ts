import { describe, expect, test } from 'vitest';
import { totalCurvature } from '../../src/theory/mean-curvature.js';
import { factorSet, type ReducedProblem } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { escapePrediction } from '../../src/network/escape-prediction.js';
import { largestEigenvalue } from '../../src/linalg/symmetric-eigen.js';
import { norm } from '../../src/linalg/vectors.js';
import { randomSource } from '../../src/statistics/generator.js';
import { trajectory } from '../../src/unlearning/growth.js';
import { linearisedProcess, unlearning } from '../../src/unlearning/process.js';
import { relativeDifference } from '../closeness.js';
import { normalSet } from '../sample-problems.js';
import { descentOnBoth } from './wrong-ascent.js';

/** A few hundred steps of a few dozen products each, growing with the solution itself. */
const ROUNDING = 1e-10;

/** Six retained and three forgotten samples in five dimensions, full batches. */
function sampleProblem(alpha: number, batchForget = 3): ReducedProblem {
  const random = randomSource('escape prediction');
  return reduceProblem({
    retain: normalSet(random, [1, 1, 1, 1, 1, 1], 5),
    forget: normalSet(random, [1, 1, 1], 5),
    alpha,
    batch: { retain: 6, forget: batchForget },
    sampling: 'without-replacement',
  });
}

function stepSize(problem: ReducedProblem, share = 0.1): number {
  return share / largestEigenvalue(totalCurvature(problem), problem.dimension);
}

function startOf(problem: ReducedProblem): Float64Array {
  const random = randomSource('start');
  return Float64Array.from({ length: problem.dimension }, () => random.normal());
}

/** Distances of the linearised process from a start. */
function realDistances(problem: ReducedProblem, eta: number, steps: number, implementation = unlearning) {
  const process = linearisedProcess(problem, eta, implementation);
  return trajectory(process, startOf(problem), steps, randomSource('unused')).map(Math.sqrt);
}

/** Largest relative difference of the predicted distances and others. */
function gap(problem: ReducedProblem, eta: number, distances: Float64Array): number {
  const { logDistance } = escapePrediction(problem, eta, startOf(problem), { factor: 10 });
  return Math.max(...distances.map((d, k) => relativeDifference(Math.exp(logDistance(k)), d)));
}

describe('escapePrediction', () => {
  test.each([0, 0.5, 0.9, 1])('has the distances of real full-batch steps at alpha %d', (alpha) => {
    const problem = sampleProblem(alpha);
    const eta = stepSize(problem);
    const steps = 200;
    expect(gap(problem, eta, realDistances(problem, eta, steps))).toBeLessThan(ROUNDING);
    // Another step size, one step late, and ascent with the wrong sign.
    expect(gap(problem, eta, realDistances(problem, 0.99 * eta, steps))).toBeGreaterThan(1e-3);
    expect(gap(problem, eta, realDistances(problem, eta, steps).slice(1))).toBeGreaterThan(1e-3);
    if (alpha === 0) return;
    const wrong = realDistances(problem, eta, steps, descentOnBoth);
    expect(gap(problem, eta, wrong)).toBeGreaterThan(1e-3);
  });

  test.each([2, 10, 1e4])('names the first step beyond %d times the start', (factor) => {
    const problem = sampleProblem(0.9);
    const eta = stepSize(problem);
    const { escapeStep } = escapePrediction(problem, eta, startOf(problem), { factor });
    const distances = realDistances(problem, eta, 2000);
    const first = distances.findIndex((d) => d >= factor * distances[0]!);
    expect(first).toBeGreaterThan(1);
    expect(escapeStep).toBe(first);
    const wrong = realDistances(problem, eta, 2000, descentOnBoth);
    expect(wrong.some((d) => d >= factor * wrong[0]!)).toBe(false);
    // The rate of the long run alone ignores how much of the start grows: it is not exact.
    const { growth } = escapePrediction(problem, eta, startOf(problem), { factor });
    expect(Math.ceil(Math.log(factor) / growth)).not.toBe(first);
  });

  test('grows by log(1 - eta lambda_min) from the first step along its direction', () => {
    const problem = sampleProblem(0.9);
    const eta = stepSize(problem);
    const { lowest, direction, growth } = escapePrediction(problem, eta, startOf(problem), { factor: 2 });
    expect(lowest).toBeLessThan(0);
    expect(relativeDifference(growth, Math.log(1 - eta * lowest))).toBeLessThan(ROUNDING);
    expect(relativeDifference(growth, Math.log(1 + eta * lowest))).toBeGreaterThan(1);
    const along = escapePrediction(problem, eta, direction, { factor: 1e6 });
    expect(along.logDistance(0)).toBeCloseTo(0, 12);
    expect(relativeDifference(along.logDistance(7), 7 * growth)).toBeLessThan(ROUNDING);
    expect(along.escapeStep).toBe(Math.ceil(Math.log(1e6) / growth));
  });

  test('names a distance as well as a factor, 0 if the start is there', () => {
    const problem = sampleProblem(0.9);
    const eta = stepSize(problem);
    const start = startOf(problem);
    const at = (threshold: Parameters<typeof escapePrediction>[3]) =>
      escapePrediction(problem, eta, start, threshold).escapeStep;
    expect(at({ distance: 100 * norm(start) })).toBe(at({ factor: 100 }));
    expect(at({ distance: 0.5 * norm(start) })).toBe(0);
  });

  test('is null where nothing grows, and where the start has no part in what does', () => {
    const calm = sampleProblem(0);
    expect(escapePrediction(calm, stepSize(calm), startOf(calm), { factor: 2 }).escapeStep).toBeNull();
    expect(escapePrediction(calm, stepSize(calm, 3), startOf(calm), { factor: 2 }).escapeStep).not.toBeNull();
    const whole = { batchSize: 1, sampling: 'without-replacement' } as const;
    const axes = {
      dimension: 2,
      alpha: 0.5,
      groups: [
        { name: 'retain', sign: 1, weight: 0.5, ...whole, samples: factorSet([[[1, 0]]], 2) },
        { name: 'forget', sign: -1, weight: 0.5, ...whole, samples: factorSet([[[0, 1]]], 2) },
      ],
    } as const;
    const from = (...start: number[]) =>
      escapePrediction(axes, 0.1, Float64Array.from(start), { factor: 2 }).escapeStep;
    expect(from(1, 0)).toBeNull();
    expect(from(1, 1e-3)).toBe(Math.ceil(Math.log(Math.sqrt(4 * (1 + 1e-6) * 1e6)) / Math.log(1.05)));
  });

  test('counts beyond the range of squares: a growth of 1e300 and a million steps', () => {
    const problem = sampleProblem(0.9);
    const eta = stepSize(problem);
    const { logDistance, growth, escapeStep } = escapePrediction(problem, eta, startOf(problem), {
      factor: 1e300,
    });
    expect(relativeDifference(logDistance(1e6), 1e6 * growth)).toBeLessThan(1e-3);
    expect(Math.abs(logDistance(escapeStep!) - Math.log(1e300))).toBeLessThan(10);
  });

  test('throws RangeError for partial or repeating batches and thresholds that make no sense', () => {
    const problem = sampleProblem(0.9, 2);
    const [full, start] = [sampleProblem(0.9), startOf(problem)];
    expect(() => escapePrediction(problem, 0.1, start, { factor: 2 })).toThrow(/all 3 samples; got 2/);
    const groups = full.groups.map((group) => ({ ...group, sampling: 'with-replacement' as const }));
    const repeating = { ...full, groups };
    expect(() => escapePrediction(repeating, 0.1, start, { factor: 2 })).toThrow(/repeats samples/);
    expect(() => escapePrediction(full, 0.1, start, { factor: 1 })).toThrow(/must be > 1; got 1/);
    expect(() => escapePrediction(full, 0.1, start, { distance: 0 })).toThrow(/must be > 0; got 0/);
    const still = new Float64Array(full.dimension);
    expect(() => escapePrediction(full, 0.1, still, { factor: 2 })).toThrow(/away from w\*/);
    expect(escapePrediction(full, 0.1, still, { distance: 1 }).escapeStep).toBeNull();
  });
});
