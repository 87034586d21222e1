import { describe, expect, test } from 'vitest';
import {
  estimatedCurvature,
  estimatedProblem,
  type EstimatedProblem,
  sampleWeights,
} from '../../src/analysis/estimated-problem.js';
import { subsetProcess } from '../../src/analysis/subset-estimates.js';
import { randomSource } from '../../src/statistics/generator.js';
import { drawnSets } from '../../src/theory/draw-subset.js';
import { sampleFactors, type Sampling } from '../../src/theory/problem.js';
import { normalSet } from '../sample-problems.js';

const random = randomSource('subset process');
const ones = (n: number): number[] => Array.from({ length: n }, () => 1);
const sets = { retain: normalSet(random, ones(60), 3), forget: normalSet(random, ones(40), 3) };
const ETA = 0.3;

function problemOf(sampling: Sampling, batch = { retain: 5, forget: 4 }): EstimatedProblem {
  const { retain, forget } = drawnSets(sets, { size: 25, seed: 3 });
  return estimatedProblem({ retain, forget, alpha: 0.25, batch, sampling });
}

const processOf = (problem: EstimatedProblem) => subsetProcess(problem, estimatedCurvature(problem), ETA);

/** A x for a square matrix. */
function times(matrix: Float64Array, x: readonly number[]): number[] {
  const n = x.length;
  return x.map((_, a) => x.reduce((sum, value, b) => sum + matrix[a * n + b]! * value, 0));
}

/** Mean and covariance of delta after one step from `w`, by the formulas, as the process draws its batches. */
function moments(problem: EstimatedProblem, w: readonly number[]) {
  const mean = times(estimatedCurvature(problem), w).map((x, a) => w[a]! - ETA * x);
  const covariance = new Float64Array(w.length ** 2);
  for (const { set, weight, perSample, ofMean } of problem.groups) {
    const weights = sampleWeights(set);
    const total = weights.reduce((a, b) => a + b, 0);
    const gradients = Array.from({ length: set.samples.sampleCount }, (_, i) => {
      const [f] = sampleFactors(set.samples, i) as [number[]];
      const along = f.reduce((sum, x, a) => sum + x * w[a]!, 0);
      return f.map((x) => along * x);
    });
    const average = w.map((_, a) => gradients.reduce((s, g, i) => s + (weights[i]! / total) * g[a]!, 0));
    for (let a = 0; a < w.length; a++) {
      for (let b = 0; b < w.length; b++) {
        const second = gradients.reduce((s, g, i) => s + (weights[i]! / total) * g[a]! * g[b]!, 0);
        const noise = perSample * second - (ofMean > 0 ? perSample : 0) * average[a]! * average[b]!;
        covariance[a * w.length + b]! += (ETA * weight) ** 2 * noise;
      }
    }
  }
  return { mean, covariance };
}

describe('a step of the process of a subset', () => {
  const start = [1, -0.5, 0.8];
  const STEPS = 40_000;

  test.each(['bernoulli', 'with-replacement'] as const)(
    'has the mean I - eta D and the noise of all samples, %s batches',
    (sampling) => {
      const problem = problemOf(sampling);
      const process = processOf(problem);
      const stream = randomSource('steps', sampling);
      const { mean, covariance } = moments(problem, start);
      const sum = new Float64Array(3);
      const squares = new Float64Array(3);
      for (let k = 0; k < STEPS; k++) {
        const w = Float64Array.from(start);
        process.drawBatches(stream);
        process.applyStep(w);
        w.forEach((x, a) => {
          sum[a]! += x;
          squares[a]! += (x - mean[a]!) ** 2;
        });
      }
      for (let a = 0; a < 3; a++) {
        const variance = covariance[a * 4]!;
        // Five standard errors.
        expect(Math.abs(sum[a]! / STEPS - mean[a]!)).toBeLessThan(5 * Math.sqrt(variance / STEPS));
        expect(squares[a]! / STEPS / variance).toBeGreaterThan(0.93);
        expect(squares[a]! / STEPS / variance).toBeLessThan(1.07);
      }
    },
  );

  test('of full batches has no noise', () => {
    const problem = problemOf('without-replacement', { retain: 60, forget: 40 });
    const process = processOf(problem);
    const w = Float64Array.from(start);
    process.drawBatches(randomSource('full'));
    process.applyStep(w);
    moments(problem, start).mean.forEach((x, a) => expect(w[a]).toBeCloseTo(x, 12));
    expect(process.batchSizes()).toEqual({ retain: 0, forget: 0 });
  });

  test('draws as many samples as a batch has: a fixed number, or on average with bernoulli batches', () => {
    const fixed = processOf(problemOf('with-replacement'));
    fixed.drawBatches(randomSource('sizes'));
    expect(fixed.batchSizes()).toEqual({ retain: 5, forget: 4 });
    const process = processOf(problemOf('bernoulli'));
    const stream = randomSource('sizes', 'bernoulli');
    const sizes = Array.from({ length: 4000 }, () => {
      process.drawBatches(stream);
      return process.batchSizes().retain;
    });
    // k = 1/B - 1/n: 60/11 draws.
    const average = sizes.reduce((a, b) => a + b, 0) / sizes.length;
    expect(Math.abs(average - 60 / 11)).toBeLessThan(5 * Math.sqrt(60 / 11 / sizes.length));
  });
});
