import { describe, expect, it } from 'vitest';
import {
  emptySet,
  factorCount,
  factorSet,
  isRankOne,
  rankOneSet,
  sampleFactors,
} from '../../src/theory/factor-set.js';
import { problemFromSpec } from '../../src/theory/problem.js';

const NESTED = [
  [[1, 2]],
  [
    [3, 4],
    [5, 6],
  ],
  [],
  [[7, 8]],
];

describe('factorSet', () => {
  it('lays the factor vectors of the samples out one after another', () => {
    const set = factorSet(NESTED, 2);
    expect(set).toEqual({
      dimension: 2,
      sampleCount: 4,
      offsets: Int32Array.of(0, 1, 3, 3, 4),
      factors: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    });
    expect(factorCount(set)).toBe(4);
  });

  it('gives the nested lists back through sampleFactors', () => {
    const set = factorSet(NESTED, 2);
    expect(NESTED.map((_, i) => sampleFactors(set, i))).toEqual(NESTED);
  });

  it('throws RangeError for a vector of another length, with both lengths', () => {
    expect(() => factorSet([[[1, 2]], [[1, 2, 3]]], 2)).toThrow(RangeError);
    expect(() => factorSet([[[1, 2]], [[1, 2, 3]]], 2)).toThrow(/length 2; got 3/);
  });
});

describe('isRankOne', () => {
  it('holds only if every sample has exactly one factor vector, not if one has none and another two', () => {
    expect(isRankOne(factorSet([[[1]], [[2]]], 1))).toBe(true);
    expect(isRankOne(emptySet(3))).toBe(true);
    expect(isRankOne(factorSet([[], [[1], [2]]], 1))).toBe(false);
    expect(isRankOne(factorSet([[[1]], [[2]], []], 1))).toBe(false);
  });
});

describe('rankOneSet and emptySet', () => {
  it('rankOneSet takes every row as one sample', () => {
    const rows = Float64Array.of(1, 2, 3, 4, 5, 6);
    expect(rankOneSet(rows, 3)).toEqual(factorSet([[[1, 2, 3]], [[4, 5, 6]]], 3));
  });

  it('sets without samples have no factors, whichever way they are made', () => {
    expect(rankOneSet(new Float64Array(0), 3)).toEqual(emptySet(3));
    expect(factorSet([], 3)).toEqual(emptySet(3));
    expect(rankOneSet(new Float64Array(0), 0).sampleCount).toBe(0);
    expect(factorCount(emptySet(3))).toBe(0);
  });
});

describe('problemFromSpec', () => {
  const rest = { alpha: 0.25, batch: { retain: 1, forget: 1 }, sampling: 'bernoulli' } as const;

  it('turns the lists into sets of the length of the first vector', () => {
    const problem = problemFromSpec({
      ...rest,
      retain: [[[1, 2]]],
      forget: [
        [
          [3, 4],
          [5, 6],
        ],
      ],
    });
    expect(problem).toEqual({
      ...rest,
      retain: factorSet([[[1, 2]]], 2),
      forget: factorSet(
        [
          [
            [3, 4],
            [5, 6],
          ],
        ],
        2,
      ),
    });
  });

  it('takes the length from the forget set if there is no retain set', () => {
    expect(problemFromSpec({ ...rest, retain: [], forget: [[[3, 4]]] }).retain).toEqual(emptySet(2));
  });

  it('throws RangeError if the forget vectors have another length', () => {
    expect(() => problemFromSpec({ ...rest, retain: [[[1, 2]]], forget: [[[3]]] })).toThrow(RangeError);
  });
});
