import { describe, expect, test } from 'vitest';
import { norm } from '../../src/linalg/vectors.js';
import { outputGradients } from '../../src/network/output-gradients.js';
import {
  activationMargin,
  filterCount,
  flipLabels,
  flippedActivations,
  initialWeights,
  networkOutputs,
  outputsOf,
  outputWeight,
  parameterCount,
  type PatchData,
  preactivations,
  samplesNearKink,
  selectSamples,
} from '../../src/network/patch-network.js';
import { randomSource } from '../../src/statistics/generator.js';
import { largestDifference, relativeDifference } from '../closeness.js';
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

const labelled = networkSample({ width: 1, dimension: 2, samples: 20, patches: 1 }, 'labels');

/** The samples whose labels differ. */
function changed(labels: Float64Array): number[] {
  return Array.from(labels.keys()).filter((i) => labels[i] === -labelled.data.labels[i]!);
}

describe('flipLabels', () => {
  test.each([
    [0, 0],
    [0.1, 2],
    [0.33, 7],
    [1, 20],
  ])('flips a share of %d: %d of 20 labels, and says which', (share, count) => {
    const noisy = flipLabels(labelled.data, share, randomSource('flip'));
    expect(noisy.flipped).toHaveLength(count);
    expect(changed(noisy.data.labels)).toEqual(noisy.flipped);
    expect(changed(labelled.data.labels)).toEqual([]);
    expect(noisy.data.inputs).toBe(labelled.data.inputs);
  });

  test('flips other samples with another source', () => {
    const { flipped } = flipLabels(labelled.data, 0.3, randomSource('flip'));
    expect(flipLabels(labelled.data, 0.3, randomSource('flip')).flipped).toEqual(flipped);
    expect(flipLabels(labelled.data, 0.3, randomSource('another')).flipped).not.toEqual(flipped);
  });

  test.each([-0.1, 1.1, NaN])('throws RangeError for a share of %d', (share) => {
    expect(() => flipLabels(labelled.data, share, randomSource('flip'))).toThrow(/must be in \[0, 1\]; got/);
  });
});

const { network, weights, data } = networkSample(
  { width: 3, dimension: 5, samples: 4, patches: 2 },
  'activation margin',
);
const activeAt = outputGradients(network, data);
const before = activeAt(weights).active;
const margin = activationMargin(network, weights, data);

/** Flips after a displacement of the given length. */
function flips(direction: Float64Array, length: number): number {
  const step = length / norm(direction);
  return flippedActivations(before, activeAt(weights.map((w, a) => w + step * direction[a]!)).active);
}

describe('activationMargin', () => {
  test('is the distance to the nearest flip: none before, one beyond, straight towards it', () => {
    // The filter and patch that are nearest, by hand.
    let nearest = { distance: Infinity, direction: new Float64Array(0) };
    for (let r = 0; r < 6; r++) {
      for (let row = 0; row < 8; row++) {
        const patch = data.inputs.subarray(row * 5, row * 5 + 5);
        const z = patch.reduce((sum, x, a) => sum + x * weights[r * 5 + a]!, 0);
        const distance = Math.abs(z) / norm(patch);
        if (distance >= nearest.distance) continue;
        const direction = new Float64Array(weights.length);
        patch.forEach((x, a) => (direction[r * 5 + a] = z > 0 ? -x : x));
        nearest = { distance, direction };
      }
    }
    expect(relativeDifference(margin, nearest.distance)).toBeLessThan(1e-12);
    expect(flips(nearest.direction, margin * (1 - 1e-9))).toBe(0);
    expect(flips(nearest.direction, margin * (1 + 1e-9))).toBe(1);
  });

  test('is a distance within which nothing flips in any direction, which twenty times as much is not', () => {
    const random = randomSource('directions');
    const directions = Array.from({ length: 200 }, () => weights.map(() => random.normal()));
    expect(directions.every((direction) => flips(direction, margin * (1 - 1e-9)) === 0)).toBe(true);
    expect(directions.every((direction) => flips(direction, 20 * margin) === 0)).toBe(false);
  });

  test('leaves out patches of length 0, and is 0 at a kink', () => {
    const blank = { ...data, inputs: data.inputs.map((x, k) => (k < 5 ? 0 : x)) };
    const others = { ...data, sampleCount: 7, patches: 1, inputs: data.inputs.slice(5) };
    expect(activationMargin(network, weights, blank)).toBe(activationMargin(network, weights, others));
    const nothing = { ...data, inputs: new Float64Array(40) };
    expect(activationMargin(network, weights, nothing)).toBe(Infinity);
    const atKink = weights.map((w, a) => (a < 5 ? 0 : w));
    expect(activationMargin(network, atKink, data)).toBe(0);
  });
});

describe('samplesNearKink', () => {
  /** The first filter moved so that its preactivation on the first patch of sample 2 is this share of |w| |x|. */
  function withPreactivation(share: number): Float64Array {
    const patch = data.inputs.subarray(20, 25);
    const moved = weights.slice();
    const filter = moved.subarray(0, 5);
    const inner = patch.reduce((sum, x, a) => sum + x * filter[a]!, 0);
    patch.forEach((x, a) => (filter[a]! -= (inner / norm(patch) ** 2) * x));
    const length = norm(filter);
    patch.forEach((x, a) => (filter[a]! += (share * length * x) / norm(patch)));
    return moved;
  }

  test('are the samples with a preactivation below 1e-5 of |w| |x|, on either side', () => {
    expect(samplesNearKink(network, weights, data)).toEqual([]);
    for (const side of [1, -1]) {
      expect(samplesNearKink(network, withPreactivation(side * 0.9e-5), data)).toEqual([2]);
      expect(samplesNearKink(network, withPreactivation(side * 1.1e-5), data)).toEqual([]);
    }
  });

  test('are not those that a filter or a patch of length 0 cannot tell', () => {
    const withoutFilter = weights.map((w, a) => (a < 5 ? 0 : w));
    expect(samplesNearKink(network, withoutFilter, data)).toEqual([]);
  });
});
