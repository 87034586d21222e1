import { describe, expect, test } from 'vitest';
import {
  estimatedMean,
  halfIndices,
  halfOf,
  hasExactMean,
  isWhole,
  randomCount,
  sampleWeights,
} from '../../src/analysis/estimated-problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { type DrawnSet, pickedSamples } from '../../src/theory/draw-subset.js';
import { meanHessian } from '../../src/theory/mean-curvature.js';
import { normalSet } from '../sample-problems.js';

const N = 6;
const all = normalSet(randomSource('drawn set'), [1, 2, 1, 2, 1, 1], 3);

/** Some samples of the set, the first of them for certain, the others with equal probabilities. */
function drawnSet(picked: readonly number[], certain: number): DrawnSet {
  const probability = (picked.length - certain) / (N - certain);
  return {
    of: N,
    samples: pickedSamples(all, picked),
    certain,
    inclusion: Float64Array.from(picked, (_, i) => (i < certain ? 1 : probability)),
    largestCurvature: 1,
    mean: null,
  };
}

/** All ordered-by-position subsets of so many of the samples that are not in for certain. */
function choices(from: number, count: number): number[][] {
  if (count === 0) return [[]];
  return Array.from({ length: N - from }, (_, k) => from + k).flatMap((first) =>
    choices(first + 1, count - 1).map((rest) => [first, ...rest]),
  );
}

describe('the estimated mean curvature', () => {
  test.each([0, 2])('averages over all subsets to the mean of all samples, %i in for certain', (certain) => {
    const head = Array.from({ length: certain }, (_, i) => i);
    const subsets = choices(certain, 3).map((rest) => drawnSet([...head, ...rest], certain));
    const sum = new Float64Array(9);
    for (const set of subsets) estimatedMean(set).forEach((x, k) => (sum[k]! += x / subsets.length));
    meanHessian(all).forEach((x, k) => expect(sum[k]).toBeCloseTo(x, 12));
  });

  test('is that of all samples where it is known, whatever was drawn', () => {
    const mean = meanHessian(all);
    const set = { ...drawnSet([0, 3], 0), mean };
    expect(estimatedMean(set)).toBe(mean);
    expect([hasExactMean(set), isWhole(set)]).toEqual([true, false]);
    expect(hasExactMean(drawnSet([0, 3], 0))).toBe(false);
    expect(hasExactMean(drawnSet([0, 1, 2, 3, 4, 5], 6))).toBe(true);
  });

  test('counts a sample the more the less probable it was: weights of equal probabilities sum to 1', () => {
    const set = drawnSet([0, 1, 4], 1);
    expect(Array.from(sampleWeights(set))).toEqual([1 / 6, 1 / 6 / 0.4, 1 / 6 / 0.4]);
    expect(sampleWeights(set).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });
});

describe('the halves of a drawn set', () => {
  const set = drawnSet([0, 1, 2, 4, 5], 1);

  test('share the certain samples and divide the random ones', () => {
    expect(randomCount(set)).toBe(4);
    expect([halfIndices(set, 0), halfIndices(set, 1)]).toEqual([
      [0, 1, 3],
      [0, 2, 4],
    ]);
  });

  test('are subsets of their own: the random samples have half the probability and twice the weight', () => {
    const half = halfOf(set, 1);
    expect(Array.from(half.inclusion)).toEqual([1, 0.4, 0.4]);
    expect(half.samples).toEqual(pickedSamples(all, [0, 2, 5]));
    expect(sampleWeights(half)[1]).toBeCloseTo(2 * sampleWeights(set)[2]!, 12);
    expect(half.of).toBe(N);
  });

  test('average to the whole: half the sum of both estimates is that of all drawn samples', () => {
    const [first, second] = [estimatedMean(halfOf(set, 0)), estimatedMean(halfOf(set, 1))];
    estimatedMean(set).forEach((x, k) => expect((first[k]! + second[k]!) / 2).toBeCloseTo(x, 12));
  });
});
