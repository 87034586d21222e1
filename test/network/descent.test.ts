import { describe, expect, test } from 'vitest';
import { largestEigenvalue } from '../../src/linalg/symmetric-eigen.js';
import { dot } from '../../src/linalg/vectors.js';
import { trainingObjective, trainingStepSize } from '../../src/network/descent.js';
import { LOSSES } from '../../src/network/losses.js';
import { networkModel } from '../../src/network/network-model.js';
import { gradientGram, outputGradients, squaredGradientNorms } from '../../src/network/output-gradients.js';
import { networkOutputs, selectSamples } from '../../src/network/patch-network.js';
import { randomSource } from '../../src/statistics/generator.js';
import { largestDifference, relativeDifference } from '../closeness.js';
import { meanLoss } from '../reference/mean-loss.js';
import { networkSample } from '../sample-networks.js';

/** Sums of at most a hundred products in float64, in another order. */
const ROUNDING = 1e-12;

const { network, weights, data } = networkSample(
  { width: 3, dimension: 7, samples: 6, patches: 3 },
  'objective',
);

describe.each(Object.values(LOSSES))('the objective of the $name loss', (loss) => {
  const model = networkModel(network, data, loss);
  const at = trainingObjective(network, data, loss)(weights);

  test('is the mean loss of the per-sample model, with its gradient', () => {
    expect(relativeDifference(at.loss, meanLoss(model, weights))).toBeLessThan(ROUNDING);
    const mean = new Float64Array(weights.length);
    const sum = new Float64Array(weights.length);
    for (let i = 0; i < 6; i++) model.addGradient(weights, i, 1 / 6, mean);
    for (let i = 0; i < 6; i++) model.addGradient(weights, i, 1, sum);
    expect(largestDifference(at.gradient(), mean)).toBeLessThan(ROUNDING);
    // The sum in place of the mean, and the gradient at other weights.
    expect(largestDifference(at.gradient(), sum)).toBeGreaterThan(0.1);
    const elsewhere = trainingObjective(network, data, loss)(weights.map((w) => -w));
    expect(largestDifference(elsewhere.gradient(), mean)).toBeGreaterThan(0.1);
  });
});

describe('outputGradients', () => {
  const at = outputGradients(network, data)(weights);
  const random = randomSource('displacement');
  const displacement = weights.map(() => random.normal());

  test('has outputs <grad f_i, W>, since f is homogeneous', () => {
    expect(largestDifference(at.outputs, networkOutputs(network, weights, data))).toBeLessThan(ROUNDING);
    expect(largestDifference(at.along(weights), at.outputs)).toBeLessThan(ROUNDING);
    expect(largestDifference(at.along(displacement), at.outputs)).toBeGreaterThan(0.1);
  });

  test('is exact for displacements that flip no activation, and not for those that do', () => {
    const predicted = (length: number): Float64Array => {
      const change = at.along(displacement.map((x) => length * x));
      return at.outputs.map((f, i) => f + change[i]!);
    };
    const real = (length: number): Float64Array =>
      networkOutputs(
        network,
        weights.map((w, a) => w + length * displacement[a]!),
        data,
      );
    expect(largestDifference(predicted(1e-5), real(1e-5))).toBeLessThan(ROUNDING);
    expect(largestDifference(predicted(1), real(1))).toBeGreaterThan(0.1);
  });

  test('has combination as the transpose of along', () => {
    const coefficients = Float64Array.from({ length: 6 }, () => random.normal());
    const combined = at.combination(coefficients);
    const across = dot(at.along(displacement), coefficients);
    expect(relativeDifference(dot(combined, displacement), across)).toBeLessThan(ROUNDING);
    const reversed = at.combination(coefficients.slice().reverse());
    expect(relativeDifference(dot(reversed, displacement), across)).toBeGreaterThan(1e-3);
  });
});

describe('squaredGradientNorms', () => {
  const { active } = outputGradients(network, data)(weights);

  test('is the diagonal of the Gram matrix of the output gradients', () => {
    const gram = gradientGram(network, weights, data);
    const diagonal = Float64Array.from({ length: 6 }, (_, i) => gram[i * 7]!);
    expect(largestDifference(squaredGradientNorms(network, active, data), diagonal)).toBeLessThan(ROUNDING);
  });

  test('leaves out the other patches: the parts of orthogonal patches add up', () => {
    const inputs = data.inputs.map((x, k) => {
      const [patch, axis] = [Math.floor(k / 7) % 3, k % 7];
      return axis % 3 === patch ? x : 0;
    });
    const orthogonal = { ...data, inputs };
    const gradients = outputGradients(network, orthogonal)(weights);
    const part = (first: number, end: number): Float64Array =>
      squaredGradientNorms(network, gradients.active, orthogonal, { first, end });
    const whole = part(0, 3);
    const rest = part(1, 3);
    const sum = part(0, 1).map((square, i) => square + rest[i]!);
    expect(largestDifference(sum, whole)).toBeLessThan(ROUNDING);
    expect(largestDifference(rest, whole)).toBeGreaterThan(1e-3);
  });
});

/** lambda_1 of the step size is iterated to a residual of 1e-3 of it; its error is about the square of that. */
const ITERATION = 1e-5;

const stepped = networkSample({ width: 3, dimension: 7, samples: 6, patches: 2 }, 'step size');
const gram = gradientGram(stepped.network, stepped.weights, stepped.data);
const meanCurvature = largestEigenvalue(gram, 6) / 6;
const sampleCurvature = Math.max(...Array.from({ length: 6 }, (_, i) => gram[i * 7]!));
const curvatureOf = (batchSize: number): number =>
  1 / trainingStepSize(stepped.network, stepped.weights, stepped.data, 'squared', batchSize);

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
    const logistic = trainingStepSize(stepped.network, stepped.weights, stepped.data, 'logistic', 6);
    expect(relativeDifference(logistic, 4 / curvatureOf(6))).toBeLessThan(1e-12);
  });

  test('is that of the one sample, and Infinity where no filter is active', () => {
    const one = selectSamples(stepped.data, [2]);
    const step = trainingStepSize(stepped.network, stepped.weights, one, 'squared', 1);
    expect(relativeDifference(step, 1 / gram[2 * 7]!)).toBeLessThan(1e-12);
    expect(
      trainingStepSize(stepped.network, new Float64Array(stepped.weights.length), stepped.data, 'squared', 6),
    ).toBe(Infinity);
  });
});
