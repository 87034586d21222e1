import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { SAMPLINGS } from '../../src/theory/problem.js';
import { denseMeanCurvature } from './dense-operator.js';
import {
  enumerateBatches,
  enumeratedSecondMoment,
  enumerateSteps,
  MAX_ENUMERATED_PAIRS,
} from './enumeration.js';
import { largestDifference, relativeDifference } from '../closeness.js';
import { descentOnLine, entriesOf, STABILITY_CASES } from '../sample-problems.js';

/** Sums of up to a few hundred probabilities. */
const ROUNDING = 1e-12;

const SIZES = [1, 2, 3, 4, 5].flatMap((n) => Array.from({ length: n }, (_, b) => ({ n, b: b + 1 })));

describe('enumerateBatches', () => {
  it.each(SAMPLINGS)(
    'has probabilities that sum to 1 and every sample B/n times on average (%s)',
    (sampling) => {
      for (const { n, b } of SIZES) {
        const batches = enumerateBatches(sampling, n, b);
        const total = batches.reduce((sum, { probability }) => sum + probability, 0);
        expect(Math.abs(total - 1), `n ${n}, B ${b}`).toBeLessThan(ROUNDING);
        for (let i = 0; i < n; i++) {
          const mean = batches.reduce((sum, batch) => sum + batch.probability * batch.multiplicity[i]!, 0);
          expect(relativeDifference(mean, b / n), `n ${n}, B ${b}`).toBeLessThan(ROUNDING);
        }
      }
    },
  );

  it.each([
    ['bernoulli', (p: number) => p * (1 - p), () => 0],
    ['with-replacement', (p: number, n: number) => p * (1 - 1 / n), (p: number, n: number) => -p / n],
    [
      'without-replacement',
      (p: number) => p * (1 - p),
      (p: number, n: number) => (n === 1 ? 0 : (-p * (1 - p)) / (n - 1)),
    ],
  ] as const)('has the variances and covariances of %s', (sampling, variance, covariance) => {
    for (const { n, b } of SIZES) {
      const p = b / n;
      const batches = enumerateBatches(sampling, n, b);
      const moment = (i: number, j: number): number =>
        batches.reduce(
          (sum, { multiplicity, probability }) => sum + probability * multiplicity[i]! * multiplicity[j]!,
          0,
        ) -
        p ** 2;
      expect(Math.abs(moment(0, 0) - variance(p, n)), `n ${n}, B ${b}`).toBeLessThan(ROUNDING);
      if (n > 1)
        expect(Math.abs(moment(0, n - 1) - covariance(p, n)), `n ${n}, B ${b}`).toBeLessThan(ROUNDING);
    }
  });

  it('has 2^n, n^B and n!/(B!(n-B)!) batches', () => {
    expect(enumerateBatches('bernoulli', 5, 2)).toHaveLength(32);
    expect(enumerateBatches('with-replacement', 5, 3)).toHaveLength(125);
    expect(enumerateBatches('without-replacement', 5, 3)).toHaveLength(10);
  });

  it('refuses more batches than it can hold, with RangeError', () => {
    expect(2 ** 18).toBeGreaterThan(MAX_ENUMERATED_PAIRS);
    expect(() => enumerateBatches('bernoulli', 18, 2)).toThrow(RangeError);
    expect(() => enumerateBatches('with-replacement', 60, 3)).toThrow(RangeError);
  });
});

describe('enumerateSteps', () => {
  it.each(STABILITY_CASES)('has probabilities that sum to 1 and mean I - eta D ($name)', ({ problem }) => {
    const r = problem.dimension;
    const mean = Matrix.zeros(r, r);
    let total = 0;
    for (const { step, probability } of enumerateSteps(problem, 0.7)) {
      mean.add(Matrix.mul(step, probability));
      total += probability;
    }
    expect(Math.abs(total - 1)).toBeLessThan(ROUNDING);
    const expected = Matrix.eye(r).sub(denseMeanCurvature(problem).mul(0.7));
    expect(largestDifference(entriesOf(mean), entriesOf(expected))).toBeLessThan(ROUNDING);
  });

  it('refuses more pairs of batches than it can hold, with RangeError', () => {
    const { problem } = STABILITY_CASES.find(
      (c) => c.sampling === 'bernoulli' && c.mixing === 'generic alpha',
    )!;
    const many = problem.groups.map((group) => ({
      ...group,
      samples: {
        ...group.samples,
        sampleCount: 10,
        offsets: new Int32Array(11),
        factors: new Float64Array(0),
      },
    }));
    expect(() => enumerateSteps({ ...problem, groups: many }, 1)).toThrow(/at most 200000 pairs/);
  });
});

describe('enumeratedSecondMoment', () => {
  it('is |delta_0|^2 after no step', () => {
    expect(enumeratedSecondMoment(STABILITY_CASES[0]!.problem, 0.5, [3, 4, 0], 0)).toBe(25);
  });

  it('is closed-form on a line: without replacement, B = 1, (mean of (1 - eta h)^2)^k', () => {
    const problem = descentOnLine([1, 4, 9], 1, 'without-replacement');
    const perStep = ((1 - 0.25) ** 2 + (1 - 1) ** 2 + (1 - 2.25) ** 2) / 3;
    for (const k of [1, 2, 5]) {
      expect(relativeDifference(enumeratedSecondMoment(problem, 0.25, [1], k), perStep ** k)).toBeLessThan(
        ROUNDING,
      );
    }
  });
});
