import { describe, expect, it } from 'vitest';
import {
  curvatureGroups,
  emptySet,
  factorCount,
  factorSet,
  groupInBasis,
  isRankOne,
  problemFromSpec,
  rankOneSet,
  sampleFactors,
  setInBasis,
  uniformSet,
} from '../../src/theory/problem.js';

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

describe('uniformSet and setInBasis', () => {
  const rows = Float64Array.of(3, 4, 1, 0, 0, 2, 5, 5);

  it('uniformSet has the samples of nested lists with equally many factors', () => {
    const nested = [
      [
        [3, 4],
        [1, 0],
      ],
      [
        [0, 2],
        [5, 5],
      ],
    ];
    expect(uniformSet(rows, 2, 2, 2)).toEqual(factorSet(nested, 2));
    expect(uniformSet(rows, 2, 4, 1)).toEqual(rankOneSet(rows, 2));
  });

  it('setInBasis keeps the samples and takes the inner products with the rows of the basis', () => {
    const set = uniformSet(rows, 2, 2, 2);
    expect(setInBasis(set, Float64Array.of(0.6, 0.8), 1)).toEqual(
      uniformSet(Float64Array.of(5, 0.6, 1.6, 7), 1, 2, 2),
    );
    const rotated = setInBasis(set, Float64Array.of(0, 1, -1, 0), 2);
    expect(rotated.factors).toEqual(Float64Array.of(4, -3, 0, -1, 2, 0, 5, -5));
    const [retain] = curvatureGroups({
      retain: set,
      forget: set,
      alpha: 0.25,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    });
    expect(groupInBasis(retain, Float64Array.of(0, 1, -1, 0), 2)).toEqual({ ...retain, samples: rotated });
  });
});

describe('curvatureGroups', () => {
  it('is descent on retain with weight 1 - alpha, then ascent on forget with weight alpha', () => {
    const batch = { retain: 2, forget: 1 };
    const sampling = { retain: 'bernoulli', forget: 'reshuffled' } as const;
    expect(curvatureGroups({ retain: 'R', forget: 'F', alpha: 0.25, batch, sampling })).toEqual([
      { name: 'retain', sign: 1, weight: 0.75, batchSize: 2, sampling: 'bernoulli', samples: 'R' },
      { name: 'forget', sign: -1, weight: 0.25, batchSize: 1, sampling: 'reshuffled', samples: 'F' },
    ]);
  });
});
