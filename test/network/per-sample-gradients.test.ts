import { describe, expect, test } from 'vitest';
import { networkOutputs } from '../../src/network/patch-network.js';
import { perSampleGradients } from '../../src/network/gradient-backend.js';
import { dot } from '../../src/linalg/vectors.js';
import { largestDifference } from '../closeness.js';
import { centralDifferences, networkSample } from '../sample-networks.js';

/** Sums of a few hundred products in float64, in another order. */
const ROUNDING = 1e-13;

/** f is piecewise linear: central differences only lose 1e-15 / 1e-5. */
const DIFFERENCES = 1e-9;

describe('perSampleGradients', () => {
  const { network, weights, data } = networkSample(
    { width: 3, dimension: 5, samples: 4, patches: 3 },
    'rows',
  );
  const gradients = perSampleGradients(network, weights, data);
  const row = (i: number) => gradients.slice(i * 30, (i + 1) * 30);

  test('are the central differences of the outputs, a row each, and no row is that of the next', () => {
    for (let i = 0; i < 4; i++) {
      const expected = centralDifferences((w) => networkOutputs(network, w, data)[i]!, weights);
      expect(largestDifference(row(i), expected)).toBeLessThan(DIFFERENCES);
      expect(largestDifference(row((i + 1) % 4), expected)).toBeGreaterThan(0.1);
    }
  });

  test('have <grad f_i, W> = f_i: f is homogeneous', () => {
    networkOutputs(network, weights, data).forEach((f, i) => {
      expect(Math.abs(dot(row(i), weights) - f)).toBeLessThan(ROUNDING);
      expect(Math.abs(dot(row(i), weights) - 2 * f)).toBeGreaterThan(ROUNDING);
    });
  });

  test('are 0 where every preactivation is 0', () => {
    expect(perSampleGradients(network, new Float64Array(30), data)).toEqual(new Float64Array(120));
  });
});
