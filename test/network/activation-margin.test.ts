import { describe, expect, test } from 'vitest';
import {
  activationMargin,
  flippedActivations,
  samplesNearKink,
} from '../../src/network/activation-margin.js';
import { norm } from '../../src/linalg/vectors.js';
import { outputGradients } from '../../src/network/output-gradients.js';
import { randomSource } from '../../src/random/generator.js';
import { relativeDifference } from '../closeness.js';
import { networkSample } from '../sample-networks.js';

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
