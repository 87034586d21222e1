import { describe, expect, it } from 'vitest';
import { unlearningCoherence } from '../../src/theory/coherence.js';
import {
  emptySet,
  factorCount,
  factorSet,
  type FactorSet,
  problemFromSpec,
  type ProblemSpec,
  type SampleSpec,
  SAMPLINGS,
} from '../../src/theory/problem.js';
import { ARITHMETIC, type FactorAccuracy, storedWith } from '../../src/theory/rank.js';
import { gramCoordinates, gramMatrix, reduceProblem, reduceSets } from '../../src/theory/reduction.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { largestDifference, relativeDifference } from '../closeness.js';
import {
  denseMatrix,
  entriesOf,
  normalEntries,
  normalSamples,
  normalSet,
  randomRotation,
} from '../sample-problems.js';

/** Eigenvectors and inner products of at most 30 factors lose a few n units of rounding. */
const ROUNDING = 1e-12;

/** Inner products of eight numbers, rounded, and then those of the coordinates. */
const DROPPED = 1e-12;

/** [f_i . f_j] of all factors of the sets, by ml-matrix. */
function innerProducts(sets: readonly FactorSet[]): Float64Array {
  const count = sets.reduce((sum, set) => sum + factorCount(set), 0);
  const rows = Float64Array.from(sets.flatMap((set) => Array.from(set.factors)));
  const dense = denseMatrix(rows, count, sets[0]!.dimension);
  return entriesOf(dense.mmul(dense.transpose()));
}

/** Factors in p coordinates that span only `rank` of them. */
function deficientSet(random: RandomSource, count: number, p: number, rank: number): FactorSet {
  const product = denseMatrix(normalEntries(random, count, rank), count, rank).mmul(
    denseMatrix(normalEntries(random, rank, p), rank, p),
  );
  return factorSet(
    product.to2DArray().map((row) => [row]),
    p,
  );
}

describe('gramMatrix', () => {
  it('holds the inner products of all factors of all sets, in order', () => {
    const random = randomSource('gram');
    const sets = [normalSet(random, [1, 2, 1], 7), normalSet(random, [3, 1], 7)];
    expect(largestDifference(gramMatrix(sets), innerProducts(sets))).toBeLessThan(ROUNDING);
    expect(gramMatrix([...sets].reverse())).not.toEqual(gramMatrix(sets));
  });

  it('throws RangeError for sets of different lengths', () => {
    expect(() => gramMatrix([emptySet(3), emptySet(4)])).toThrow(/one length; got 3 and 4/);
  });
});

describe('gramCoordinates', () => {
  it('have the Gram matrix they were made from', () => {
    const set = normalSet(randomSource('gramCoordinates'), [1, 1, 1, 1], 3);
    const gram = gramMatrix([set]);
    const { dimension, coordinates } = gramCoordinates(gram, 4);
    expect(dimension).toBe(3);
    const dense = denseMatrix(coordinates, 4, 3);
    expect(largestDifference(entriesOf(dense.mmul(dense.transpose())), gram)).toBeLessThan(ROUNDING);
  });
});

describe('gramCoordinates of any Gram matrix', () => {
  it.each([
    ['of full rank', 6],
    ['singular', 3],
    ['of rows of very different lengths', 0],
  ])('have orthogonal columns, largest first (%s)', (_, rank) => {
    const random = randomSource('orthogonal columns', rank);
    const set = rank === 3 ? deficientSet(random, 6, 8, 3) : normalSet(random, [1, 1, 1, 1, 1, 1], 8);
    if (rank === 0) for (let k = 8; k < 24; k++) set.factors[k]! *= 1e-5;
    const { dimension: r, coordinates } = gramCoordinates(gramMatrix([set]), 6);
    expect(r).toBe(rank || 6);
    const product = (a: number, b: number): number => {
      let sum = 0;
      for (let i = 0; i < 6; i++) sum += coordinates[i * r + a]! * coordinates[i * r + b]!;
      return sum;
    };
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < a; b++) {
        expect(product(a, a)).toBeLessThanOrEqual(product(b, b));
        expect(Math.abs(product(a, b))).toBeLessThan(1e-9 * Math.sqrt(product(a, a) * product(b, b)));
      }
    }
    // What they are coordinates of: the lengths of all rows.
    for (let i = 0; i < 6; i++) {
      const length = (x: Float64Array, n: number): number => Math.hypot(...x.subarray(i * n, (i + 1) * n));
      expect(relativeDifference(length(coordinates, r), length(set.factors, 8))).toBeLessThan(1e-9);
    }
  });
});

describe('reduceSets', () => {
  it.each([
    { p: 3, counts: [4, 5], expected: 3, why: 'p < N' },
    { p: 9, counts: [4, 5], expected: 9, why: 'p = N' },
    { p: 40, counts: [4, 5], expected: 9, why: 'p > N' },
    { p: 1, counts: [2, 2], expected: 1, why: 'p = 1' },
    { p: 2000, counts: [3, 2], expected: 5, why: 'p far above N' },
  ])('keeps all inner products, in $expected coordinates for $why', ({ p, counts, expected }) => {
    const random = randomSource('reduceSets', p);
    const sets = counts.map((count) => normalSet(random, new Array<number>(count).fill(1), p));
    const reduced = reduceSets(sets);
    expect(reduced.dimension).toBe(expected);
    expect(largestDifference(innerProducts(reduced.sets), innerProducts(sets))).toBeLessThan(ROUNDING);
  });

  it('keeps the factor lists of the samples apart, also empty ones', () => {
    const random = randomSource('reduceSets', 'lists');
    const sets = [normalSet(random, [2, 0, 1], 12), normalSet(random, [1, 3], 12)];
    const reduced = reduceSets(sets);
    reduced.sets.forEach((set, g) => {
      expect(set.offsets).toEqual(sets[g]!.offsets);
      expect(set.sampleCount).toBe(sets[g]!.sampleCount);
      expect(set.dimension).toBe(7);
    });
    expect(largestDifference(innerProducts(reduced.sets), innerProducts(sets))).toBeLessThan(ROUNDING);
  });

  it('finds the planted rank, from the Gram matrix and from the p x p matrix', () => {
    const random = randomSource('reduceSets', 'rank');
    for (const [count, p] of [
      [8, 20],
      [20, 8],
    ] as const) {
      for (let rank = 1; rank <= 7; rank++) {
        const set = deficientSet(random, count, p, rank);
        const reduced = reduceSets([set]);
        expect(reduced.dimension, `${count} x ${p}`).toBe(rank);
        expect(largestDifference(innerProducts(reduced.sets), innerProducts([set]))).toBeLessThan(DROPPED);
      }
    }
  });

  /** (1, .., 1), and the same with one entry off by a share. */
  function nearlyEqual(share: number, p: number, accuracy?: FactorAccuracy): FactorSet {
    const first = new Array<number>(p).fill(1);
    const second = first.map((x, j) => (j === 0 ? x + share : x));
    const set = factorSet([[first], [second]], p);
    return accuracy ? { ...set, accuracy } : set;
  }

  it.each([
    ['doubles', undefined, ARITHMETIC],
    ['float32', storedWith(23), 2 ** -24],
    ['float16', storedWith(10), 2 ** -11],
    ['bfloat16', storedWith(7), 2 ** -8],
  ])('leaves out what may be rounding of %s, and keeps what is a few times as large', (_, accuracy, unit) => {
    for (const p of [2, 3]) {
      const [within, beyond] = [nearlyEqual(unit, p, accuracy), nearlyEqual(16 * unit, p, accuracy)];
      const reduced = reduceSets([within]);
      expect(reduced.dimension).toBe(1);
      expect(reduced.sets[0]!.accuracy!.leftOut.directions).toBe(1);
      expect(reduced.sets[0]!.accuracy!.leftOut.largestShare).toBeLessThan(unit ** 2);
      expect(reduceSets([beyond]).dimension).toBe(2);
      expect(reduceSets([beyond]).sets[0]!.accuracy!.leftOut.directions).toBe(0);
    }
  });

  it.each([
    { count: 2, p: 2 },
    { count: 2, p: 5 },
    { count: 6, p: 2 },
  ])('keeps orthogonal directions of any size ($count factors of length $p)', ({ count, p }) => {
    for (const size of [1e-3, 1e-9, 1e-60]) {
      const vectors = Array.from({ length: count }, (_, i) =>
        Array.from({ length: p }, (_unused, a) => (i > 1 || a !== i ? 0 : i === 0 ? 1 : size)),
      );
      const { sets, dimension } = reduceSets([
        factorSet(
          vectors.map((vector) => [vector]),
          p,
        ),
      ]);
      expect(dimension).toBe(2);
      const lengths = Array.from({ length: 2 }, (_, i) =>
        Math.hypot(...sets[0]!.factors.subarray(2 * i, 2 * i + 2)),
      );
      expect(relativeDifference(lengths[1]!, size)).toBeLessThan(ROUNDING);
    }
  });

  it('keeps zero factors as zeros, and has dimension 0 if there is nothing else', () => {
    const reduced = reduceSets([factorSet([[[0, 0, 0]], [[1, 2, 2]]], 3), factorSet([[[0, 0, 0]]], 3)]);
    expect(reduced.dimension).toBe(1);
    expect(reduced.sets[0]!.factors[0]).toBeCloseTo(0, 15);
    expect(Math.abs(reduced.sets[0]!.factors[1]!)).toBeCloseTo(3, 12);
    const nothing = reduceSets([factorSet([[[0, 0]], [[0, 0]]], 2), emptySet(2)]);
    expect(nothing.dimension).toBe(0);
    expect(nothing.sets.map((set) => [set.sampleCount, set.factors.length])).toEqual([
      [2, 0],
      [0, 0],
    ]);
  });

  it('works at scales 1e-70 and 1e70', () => {
    const set = normalSet(randomSource('reduceSets', 'scales'), [1, 2, 1], 6);
    for (const scale of [1e-70, 1e70]) {
      const scaled = { ...set, factors: set.factors.map((x) => scale * x) };
      const reduced = reduceSets([scaled]);
      expect(reduced.dimension).toBe(4);
      expect(largestDifference(innerProducts(reduced.sets), innerProducts([scaled]))).toBeLessThan(ROUNDING);
    }
  });

  it('throws RangeError for sets of different lengths', () => {
    expect(() => reduceSets([factorSet([[[1]]], 1), factorSet([[[1, 2]]], 2)])).toThrow(RangeError);
  });
});

describe('reduceProblem', () => {
  const spec: ProblemSpec = {
    retain: [[[1, 0, 0]], [[0, 2, 0]]],
    forget: [[[0, 0, 3]]],
    alpha: 0.25,
    batch: { retain: 2, forget: 1 },
    sampling: 'bernoulli',
  };
  const reduced = (change: Partial<ProblemSpec>) => reduceProblem(problemFromSpec({ ...spec, ...change }));

  it('has retain with sign +1 and weight 1-alpha, forget with sign -1 and weight alpha', () => {
    const { dimension, alpha, groups } = reduced({});
    expect({ dimension, alpha }).toEqual({ dimension: 3, alpha: 0.25 });
    expect(groups.map(({ sampling }) => sampling)).toEqual(['bernoulli', 'bernoulli']);
    expect(groups.map(({ name, sign, weight, batchSize }) => ({ name, sign, weight, batchSize }))).toEqual([
      { name: 'retain', sign: 1, weight: 0.75, batchSize: 2 },
      { name: 'forget', sign: -1, weight: 0.25, batchSize: 1 },
    ]);
  });

  it('alpha 0 drops the forget set and its directions, alpha 1 the retain set', () => {
    const descent = reduced({ alpha: 0 });
    expect(descent.groups.map(({ name }) => name)).toEqual(['retain']);
    expect(descent.dimension).toBe(2);
    const ascent = reduced({ alpha: 1 });
    expect(ascent.groups.map(({ name }) => name)).toEqual(['forget']);
    expect(ascent.dimension).toBe(1);
  });

  it('drops a set without samples', () => {
    expect(reduced({ forget: [], alpha: 0.25 }).groups.map(({ name }) => name)).toEqual(['retain']);
  });
});

describe('the choice of factors F_i with F_i F_i^T = H_i', () => {
  /** The samples with every list of factors F replaced by F M, M from `mix` (count x count). */
  function mixed(samples: readonly SampleSpec[], mix: (count: number) => readonly number[][]): SampleSpec[] {
    return samples.map((factors) => {
      const m = mix(factors.length);
      return factors.map((_, column) =>
        factors[0]!.map((_unused, a) => factors.reduce((sum, f, k) => sum + f[a]! * m[k]![column]!, 0)),
      );
    });
  }

  const random = randomSource('factor choice');
  const retain = normalSamples(random, [2, 3, 1, 2], 4);
  const forget = normalSamples(random, [2, 3], 4);
  const rotations = (count: number): number[][] => randomRotation(random, count).to2DArray();

  const quantities = (change: Pick<ProblemSpec, 'retain' | 'forget' | 'sampling'>): number[] => {
    const problem = reduceProblem(
      problemFromSpec({ ...change, alpha: 0.01, batch: { retain: 2, forget: 1 } }),
    );
    const { sigma, lambda1S, cross, largestSample } = unlearningCoherence(problem);
    const exact = exactStability(problem);
    const eigenvalues = Array.from(exact.meanEigenvalues);
    const radius = exact.growth(0.1).spectralRadius;
    return [sigma, lambda1S, cross, largestSample, exact.criticalStep().value, radius, ...eigenvalues];
  };

  it.each(SAMPLINGS)('a rotation F -> F O of every list of factors changes nothing (%s)', (sampling) => {
    const before = quantities({ retain, forget, sampling });
    const after = quantities({
      retain: mixed(retain, rotations),
      forget: mixed(forget, rotations),
      sampling,
    });
    expect(before[4]).toBeGreaterThan(0);
    before.forEach((x, k) => expect(relativeDifference(after[k]!, x)).toBeLessThan(1e-10));
  });

  it('a mixture that is not orthogonal does change the radius', () => {
    const shear = (count: number): number[][] =>
      Array.from({ length: count }, (_, i) =>
        Array.from({ length: count }, (_unused, j) => (i === j ? 1 : j === i + 1 ? 0.1 : 0)),
      );
    const before = quantities({ retain, forget, sampling: 'bernoulli' });
    const after = quantities({ retain: mixed(retain, shear), forget, sampling: 'bernoulli' });
    expect(relativeDifference(after[5]!, before[5]!)).toBeGreaterThan(1e-4);
  });
});
