import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { closedFormBackend } from '../../src/network/gradient-backend.js';
import { networkModel } from '../../src/network/network-model.js';
import { gradientGram } from '../../src/network/output-gradients.js';
import { LOSSES } from '../../src/network/losses.js';
import { multiplyTransposed } from '../../src/linalg/multiply-transposed.js';
import { meanLoss } from '../reference/mean-loss.js';
import { largestDifference } from '../closeness.js';
import { centralDifferences, networkSample, type NetworkSample } from '../sample-networks.js';

const samples: fc.Arbitrary<NetworkSample> = fc
  .record({
    width: fc.integer({ min: 1, max: 4 }),
    dimension: fc.integer({ min: 2, max: 8 }),
    samples: fc.integer({ min: 1, max: 6 }),
    patches: fc.integer({ min: 1, max: 3 }),
    seed: fc.nat(),
  })
  .map(({ seed, ...shape }) => networkSample(shape, seed));

/**
 * Central differences with h = 1e-5, relative to the largest derivative: rounding of some 1e-15 / h = 1e-10, and for
 * the logistic loss h^2 (grad f)^2 / 6, up to 1e-8 for the largest gradients (two digits); f is piecewise linear.
 */
const DIFFERENCES = 1e-7;

/** Sums of at most a few hundred products in float64, in another order. */
const ROUNDING = 1e-13;

function lossDifferences({ network, weights, data }: NetworkSample, loss: 'squared' | 'logistic') {
  const model = networkModel(network, data, LOSSES[loss]);
  return centralDifferences((w) => meanLoss(model, w), weights);
}

describe('the closed form', () => {
  test.each(['squared', 'logistic'] as const)('is the gradient of the mean %s loss', (loss) => {
    fc.assert(
      fc.property(samples, (sample) => {
        const { network, weights, data } = sample;
        const gradient = closedFormBackend.lossGradient(network, weights, data, loss);
        expect(largestDifference(gradient, lossDifferences(sample, loss))).toBeLessThan(DIFFERENCES);
      }),
      { numRuns: 50 },
    );
  });

  test('has the gradients of the outputs, sample by sample', () => {
    fc.assert(
      fc.property(samples, ({ network, weights, data }) => {
        const gradients = closedFormBackend.outputGradients(network, weights, data);
        const p = weights.length;
        for (let i = 0; i < data.sampleCount; i++) {
          const f = (w: Float64Array) => closedFormBackend.outputs(network, w, data)[i]!;
          const expected = centralDifferences(f, weights);
          const actual = gradients.subarray(i * p, (i + 1) * p);
          expect(largestDifference(actual, expected)).toBeLessThan(DIFFERENCES);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('has gradientGram as the Gram matrix of its output gradients', () => {
    fc.assert(
      fc.property(samples, ({ network, weights, data }) => {
        const n = data.sampleCount;
        const gradients = closedFormBackend.outputGradients(network, weights, data);
        const expected = multiplyTransposed(gradients, n, gradients, n, weights.length);
        const gram = gradientGram(network, weights, data);
        expect(largestDifference(gram, expected)).toBeLessThan(ROUNDING);
        // 1/m instead of 1/m^2.
        const wrong = gram.map((g) => g * network.width);
        if (network.width > 1 && expected.some((g) => g !== 0)) {
          expect(largestDifference(wrong, expected)).toBeGreaterThan(0.5);
        }
      }),
    );
  });
});

describe('the comparison with central differences rejects', () => {
  const sample = networkSample({ width: 3, dimension: 5, samples: 6, patches: 2 }, 'rejected');
  const { network, weights, data } = sample;
  const right = closedFormBackend.lossGradient(network, weights, data, 'squared');
  const expected = lossDifferences(sample, 'squared');

  test.each<[string, Float64Array]>([
    ['the sign of one filter', right.map((x, k) => (Math.floor(k / 5) === 4 ? -x : x))],
    ['no factor 1/m', right.map((x) => x * 3)],
    ['a sum instead of the mean', right.map((x) => x * 6)],
    ['the other loss', closedFormBackend.lossGradient(network, weights, data, 'logistic')],
    ['one filter of the gradient missing', right.map((x, k) => (k < 5 ? 0 : x))],
    ['a relative error of 1e-5', right.map((x) => x * (1 + 1e-5))],
  ])('%s', (_, wrong) => {
    expect(largestDifference(right, expected)).toBeLessThan(DIFFERENCES);
    expect(largestDifference(wrong, expected)).toBeGreaterThan(DIFFERENCES);
  });
});
