import { describe, expect, test } from 'vitest';
import { largestEigenvalue } from '../../src/linalg/symmetric-eigen.js';
import { gradientGram } from '../../src/network/output-gradients.js';
import { selectSamples } from '../../src/network/patch-data.js';
import { trainingStepSize } from '../../src/network/training-method.js';
import { relativeDifference } from '../closeness.js';
import { networkSample } from '../sample-networks.js';

/** lambda_1 of the step size is iterated to a residual of 1e-3 of it; its error is about the square of that. */
const ITERATION = 1e-5;

const { network, weights, data } = networkSample(
  { width: 3, dimension: 7, samples: 6, patches: 2 },
  'step size',
);
const gram = gradientGram(network, weights, data);
const meanCurvature = largestEigenvalue(gram, 6) / 6;
const sampleCurvature = Math.max(...Array.from({ length: 6 }, (_, i) => gram[i * 7]!));
const curvatureOf = (batchSize: number): number =>
  1 / trainingStepSize(network, weights, data, 'squared', batchSize);

describe('trainingStepSize', () => {
  test('is one over the mean curvature for the full batch, over the largest of a sample for one', () => {
    expect(relativeDifference(curvatureOf(6), meanCurvature)).toBeLessThan(ITERATION);
    expect(relativeDifference(curvatureOf(1), sampleCurvature)).toBeLessThan(ITERATION);
    expect(relativeDifference(meanCurvature, sampleCurvature)).toBeGreaterThan(0.05);
  });

  test('rises with the batch size, as 1/B between the two', () => {
    for (const b of [2, 3, 5]) {
      // L is linear in 1/B.
      const share = (1 / b - 1 / 6) / (1 - 1 / 6);
      const between = share * sampleCurvature + (1 - share) * meanCurvature;
      expect(relativeDifference(curvatureOf(b), between)).toBeLessThan(ITERATION);
      expect(relativeDifference(curvatureOf(b), curvatureOf(b - 1))).toBeGreaterThan(ITERATION);
    }
  });

  test('is four times as large for the logistic loss, whose second derivative is at most 1/4', () => {
    const logistic = trainingStepSize(network, weights, data, 'logistic', 6);
    expect(relativeDifference(logistic, 4 / curvatureOf(6))).toBeLessThan(1e-12);
  });

  test('is that of the one sample, and Infinity where no filter is active', () => {
    const one = selectSamples(data, [2]);
    const step = trainingStepSize(network, weights, one, 'squared', 1);
    expect(relativeDifference(step, 1 / gram[2 * 7]!)).toBeLessThan(1e-12);
    expect(trainingStepSize(network, new Float64Array(weights.length), data, 'squared', 6)).toBe(Infinity);
  });
});
