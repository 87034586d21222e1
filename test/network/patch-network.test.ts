import { describe, expect, test } from 'vitest';
import {
  filterCount,
  initialWeights,
  networkOutputs,
  outputsOf,
  outputWeight,
  parameterCount,
  preactivations,
} from '../../src/network/patch-network.js';
import { selectSamples, type PatchData } from '../../src/network/patch-data.js';
import { randomSource } from '../../src/random/generator.js';
import { largestDifference } from '../closeness.js';
import { networkSample } from '../sample-networks.js';

/** Sums of a few hundred products in float64, in another order. */
const ROUNDING = 1e-13;

/** Two filters of each sign on two patches of length 2, by hand: one sample after the other. */
const NETWORK = { width: 2, dimension: 2 };
const WEIGHTS = Float64Array.of(1, 0, /**/ 0, 1, /**/ 1, 1, /**/ -1, 0);
const DATA: PatchData = {
  sampleCount: 2,
  patches: 2,
  dimension: 2,
  inputs: Float64Array.of(3, 4, /**/ -1, 2, /**/ 0, -5, /**/ 1, 1),
  labels: Float64Array.of(1, -1),
};

describe('the patch network', () => {
  test('has 2m filters, 2md parameters and output weights of +-1/m', () => {
    const network = { width: 3, dimension: 7 };
    expect(filterCount(network)).toBe(6);
    expect(parameterCount(network)).toBe(42);
    expect([0, 2, 3, 5].map((r) => outputWeight(network, r))).toEqual([1 / 3, 1 / 3, -1 / 3, -1 / 3]);
  });

  test('has preactivations <w_r, x_p>, patches by filters', () => {
    expect(Array.from(preactivations(NETWORK, WEIGHTS, DATA))).toEqual([
      ...[3, 4, 7, -3],
      ...[-1, 2, 1, 1],
      ...[0, -5, -5, 0],
      ...[1, 1, 2, -1],
    ]);
  });

  test('has the outputs computed by hand, F_+ minus F_-', () => {
    // ((3 + 4 + 2) - (7 + 1 + 1)) / 2 and ((1 + 1) - 2) / 2; without the ReLU they would be -0.5 and 1.5.
    expect(Array.from(networkOutputs(NETWORK, WEIGHTS, DATA))).toEqual([0, 0]);
    const heavier = WEIGHTS.with(0, 3);
    // <(3, 0), (3, 4)> = 9, <(3, 0), (1, 1)> = 3.
    expect(Array.from(networkOutputs(NETWORK, heavier, DATA))).toEqual([3, 1]);
    const preactivation = preactivations(NETWORK, heavier, DATA);
    expect(Array.from(outputsOf(NETWORK, preactivation, DATA))).toEqual([3, 1]);
  });

  test('is positively homogeneous, and not odd', () => {
    const { network, weights, data } = networkSample(
      { width: 4, dimension: 6, samples: 9, patches: 3 },
      'odd',
    );
    const outputs = networkOutputs(network, weights, data);
    const doubled = networkOutputs(
      network,
      weights.map((w) => 2 * w),
      data,
    );
    expect(doubled).toEqual(outputs.map((f) => 2 * f));
    const opposite = networkOutputs(
      network,
      weights.map((w) => -w),
      data,
    );
    expect(
      largestDifference(
        opposite,
        outputs.map((f) => -f),
      ),
    ).toBeGreaterThan(0.1);
  });

  test('changes its sign if the filters of both signs change places', () => {
    const { network, weights, data } = networkSample(
      { width: 4, dimension: 6, samples: 9, patches: 3 },
      'swap',
    );
    const swapped = Float64Array.of(...weights.subarray(24), ...weights.subarray(0, 24));
    const outputs = networkOutputs(network, weights, data);
    expect(
      largestDifference(
        networkOutputs(network, swapped, data),
        outputs.map((f) => -f),
      ),
    ).toBeLessThan(ROUNDING);
    expect(largestDifference(networkOutputs(network, swapped, data), outputs)).toBeGreaterThan(0.1);
  });

  test('starts from normal weights of the given standard deviation, by seed', () => {
    const network = { width: 50, dimension: 100 };
    const weights = initialWeights(network, 0.01, randomSource('initial'));
    expect(weights).toHaveLength(10_000);
    const mean = weights.reduce((sum, w) => sum + w, 0) / 10_000;
    const variance = weights.reduce((sum, w) => sum + w * w, 0) / 10_000;
    // Six standard errors: of the mean 0.01 / 100, of the variance 1e-4 sqrt(2) / 100.
    expect(Math.abs(mean)).toBeLessThan(6e-4);
    expect(Math.abs(variance - 1e-4)).toBeLessThan(6 * 1.5e-6);
    expect(initialWeights(network, 0.01, randomSource('initial'))).toEqual(weights);
    expect(initialWeights(network, 0.01, randomSource('another'))).not.toEqual(weights);
  });
});

describe('selectSamples', () => {
  test('gives the samples with the given numbers in that order, with their outputs', () => {
    const { network, weights, data } = networkSample(
      { width: 2, dimension: 5, samples: 6, patches: 2 },
      'select',
    );
    const chosen = selectSamples(data, [4, 0, 4]);
    expect(chosen.sampleCount).toBe(3);
    expect(Array.from(chosen.labels)).toEqual([4, 0, 4].map((i) => data.labels[i]));
    const outputs = networkOutputs(network, weights, data);
    expect(Array.from(networkOutputs(network, weights, chosen))).toEqual([4, 0, 4].map((i) => outputs[i]));
    expect(Array.from(networkOutputs(network, weights, chosen))).not.toEqual(
      [0, 4, 4].map((i) => outputs[i]),
    );
  });
});
