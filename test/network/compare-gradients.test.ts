import { describe, expect, test } from 'vitest';
import {
  closedFormBackend,
  compareGradients,
  type GradientBackend,
} from '../../src/network/gradient-backend.js';
import { trainedSample } from './trained-sample.js';

const trained = trainedSample(1, 1);
const n = trained.data.sampleCount;

/** The closed form with one number of one gradient off by a share of the largest. */
function offBy(share: number): GradientBackend {
  return {
    ...closedFormBackend,
    outputGradients(...args) {
      const gradients = closedFormBackend.outputGradients(...args);
      gradients[5]! += share * Math.max(...gradients);
      return gradients;
    },
  };
}

describe('the comparison of gradients', () => {
  test('finds no difference between equal ones, on every sample', () => {
    expect(compareGradients(trained, closedFormBackend)).toEqual({
      backend: closedFormBackend.version,
      compared: n,
      leftOut: 0,
      largestDifference: 0,
    });
  });

  test('finds a single wrong number', () => {
    const { largestDifference } = compareGradients(trained, offBy(0.1));
    expect(largestDifference).toBeGreaterThan(1e-3);
    expect(compareGradients(trained, offBy(1e-6)).largestDifference).toBeLessThan(1e-6);
  });

  test('leaves out samples at a kink, where float32 may see another activation', () => {
    const { network, data } = trained;
    // The first filter orthogonal to the noise patch of the first sample, up to rounding.
    const weights = trained.weights.slice();
    const d = network.dimension;
    const patch = data.inputs.subarray(d, 2 * d);
    let [inner, square] = [0, 0];
    patch.forEach((x, a) => {
      inner += x * weights[a]!;
      square += x * x;
    });
    patch.forEach((x, a) => (weights[a]! -= (inner / square) * x));
    const { compared, leftOut } = compareGradients({ ...trained, weights }, closedFormBackend);
    expect({ compared, leftOut }).toEqual({ compared: n - 1, leftOut: 1 });
  });
});
