import { describe, expect, test } from 'vitest';
import { factorSet, type FactorSet } from '../../src/theory/problem.js';
import type { MatrixSource } from '../../src/theory/matrix-source.js';
import { meanHessian, sampleCurvatures } from '../../src/theory/mean-curvature.js';
import { randomSource } from '../../src/statistics/generator.js';
import { drawnSets, drawSubset, thinnedDraw } from '../../src/theory/draw-subset.js';
import { pickedSource, streamedCurvatures, subsetOfSources } from '../../src/theory/subset-of-sources.js';
import { memorySource } from './memory-source.js';
import { normalSamples } from '../sample-problems.js';

const random = randomSource('survey');
const retain = factorSet(
  normalSamples(
    random,
    Array.from({ length: 50 }, () => 2),
    7,
  ),
  7,
);
const forget = factorSet(
  normalSamples(
    random,
    Array.from({ length: 23 }, () => 2),
    7,
  ),
  7,
);
const ordered = (set: FactorSet, order: MatrixSource['order']): MatrixSource => ({
  ...memorySource(set),
  order,
});
const ROUNDING = 12;

const expectClose = (actual: Float64Array, expected: Float64Array): void => {
  expect(actual.length).toBe(expected.length);
  actual.forEach((x, k) => expect(x).toBeCloseTo(expected[k]!, ROUNDING));
};

describe.each(['samples', 'columns'] as const)('a source that stores %s together', (order) => {
  test.each([true, false])('is surveyed in blocks as in memory, with the mean: %o', (withMean) => {
    const shares: number[] = [];
    const survey = streamedCurvatures(ordered(retain, order), {
      withMean,
      blockNumbers: 100,
      onProgress: (share) => shares.push(share),
    });
    expectClose(survey.curvatures, sampleCurvatures(retain));
    if (withMean) expectClose(survey.mean!, meanHessian(retain));
    else expect(survey.mean).toBeNull();
    expect(shares.length).toBeGreaterThan(3);
    expect(shares.at(-1)).toBe(1);
  });

  test('gives the picked samples in their order', () => {
    const picked = pickedSource(ordered(retain, order), [9, 3, 41]);
    expect(picked.rows).toBe(6);
    const rows = (i: number): number[] => Array.from(retain.factors.subarray(i * 14, (i + 1) * 14));
    expect(Array.from(picked.readColumns(0, 7))).toEqual([9, 3, 41].flatMap(rows));
    const block = picked.readBlock({ fromSample: 1, toSample: 2, fromColumn: 2, toColumn: 4 });
    expect(Array.from(block)).toEqual([...rows(3).slice(2, 4), ...rows(3).slice(9, 11)]);
  });

  test('is drawn from as the sets in memory are, and another seed draws others', () => {
    const sources = { retain: ordered(retain, order), forget: ordered(forget, order) };
    const drawn = subsetOfSources(sources, { size: 20, seed: 5 });
    const expected = drawnSets({ retain, forget }, { size: 20, seed: 5 });
    expect(drawn.draws).toEqual(expected.draws);
    expectClose(drawn.retain.samples.factors, expected.retain.samples.factors);
    expectClose(drawn.forget.mean!, expected.forget.mean!);
    const other = subsetOfSources(sources, { size: 20, seed: 6 });
    expect(other.draws.retain.indices).not.toEqual(drawn.draws.retain.indices);
  });
});

describe('sets that were thinned out before', () => {
  const sources = { retain: ordered(retain, 'samples'), forget: ordered(forget, 'samples') };
  const thinned = subsetOfSources(sources, { size: Infinity, seed: 2 }, undefined, {
    retain: 200,
    forget: 23,
  });

  test('are uniform draws from so many samples, in random order, and know no mean of them', () => {
    const { of, samples, certain, inclusion, mean, isThinned } = thinned.retain;
    expect({ of, certain, mean, isThinned }).toEqual({ of: 200, certain: 0, mean: null, isThinned: true });
    expect(Array.from(inclusion)).toEqual(new Array(50).fill(0.25));
    const { indices } = thinned.draws.retain;
    expect(indices.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    // Halves take every other one: in the order of a file that is sorted by class they would be alike.
    expect(indices).not.toEqual(indices.toSorted((a, b) => a - b));
    expect(samples.sampleCount).toBe(50);
  });

  test('a set that holds all of its samples is whole', () => {
    const { of, certain, inclusion, isThinned } = thinned.forget;
    expect({ of, certain, isThinned }).toEqual({ of: 23, certain: 23, isThinned: false });
    expect(Array.from(inclusion)).toEqual(new Array(23).fill(1));
  });

  test('are thinned out further with equal probabilities', () => {
    const counts = new Float64Array(12);
    const draws = 3000;
    for (let seed = 0; seed < draws; seed++) {
      const { indices, certain, inclusion } = thinnedDraw(12, 30, 5, randomSource('thinned', seed));
      expect([indices.length, certain, inclusion[4]]).toEqual([5, 0, 5 / 30]);
      for (const i of indices) counts[i]!++;
    }
    // Five standard deviations of a binomial number.
    const [expected, margin] = [(5 / 12) * draws, 5 * Math.sqrt(draws * (5 / 12) * (7 / 12))];
    for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(margin);
  });
});

describe('a drawn subset', () => {
  const curvatures = Float64Array.from({ length: 200 }, (_, i) => (i === 17 ? 500 : 1 + (i % 5)));

  test('has a large sample for certain, and the size that was asked for', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { indices, certain, inclusion } = drawSubset(curvatures, 30, randomSource('draw', seed));
      expect(new Set(indices).size).toBe(30);
      expect([indices[0], certain, inclusion[0]]).toEqual([17, 1, 1]);
    }
  });

  test('has every sample as often as its inclusion probability says', () => {
    const repeats = 4000;
    const counts = new Float64Array(200);
    const stated = new Float64Array(200);
    for (let seed = 0; seed < repeats; seed++) {
      const { indices, inclusion } = drawSubset(curvatures, 30, randomSource('frequency', seed));
      indices.forEach((i, k) => {
        counts[i]!++;
        stated[i] = inclusion[k]!;
      });
    }
    // Five standard errors of a frequency.
    counts.forEach((count, i) => {
      const error = Math.sqrt(Math.max(1e-12, stated[i]! * (1 - stated[i]!)) / repeats);
      expect(Math.abs(count / repeats - stated[i]!)).toBeLessThan(5 * error + 1e-12);
    });
    expect(stated.reduce((sum, x) => sum + x, 0)).toBeCloseTo(30, 10);
    // It is no uniform draw: the larger ones come more often.
    expect(stated[4]! / stated[0]!).toBeGreaterThan(1.5);
  });

  test('must have at least 20 samples, unless that is everything', () => {
    expect(() => drawSubset(curvatures, 19, randomSource('few'))).toThrow('size must be >= 20; got 19');
    expect(drawSubset(curvatures.slice(0, 5), 19, randomSource('few')).certain).toBe(5);
  });
});
