import { pseudoInverse } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { leaveOneOutInfluence, memorisationScores, noiseShares } from '../../src/network/forget-set.js';
import { dot } from '../../src/linalg/vectors.js';
import {
  flipLabels,
  initialWeights,
  type PatchData,
  type PatchNetwork,
  selectSamples,
} from '../../src/network/patch-network.js';
import { LOSSES } from '../../src/network/losses.js';
import { outputGradients } from '../../src/network/output-gradients.js';
import { trainNetwork } from '../../src/network/training.js';
import { randomSource } from '../../src/statistics/generator.js';
import { largestDifference } from '../closeness.js';
import { denseMatrix, entriesOf } from '../sample-problems.js';
import { networkSample } from '../sample-networks.js';
import { sampleData, SIZE, trainedSample } from './trained-sample.js';

/** Products and inverses of Gram matrices of a condition below 1e4, with a ridge of 1e-11 of the largest eigenvalue. */
const INVERSE = 1e-6;

/** |grad f_i|^2 of one sample from its gradient itself. */
function squaredGradient(network: PatchNetwork, weights: Float64Array, sample: PatchData): number {
  const gradient = outputGradients(network, sample)(weights).combination(Float64Array.of(1));
  return dot(gradient, gradient);
}

/** The same data with one of its two patches set to zero, where no filter is active. */
function withoutPatch(data: PatchData, patch: number): PatchData {
  const d = data.dimension;
  return { ...data, inputs: data.inputs.map((x, k) => (Math.floor(k / d) % 2 === patch ? 0 : x)) };
}

describe('noiseShares', () => {
  test.each([0, 0.3, 1, 4])('are the shares of the squared gradients at SNR %d', (signalToNoise) => {
    const { network, weights, data } = trainedSample(signalToNoise, 2);
    const expected = Float64Array.from({ length: SIZE.samples }, (_, i) => {
      const sample = selectSamples(data, [i]);
      const whole = squaredGradient(network, weights, sample);
      return squaredGradient(network, weights, withoutPatch(sample, 0)) / whole;
    });
    expect(largestDifference(noiseShares(network, weights, data), expected)).toBeLessThan(1e-12);
    const signalShares = expected.map((share) => 1 - share);
    expect(largestDifference(noiseShares(network, weights, data), signalShares)).toBeGreaterThan(0.1);
    expect(memorisationScores(network, weights, data)).toEqual(noiseShares(network, weights, data));
  });

  test('are 1 without a signal, fall with SNR, and are 0 for a sample that no filter sees', () => {
    const mean = (signalToNoise: number): number => {
      const { network, weights, data } = trainedSample(signalToNoise, 2);
      const shares = noiseShares(network, weights, data);
      return shares.reduce((a, b) => a + b, 0) / shares.length;
    };
    expect(mean(0)).toBe(1);
    expect(mean(4)).toBeLessThan(0.3);
    expect(mean(1)).toBeGreaterThan(mean(4));
    const data = sampleData(1, 1);
    const network = { width: 2, dimension: SIZE.dimension };
    expect(noiseShares(network, new Float64Array(4 * SIZE.dimension), data).every((x) => x === 0)).toBe(true);
  });
});

describe('leaveOneOutInfluence', () => {
  const { network, weights, data } = networkSample(
    { width: 4, dimension: 9, samples: 7, patches: 1 },
    'leave one out',
  );

  /** y_i (f_i - f_{-i}(x_i)) with the other samples fitted by the pseudoinverse. */
  function refitted(outOf: PatchData): Float64Array {
    const n = outOf.sampleCount;
    const { outputs, combination } = outputGradients(network, outOf)(weights);
    const gradient = (i: number) =>
      combination(Float64Array.from({ length: n }, (_, k) => (k === i ? 1 : 0)));
    return Float64Array.from({ length: n }, (_, i) => {
      const others = Array.from({ length: n }, (_, k) => k).filter((k) => k !== i);
      const rows = Float64Array.from(others.flatMap((k) => Array.from(gradient(k))));
      const targets = Float64Array.from(others, (k) => outputs[k]!);
      const inverse = pseudoInverse(denseMatrix(rows, n - 1, weights.length), 1e-9);
      const solution = entriesOf(inverse.mmul(denseMatrix(targets, n - 1, 1)));
      return outOf.labels[i]! * (outputs[i]! - dot(solution, gradient(i)));
    });
  }

  test('is the change of output when a sample is left out and the others are fitted again', () => {
    const scores = leaveOneOutInfluence(network, weights, data);
    expect(largestDifference(scores, refitted(data))).toBeLessThan(INVERSE);
    expect(memorisationScores(network, weights, data)).toEqual(scores);
    // Another sample's score, or the training residual in its place.
    expect(largestDifference(scores.slice().reverse(), refitted(data))).toBeGreaterThan(0.1);
  });

  test('is 0 for a sample that occurs twice, and the same as before for the others', () => {
    const scores = leaveOneOutInfluence(network, weights, selectSamples(data, [0, 1, 2, 3, 4, 5, 6, 3]));
    const before = leaveOneOutInfluence(network, weights, data);
    expect(Math.abs(scores[3]!)).toBeLessThan(INVERSE);
    expect(Math.abs(scores[7]!)).toBeLessThan(INVERSE);
    expect(Math.abs(before[3]!)).toBeGreaterThan(0.01);
    for (const i of [0, 1, 2, 4, 5, 6]) expect(Math.abs(scores[i]! - before[i]!)).toBeLessThan(INVERSE);
  });

  test('of two equal samples is twice the share by which eigenvalues are raised, 1e-11, of the margin', () => {
    // G = g (1 1; 1 1) with eigenvalues 2g and 0: raised by e = 2g s, the score is y f e / (g + e) = y f 2s.
    const twice = selectSamples(data, [2, 2]);
    const { outputs } = outputGradients(network, twice)(weights);
    const scores = leaveOneOutInfluence(network, weights, twice);
    scores.forEach((score, i) => expect(score / (2e-11 * twice.labels[i]! * outputs[i]!)).toBeCloseTo(1, 3));
    const alone = selectSamples(data, [2]);
    expect(leaveOneOutInfluence(network, weights, alone)[0]).toBeCloseTo(twice.labels[0]! * outputs[0]!, 12);
  });

  test('is 0 without any active filter', () => {
    const scores = leaveOneOutInfluence(network, new Float64Array(weights.length), data);
    expect(scores.every((x) => x === 0)).toBe(true);
  });

  test('is highest for samples with a flipped label, where the others have a common signal', () => {
    const drawn = sampleData(0.5, 3, 30);
    // One patch: signal and noise added up.
    const d = drawn.dimension;
    const inputs = Float64Array.from({ length: 30 * d }, (_, k) => {
      const from = Math.floor(k / d) * 2 * d + (k % d);
      return drawn.inputs[from]! + drawn.inputs[from + d]!;
    });
    const single: PatchData = { ...drawn, patches: 1, inputs };
    const noisy = flipLabels(single, 0.1, randomSource('flipped'));
    const wide = { width: 20, dimension: d };
    const start = initialWeights(wide, 0.1, randomSource('flipped start'));
    const trained = trainNetwork(wide, start, noisy.data, LOSSES.squared);
    expect(trained.reached).toBe(true);
    const scores = memorisationScores(wide, trained.weights, noisy.data);
    const order = Array.from(scores.keys()).sort((i, k) => scores[k]! - scores[i]!);
    expect(new Set(order.slice(0, 3))).toEqual(new Set(noisy.flipped));
    expect(new Set(order.slice(-3))).not.toEqual(new Set(noisy.flipped));
  });
});
