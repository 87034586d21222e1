import { EigenvalueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { trace } from '../../src/linalg/vectors.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { meanSpectrum } from '../../src/theory/curvature-signs.js';
import { meanCurvature, totalCurvature } from '../../src/theory/mean-curvature.js';
import { accuracyOfType, storedSet, streamedSets } from '../../src/theory/matrix-source.js';
import { type FactorSet, rankOneSet, uniformSet } from '../../src/theory/problem.js';
import { accuracyOf, ARITHMETIC, DOUBLES, storedWith } from '../../src/theory/rank.js';
import { reduceProblem, reduceSets } from '../../src/theory/reduction.js';
import { denseMatrix, normalEntries } from '../sample-problems.js';
import { memorySource } from './memory-source.js';

describe('accuracyOfType', () => {
  it.each([
    ['<f2', 2 ** -11],
    ['F16', 2 ** -11],
    ['BF16', 2 ** -8],
    ['<f4', 2 ** -24],
    ['>f4', 2 ** -24],
    ['F32', 2 ** -24],
    ['float32', 2 ** -24],
  ])('of %s is half a unit in its last place, %d', (dtype, precision) => {
    expect(accuracyOfType(dtype).precision).toBe(precision);
  });

  it.each(['<f8', 'F64', '<i4', 'I64', '|u1', 'csv'])('of %s is that of doubles', (dtype) => {
    expect(accuracyOfType(dtype)).toBe(DOUBLES);
  });

  it('is never finer than the arithmetic, and of two sets the coarser one', () => {
    expect(storedWith(60).precision).toBe(ARITHMETIC);
    expect(accuracyOf([{}, { accuracy: storedWith(10) }, { accuracy: storedWith(23) }]).precision).toBe(
      2 ** -11,
    );
    expect(accuracyOf([{}, {}])).toEqual(DOUBLES);
  });
});

/** Three directions, the third of them 1e-4 of the others: noise in 16 bits, and none in 64. */
const ROWS = Float64Array.of(1, 2, 0.5, 2, 4, 1.0001, -1, 0.5, 0.25, 3, 1, 0.5, 1, 1, 1, 0.5);

describe('the type that a source states decides what is rounding', () => {
  it.each([
    ['f8', 4, 4],
    ['<f2', 4, 3],
  ])('%s: with %i rows of four numbers, %i directions', (dtype, count, expected) => {
    const rows = ROWS.slice();
    // Row 1 is twice row 0 but for 1e-4 of one number.
    rows.set([2, 4, 1, 4 * (1 + 1e-4)], 4);
    rows.set([1, 2, 0.5, 2], 0);
    const source = { ...memorySource(rankOneSet(rows, 4)), dtype };
    expect(source.rows).toBe(count);
    const stored = storedSet(source);
    expect(reduceSets([stored]).dimension).toBe(expected);
    // The same from the Gram matrix of wider rows.
    const wide = new Float64Array(4 * 5);
    for (let i = 0; i < 4; i++) wide.set(rows.subarray(4 * i, 4 * i + 4), 5 * i);
    const [streamed] = streamedSets([{ ...memorySource(rankOneSet(wide, 5)), dtype }]);
    expect(streamed!.dimension).toBe(expected);
    expect(streamed!.accuracy!.leftOut.directions).toBe(4 - expected);
  });
});

describe('factors of a softmax that has memorised its samples, in single precision', () => {
  const [C, P] = [4, 80];

  /** sqrt(p_k) (J_k - sum p_j J_j) of n samples: with sqrt(p_k) they add up to 0 but for the rounding of the differences. */
  function memorised(n: number, random: RandomSource): FactorSet {
    const samples = Array.from({ length: n }, () => {
      const weak = Array.from({ length: C - 1 }, () => 10 ** (-2 - 4 * random.uniform()));
      const shares = [1 - weak.reduce((sum, p) => sum + p, 0), ...weak];
      const jacobian = normalEntries(random, C, P).map(Math.fround);
      const mean = Float64Array.from({ length: P }, (_, a) =>
        Math.fround(shares.reduce((sum, p, k) => sum + p * jacobian[k * P + a]!, 0)),
      );
      return shares.flatMap((p, k) =>
        Array.from(mean, (x, a) => Math.fround(Math.sqrt(p) * (jacobian[k * P + a]! - x))),
      );
    });
    return { ...uniformSet(Float64Array.from(samples.flat()), P, n, C), accuracy: accuracyOfType('<f4') };
  }

  it('have the eigenvalues of D that no rounding moves across 0, though directions of rounding are kept', () => {
    const random = randomSource('memorised');
    const [retain, forget] = [memorised(12, random), memorised(6, random)];
    const batch = { retain: 4, forget: 3 };
    const problem = reduceProblem({ retain, forget, alpha: 0.2, batch, sampling: 'bernoulli' });
    expect(problem.dimension).toBeGreaterThan((C - 1) * 18);
    const { values } = meanSpectrum(problem);
    const dense = denseMatrix(meanCurvature(problem), problem.dimension, problem.dimension);
    const expected = new EigenvalueDecomposition(dense).realEigenvalues.toSorted((a, b) => a - b);
    const bound = 4 * 2 ** -24 * trace(totalCurvature(problem), problem.dimension);
    const clear = expected.filter((d) => Math.abs(d) > bound);
    expect(clear.filter((d) => d < 0).length).toBeGreaterThan(3);
    expect(clear.filter((d) => d > 0).length).toBeGreaterThan(3);
    expected.forEach((d, k) => {
      if (Math.abs(d) > bound) expect(Math.abs(values[k]! - d)).toBeLessThan(1e-12);
      else expect(Math.abs(values[k]!)).toBeLessThan(bound);
    });
  });
});
