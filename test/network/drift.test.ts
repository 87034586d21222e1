import { describe, expect, test } from 'vitest';
import { totalCurvature } from '../../src/theory/mean-curvature.js';
import { activationMargin } from '../../src/network/patch-network.js';
import { escapePrediction } from '../../src/network/escape-prediction.js';
import { fullBatches } from '../../src/network/forget-set.js';
import {
  drift,
  insideDisplacement,
  localProblem,
  type TrainedNetwork,
} from '../../src/network/linearisation.js';
import { unlearningRun } from '../../src/network/unlearning-run.js';
import { largestEigenvalue } from '../../src/linalg/symmetric-eigen.js';
import { norm } from '../../src/linalg/vectors.js';
import { networkModel } from '../../src/network/network-model.js';
import { randomSource } from '../../src/statistics/generator.js';
import { largestDifference, relativeDifference } from '../closeness.js';
import { driftPrediction } from '../reference/drift-path.js';
import { sampleSplit, trainedSample } from './trained-sample.js';
import { descentOnBoth } from './wrong-ascent.js';

const ALPHA = 0.4;

function around(trained: TrainedNetwork) {
  const split = sampleSplit(trained);
  const settings = { alpha: ALPHA, batch: fullBatches(split), sampling: 'without-replacement' } as const;
  const local = localProblem(trained, split, settings);
  return { trained, split, settings, local, pushed: drift(local) };
}

const early = around(trainedSample(0.5, 1, 'squared', { stopAt: 0.05 }));
const interpolating = around(trainedSample(0.5, 1));
const logistic = around(trainedSample(0.5, 1, 'logistic', { margin: 3 }));

describe('drift', () => {
  test.each([
    ['an early stop', early],
    ['the logistic loss', logistic],
  ])('is the unlearning gradient at w* of the per-sample model, for %s', (_, { trained, split, pushed }) => {
    const model = networkModel(trained.network, trained.data, trained.loss);
    const sum = (sign: number): Float64Array => {
      const out = new Float64Array(trained.weights.length);
      for (const i of split.retain) model.addGradient(trained.weights, i, (1 - ALPHA) / 12, out);
      for (const j of split.forget) model.addGradient(trained.weights, j, (sign * ALPHA) / 4, out);
      return out;
    };
    expect(largestDifference(pushed.gradient, sum(-1))).toBeLessThan(1e-12);
    expect(largestDifference(pushed.gradient, sum(1))).toBeGreaterThan(0.01);
    expect(relativeDifference(pushed.length, norm(sum(-1)))).toBeLessThan(1e-12);
  });

  test('lies inside U, and is rounding at an interpolating minimum', () => {
    for (const { pushed } of [early, logistic]) {
      expect(pushed.length).toBeGreaterThan(0.01);
      expect(Math.abs(pushed.inside - 1)).toBeLessThan(1e-9);
      expect(pushed.outside).toBeLessThan(1e-9);
    }
    expect(interpolating.pushed.length).toBeLessThan(1e-9);
    // In the coordinates of another minimum it is not inside.
    const other = drift({ ...interpolating.local, trained: early.trained, split: early.split });
    expect(other.outside).toBeGreaterThan(1e-3);
    expect(Math.abs(other.inside + other.outside - 1)).toBeLessThan(1e-9);
  });
});

describe('driftPrediction', () => {
  const { trained, split, settings, local, pushed } = early;
  const margin = activationMargin(trained.network, trained.weights, trained.data);
  // A step size of which about forty lead to the edge of the range where no activation flips.
  const eta = margin / (40 * pushed.length);
  const threshold = { distance: 0.9 * margin };
  const still = new Float64Array(local.reduced.dimension);
  const predict = (g: Float64Array, start: Float64Array = still) =>
    driftPrediction(local.reduced, eta, g, start, threshold, 200);
  const run = (implementation = {}) =>
    unlearningRun(trained, split, settings, {
      eta,
      steps: 200,
      random: randomSource('unused'),
      recordEvery: 1000,
      escape: threshold,
      stopAtEscape: true,
      ...implementation,
    });

  test('is the escape of the real network from w* itself', () => {
    const real = run();
    const predicted = predict(pushed.coordinates);
    expect(predicted.escapeStep).toBe(real.escapeStep);
    expect(real.escapeStep).toBeGreaterThan(20);
    expect(real.records.at(-1)!.flips).toBe(0);
    expect(largestDifference(real.distances, predicted.distances)).toBeLessThan(1e-8);
    // Without the drift there is no escape; with descent on both sets it is another.
    expect(predict(still).escapeStep).toBeNull();
    const wrong = run({ implementation: descentOnBoth });
    expect(largestDifference(wrong.distances.slice(0, 20), predicted.distances.slice(0, 20))).toBeGreaterThan(
      1e-3,
    );
  });

  test('adds the drift to a displacement with its sign', () => {
    const start = insideDisplacement(local, 0.3 * margin, randomSource('displaced'));
    const real = run({ displacement: local.lift(start) });
    const predicted = predict(pushed.coordinates, start);
    expect(predicted.escapeStep).toBe(real.escapeStep);
    expect(largestDifference(real.distances, predicted.distances)).toBeLessThan(1e-8);
    // From w* itself the opposite push leads just as far; from elsewhere it does not.
    const opposite = predict(
      pushed.coordinates.map((g) => -g),
      start,
    );
    expect(relativeDifference(opposite.distances[10]!, predicted.distances[10]!)).toBeGreaterThan(1e-3);
  });

  test('is the prediction without drift where there is none', () => {
    const { reduced } = interpolating.local;
    const fast = 0.5 / largestEigenvalue(totalCurvature(reduced), reduced.dimension);
    const start = insideDisplacement(interpolating.local, 1, randomSource('start'));
    const factor = { factor: 50 };
    const linear = escapePrediction(reduced, fast, start, factor);
    const none = new Float64Array(reduced.dimension);
    const affine = driftPrediction(reduced, fast, none, start, factor, 10_000);
    expect(affine.escapeStep).toBe(linear.escapeStep);
    affine.distances.forEach((distance, k) =>
      expect(Math.abs(Math.log(distance) - linear.logDistance(k))).toBeLessThan(1e-9),
    );
    const pushedAlong = driftPrediction(reduced, fast, start, start, factor, 10_000);
    expect(pushedAlong.distances[1]).not.toBeCloseTo(affine.distances[1]!, 3);
  });

  test('ends at the last step without escape, and throws for a factor of no distance', () => {
    const predicted = driftPrediction(local.reduced, eta, pushed.coordinates, still, threshold, 5);
    expect(predicted.escapeStep).toBeNull();
    expect(predicted.distances).toHaveLength(6);
    expect(() => driftPrediction(local.reduced, eta, pushed.coordinates, still, { factor: 10 }, 5)).toThrow(
      /away from w\*/,
    );
  });
});
