import { describe, expect, test } from 'vitest';
import {
  activationMargin,
  initialWeights,
  networkOutputs,
  type PatchData,
} from '../../src/network/patch-network.js';
import { norm } from '../../src/linalg/vectors.js';
import { meanLoss } from '../reference/mean-loss.js';
import { LOSSES } from '../../src/network/losses.js';
import { networkModel } from '../../src/network/network-model.js';
import { distributionOfSnr, drawSignalPlusNoise } from '../../src/network/signal-plus-noise.js';
import { stallDetector, trainingSteps, trainNetwork } from '../../src/network/training.js';
import { trainingStepSize } from '../../src/network/descent.js';
import { randomSource } from '../../src/statistics/generator.js';
import { relativeDifference } from '../closeness.js';

/** n x patches x d inputs without noise, with given labels. */
function plainData(samples: readonly (readonly number[][])[], labels: readonly number[]): PatchData {
  const [patches, dimension] = [samples[0]!.length, samples[0]![0]!.length];
  const inputs = Float64Array.from(samples.flat(2));
  return { sampleCount: samples.length, patches, dimension, inputs, labels: Float64Array.from(labels) };
}

function signalData(signalToNoise: number, samples: number, dimension: number, seed = 1) {
  return drawSignalPlusNoise(
    distributionOfSnr(signalToNoise, dimension),
    samples,
    randomSource('training', signalToNoise, seed),
  );
}

function startFor(network: { width: number; dimension: number }, seed = 1): Float64Array {
  return initialWeights(network, 1 / Math.sqrt(network.dimension), randomSource('start', seed));
}

/** Largest |grad l_i| by the per-sample model. */
function largestGradient(
  network: { width: number; dimension: number },
  data: PatchData,
  weights: Float64Array,
) {
  const model = networkModel(network, data, LOSSES.squared);
  const norms = Array.from({ length: data.sampleCount }, (_, i) => {
    const gradient = new Float64Array(weights.length);
    model.addGradient(weights, i, 1, gradient);
    return norm(gradient);
  });
  return Math.max(...norms);
}

describe('full-batch training with spectral steps', () => {
  const network = { width: 10, dimension: 200 };

  test.each([0, 0.2, 1, 4])('interpolates 60 samples at SNR %d to 1e-18 and to 1e-26', (signalToNoise) => {
    const data = signalData(signalToNoise, 60, 200);
    const start = startFor(network);
    const model = networkModel(network, data, LOSSES.squared);
    for (const tolerance of [1e-18, 1e-26]) {
      const result = trainNetwork(network, start, data, LOSSES.squared, { tolerance });
      expect(result.reached).toBe(true);
      expect(result.reason).toBeNull();
      // Losses of 1e-26 are squares of a hundred units of rounding: they are known to a percent.
      expect(meanLoss(model, result.weights) / meanLoss(model, start)).toBeLessThan(1.1 * tolerance);
      expect(result.steps).toBeLessThan(2000);
    }
    // The start, and weights that belong to other labels, do not interpolate.
    expect(largestGradient(network, data, start)).toBeGreaterThan(1);
    const { weights } = trainNetwork(network, start, data, LOSSES.squared);
    const others = { ...data, labels: data.labels.map((y) => -y) };
    expect(largestGradient(network, others, weights)).toBeGreaterThan(1);
  });

  test('reports the residual and the margin of the weights that it returns', () => {
    const data = signalData(0.5, 60, 200);
    for (const stopAt of [1, 0.1, 1e-6]) {
      const result = trainNetwork(network, startFor(network), data, LOSSES.squared, { stopAt });
      const residual = largestGradient(network, data, result.weights);
      // The loss of 1e-6 is a difference of outputs and labels known to 1e-13.
      expect(relativeDifference(result.interpolationResidual, residual)).toBeLessThan(1e-9);
      const margins = networkOutputs(network, result.weights, data).map((f, i) => f * data.labels[i]!);
      expect(relativeDifference(result.smallestMargin, Math.min(...margins))).toBeLessThan(1e-9);
      expect(relativeDifference(result.interpolationResidual, 2 * residual)).toBeGreaterThan(0.1);
    }
  });

  test('stops early at the first loss below the wanted share, short of interpolation', () => {
    const data = signalData(0.5, 60, 200);
    const result = trainNetwork(network, startFor(network), data, LOSSES.squared, { stopAt: 0.1 });
    expect(result.reached).toBe(true);
    expect(result.relativeLoss).toBeLessThanOrEqual(0.1);
    expect(result.relativeLoss).toBeGreaterThan(1e-4);
    expect(result.curve.at(-2)!.relativeLoss).toBeGreaterThan(0.1);
  });

  test.each([5, 30])('trains the logistic loss until every margin is %d', (margin) => {
    const data = signalData(0.5, 60, 200);
    const result = trainNetwork(network, startFor(network), data, LOSSES.logistic, { margin });
    expect(result.reached).toBe(true);
    const margins = networkOutputs(network, result.weights, data).map((f, i) => f * data.labels[i]!);
    expect(Math.min(...margins)).toBeGreaterThanOrEqual(margin * (1 - 1e-12));
    expect(result.interpolationResidual).toBeGreaterThan(0);
    const start = networkOutputs(network, startFor(network), data);
    expect(Math.min(...start.map((f, i) => f * data.labels[i]!))).toBeLessThan(1);
  });
});

describe('mini-batch training', () => {
  const network = { width: 6, dimension: 60 };
  const data = signalData(0.5, 24, 60);
  const descend = (batchSize: number, factor?: number) => {
    const start = startFor(network);
    const stable = trainingStepSize(network, start, data, 'squared', batchSize);
    const stepSize = factor === undefined ? {} : { stepSize: factor * stable };
    return trainNetwork(network, start, data, LOSSES.squared, {
      method: { kind: 'mini-batch', batchSize, random: randomSource('batches'), ...stepSize },
    });
  };

  test.each([1, 4, 24])('interpolates with batches of %d of 24 at the step size of the curvature', (b) => {
    const result = descend(b);
    expect(result.reached).toBe(true);
    expect(largestGradient(network, data, result.weights)).toBeLessThan(1e-6);
  });

  test.each([1, 4, 24])('diverges with batches of %d at a hundred times that: a result without NaN', (b) => {
    const result = descend(b, 100);
    expect(result.reached).toBe(false);
    expect(result.reason).toBe('diverged');
    expect(result.relativeLoss).toBeGreaterThan(1e12);
    expect(result.weights.every((x) => Number.isFinite(x))).toBe(true);
    expect(result.smallestMargin).not.toBeNaN();
    expect(result.interpolationResidual).not.toBeNaN();
  });

  test('reports overflow as an infinite loss and keeps the last finite weights', () => {
    const result = descend(4, 1e250);
    expect(result.reason).toBe('diverged');
    expect(result.relativeLoss).toBe(Infinity);
    expect(result.weights).toEqual(startFor(network));
  });

  test('throws RangeError for batches larger than the data', () => {
    expect(() => descend(25)).toThrow(/batch size must be an integer in 1..24; got 25/);
  });
});

describe('training that cannot succeed is a result', () => {
  const network = { width: 1, dimension: 2 };

  test('dead: no filter is active on any patch; alive with the sign of one filter changed', () => {
    const data = plainData([[[1, 2]], [[2, 1]]], [1, -1]);
    const dead = trainNetwork(network, Float64Array.of(-1, -1, -1, -2), data, LOSSES.squared);
    expect(dead).toMatchObject({ reached: false, reason: 'dead', steps: 0, deadSamples: 2, relativeLoss: 1 });
    expect(dead.interpolationResidual).toBe(0);
    const alive = trainNetwork(network, Float64Array.of(1, 1, -1, -2), data, LOSSES.squared);
    expect(alive.reason).not.toBe('dead');
  });

  test('stationary: equal inputs with different labels; reached with equal labels', () => {
    const samples = [[[1, 2]], [[1, 2]]];
    const start = Float64Array.of(0.1, 0.2, 0.2, 0.1);
    const torn = trainNetwork(network, start, plainData(samples, [1, -1]), LOSSES.squared);
    expect(torn).toMatchObject({ reached: false, reason: 'stationary', deadSamples: 0 });
    expect(torn.interpolationResidual).toBeGreaterThan(0.5);
    expect(trainNetwork(network, start, plainData(samples, [1, 1]), LOSSES.squared).reached).toBe(true);
  });

  test('stationary: one sample that no filter sees, counted as dead; reached without it', () => {
    const samples = [[[1, 0]], [[0, 1]]];
    const start = Float64Array.of(1, -1, 1, -1);
    const half = trainNetwork(network, start, plainData(samples, [1, 1]), LOSSES.squared);
    expect(half).toMatchObject({ reached: false, reason: 'stationary', deadSamples: 1 });
    expect(Object.is(half.smallestMargin, 0)).toBe(true);
    const seen = plainData(samples.slice(0, 1), [1]);
    expect(trainNetwork(network, start, seen, LOSSES.squared)).toMatchObject({
      reached: true,
      deadSamples: 0,
    });
  });

  test('stalled: caught at a kink, where no gradient says so; a wider network gets past', () => {
    const data = signalData(1, 8, 3, 14);
    const narrow = { width: 1, dimension: 3 };
    const caught = trainNetwork(narrow, startFor(narrow), data, LOSSES.squared);
    expect(caught).toMatchObject({ reached: false, reason: 'stalled', deadSamples: 0 });
    expect(activationMargin(narrow, caught.weights, data)).toBeLessThan(1e-8);
    expect(caught.relativeLoss).toBeGreaterThan(0.1);
    const wide = { width: 10, dimension: 3 };
    const past = trainNetwork(wide, startFor(wide), data, LOSSES.squared);
    expect(past.reached).toBe(true);
    expect(activationMargin(wide, past.weights, data)).toBeGreaterThan(1e-8);
  });

  test('stalled is a loss that falls by less than a percent in 500, whatever it does in between', () => {
    const stallsAfter = (loss: (k: number) => number): number => {
      const stalled = stallDetector();
      for (let k = 0; k < 5000; k++) if (stalled(loss(k))) return k;
      return Infinity;
    };
    expect(stallsAfter(() => 1)).toBe(500);
    expect(stallsAfter((k) => Math.exp(-Math.min(k, 1200) / 100))).toBe(2000);
    expect(stallsAfter((k) => Math.exp((-0.011 * k) / 500))).toBe(Infinity);
    expect(stallsAfter((k) => Math.exp((-0.009 * k) / 500))).toBe(500);
    // The lowest loss counts, so that a search that is not monotone is not stalled by its last step.
    expect(stallsAfter((k) => Math.exp(-k / 1000) * (k % 500 === 0 ? 10 : 1))).toBe(Infinity);
  });

  test('steps: fewer than it takes', () => {
    const wide = { width: 4, dimension: 40 };
    const data = signalData(1, 16, 40);
    const result = trainNetwork(wide, startFor(wide), data, LOSSES.squared, { maxSteps: 5 });
    expect(result).toMatchObject({ reached: false, reason: 'steps', steps: 5 });
    expect(trainNetwork(wide, startFor(wide), data, LOSSES.squared).reached).toBe(true);
  });

  test('throws RangeError without samples and for a start whose loss is not finite', () => {
    const data = plainData([[[1, 2]]], [1]);
    const none = {
      ...data,
      sampleCount: 0,
      inputs: new Float64Array(0),
      labels: new Float64Array(0),
    };
    expect(() => trainNetwork(network, Float64Array.of(1, 1, 1, 1), none, LOSSES.squared)).toThrow(
      /at least one sample; got 0/,
    );
    const far = Float64Array.of(1e200, 1e200, 0, 0);
    expect(() => trainNetwork(network, far, data, LOSSES.squared)).toThrow(/finite loss; got Infinity/);
  });
});

describe('the course of training', () => {
  const network = { width: 4, dimension: 40 };
  const data = signalData(2, 16, 40);

  test('is reported step by step, and thinned in the curve from the first to the last step', () => {
    const seen: number[] = [];
    const training = trainingSteps(network, startFor(network), data, LOSSES.squared, {
      method: { kind: 'mini-batch', batchSize: 16, random: randomSource('unused') },
    });
    let point = training.next();
    for (; point.done !== true; point = training.next()) seen.push(point.value.steps);
    const { curve, steps, relativeLoss } = point.value;
    expect(seen).toEqual(Array.from({ length: steps + 1 }, (_, k) => k));
    expect(curve[0]).toEqual({ steps: 0, relativeLoss: 1 });
    expect(curve.at(-1)).toEqual({ steps, relativeLoss });
    expect(curve.length).toBeLessThan(200);
    expect(steps).toBeGreaterThan(1000);
    curve.slice(1).forEach((point, k) => expect(point.steps).toBeGreaterThan(curve[k]!.steps));
  });

  test('does not depend on what was trained before, and changes neither start nor data', () => {
    const start = startFor(network);
    const inputs = data.inputs.slice();
    const first = trainNetwork(network, start, data, LOSSES.squared);
    expect(start).toEqual(startFor(network));
    expect(data.inputs).toEqual(inputs);
    expect(trainNetwork(network, start, data, LOSSES.squared)).toEqual(first);
    expect(trainNetwork(network, startFor(network, 2), data, LOSSES.squared).weights).not.toEqual(
      first.weights,
    );
  });
});
