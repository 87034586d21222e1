import { describe, expect, it } from 'vitest';
import { factorCount, type FactorSet } from '../../src/theory/problem.js';
import { gramMatrix } from '../../src/theory/reduction.js';
import { streamedSets } from '../../src/theory/matrix-source.js';
import { randomSource } from '../../src/statistics/generator.js';
import { normalEntries } from '../sample-problems.js';
import { memorySource } from './memory-source.js';

function normalSet(samples: number, factorsPerSample: number, dimension: number, scale = 1): FactorSet {
  const random = randomSource('streamedSets', samples, dimension);
  const offsets = Int32Array.from({ length: samples + 1 }, (_, i) => i * factorsPerSample);
  const factors = normalEntries(random, samples * factorsPerSample, dimension).map((x) => x * scale);
  return { dimension, sampleCount: samples, offsets, factors };
}

/** Largest difference of two Gram matrices, as a share of the largest entry. */
function difference(a: Float64Array, b: Float64Array): number {
  const largest = a.reduce((max, x) => Math.max(max, Math.abs(x)), 0);
  return a.reduce((max, x, k) => Math.max(max, Math.abs(x - b[k]!)), 0) / largest;
}

describe('streamedSets', () => {
  it.each([1, 1e-60, 1e60])(
    'keeps inner products and samples with more columns than factors, at scale %d',
    (scale) => {
      const sets = [normalSet(6, 2, 300, scale), normalSet(4, 1, 300, scale)];
      const reduced = streamedSets(sets.map((set) => memorySource(set)));
      expect(reduced.map(({ dimension }) => dimension)).toEqual([16, 16]);
      expect(reduced.map(({ offsets }) => offsets)).toEqual(sets.map(({ offsets }) => offsets));
      expect(difference(gramMatrix(sets), gramMatrix(reduced))).toBeLessThan(1e-12);
      // What must be noticed: one coordinate changed by a thousandth.
      reduced[1]!.factors[0]! *= 1.001;
      expect(difference(gramMatrix(sets), gramMatrix(reduced))).toBeGreaterThan(1e-12);
    },
  );

  it('finds the rank of factors that depend on each other', () => {
    const set = normalSet(5, 1, 40);
    const twice = { ...normalSet(10, 1, 40), factors: Float64Array.of(...set.factors, ...set.factors) };
    expect(streamedSets([memorySource(twice)])[0]!.dimension).toBe(5);
  });

  it('gives sets with no more columns than factors as they are stored', () => {
    const sets = [normalSet(5, 2, 12), normalSet(2, 1, 12)];
    expect(streamedSets(sets.map((set) => memorySource(set)))).toEqual(sets);
    expect(factorCount(sets[0]!) + factorCount(sets[1]!)).toBe(12);
  });

  it('has no dimension where all factors are zero', () => {
    const zero = { ...normalSet(2, 1, 9), factors: new Float64Array(18) };
    expect(streamedSets([memorySource(zero)])[0]).toMatchObject({ dimension: 0, sampleCount: 2 });
  });
});
