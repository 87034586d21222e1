import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { MAX_PAIRS, pairwiseCoherence } from '../../src/theory/pairwise-coherence.js';
import { emptySet, factorSet, rankOneSet, type FactorSet } from '../../src/theory/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { denseHessians } from '../reference/dense-operator.js';
import { relativeDifference } from '../closeness.js';
import { normalSet } from '../sample-problems.js';

/** The docstring promises 1e-10; ten times that leaves room for rounding. */
const TOLERANCE = 1e-9;

/** A_(r,f) = (1-alpha) H_r - alpha H_f of all pairs. */
function pairs(retain: FactorSet, forget: FactorSet, alpha: number): Matrix[] {
  return denseHessians(retain).flatMap((h) =>
    denseHessians(forget).map((g) => Matrix.sub(Matrix.mul(h, 1 - alpha), Matrix.mul(g, alpha))),
  );
}

function topEigenvalue(matrix: Matrix): number {
  return Math.max(...new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues);
}

/** sigma_pair from the whole matrix of root(<A, A'>). */
function densePairwise(list: readonly Matrix[], root: (x: number) => number): number {
  const matrix = new Matrix(list.map((a) => list.map((b) => root(a.mmul(b).trace()))));
  return topEigenvalue(matrix) / Math.max(...list.map(topEigenvalue));
}

const signedRoot = (x: number): number => Math.sign(x) * Math.sqrt(Math.abs(x));
const unsignedRoot = (x: number): number => Math.sqrt(Math.abs(x));

const SHAPES = [
  { name: 'rank one', retain: [1, 1, 1, 1], forget: [1, 1, 1], p: 6 },
  { name: 'rank one, fewer coordinates than factors', retain: [1, 1, 1, 1, 1], forget: [1, 1], p: 2 },
  { name: 'general factors', retain: [2, 1, 0, 3], forget: [1, 2], p: 5 },
  { name: 'general factors that fill the space', retain: [3, 2, 4], forget: [3, 1, 2], p: 3 },
  { name: 'a single pair', retain: [2], forget: [1], p: 4 },
];

const ALPHAS = [0, 0.05, 0.3, 0.5, 0.7];

describe('pairwiseCoherence', () => {
  it.each(SHAPES)(
    'equals the dense matrix over all pairs, for five alpha ($name)',
    ({ name, retain, forget, p }) => {
      const random = randomSource('pairwise', name);
      const sets = [normalSet(random, retain, p), normalSet(random, forget, p)] as const;
      for (const alpha of ALPHAS) {
        const expected = densePairwise(pairs(...sets, alpha), signedRoot);
        const measured = pairwiseCoherence(...sets, alpha);
        expect(measured, `alpha ${alpha}`).not.toBeNull();
        expect(relativeDifference(measured!, expected), `alpha ${alpha}`).toBeLessThan(TOLERANCE);
      }
    },
  );

  it('keeps the sign of negative inner products: without it the value would be another', () => {
    const random = randomSource('pairwise', 'negative');
    const sets = [normalSet(random, [1, 1, 1, 1], 6), normalSet(random, [1, 1, 1], 6)] as const;
    const list = pairs(...sets, 0.5);
    expect(Math.min(...list.flatMap((a) => list.map((b) => a.mmul(b).trace())))).toBeLessThan(-0.1);
    const signed = densePairwise(list, signedRoot);
    expect(relativeDifference(densePairwise(list, unsignedRoot), signed)).toBeGreaterThan(1e-4);
    expect(relativeDifference(pairwiseCoherence(...sets, 0.5)!, signed)).toBeLessThan(TOLERANCE);
  });

  it('at alpha 0 every sample counts n_F times: n_F times the coherence of the retain set', () => {
    const retain = factorSet([[[1, 0]], [[1, 0]], [[0, 1]]], 2);
    const forget = factorSet([[[1, 1]], [[2, 0]], [[0, 3]], [[1, 2]]], 2);
    expect(relativeDifference(pairwiseCoherence(retain, forget, 0)!, 4 * 2)).toBeLessThan(TOLERANCE);
  });

  it('is null without pairs', () => {
    const set = factorSet([[[1, 0]]], 2);
    expect(pairwiseCoherence(set, emptySet(2), 0.1)).toBeNull();
    expect(pairwiseCoherence(emptySet(2), set, 0.1)).toBeNull();
  });

  it('is null above MAX_PAIRS', () => {
    const many = rankOneSet(new Float64Array(MAX_PAIRS + 1).fill(1), 1);
    expect(pairwiseCoherence(many, factorSet([[[0.1]]], 1), 0.1)).toBeNull();
  });

  it('is null if no A_(r,f) has a positive eigenvalue', () => {
    const retain = factorSet([[[1, 0]]], 2);
    const forget = factorSet([[[0, 1]], [[0, 2]]], 2);
    expect(pairwiseCoherence(retain, forget, 1)).toBeNull();
    expect(pairwiseCoherence(factorSet([[[0, 0]]], 2), forget, 0.5)).toBeNull();
    expect(pairwiseCoherence(retain, forget, 0.999)).not.toBeNull();
  });

  it('is null for parallel samples of which the forget one is heavier, in every number of coordinates', () => {
    for (const direction of [[1], [0.6, 0.8], [1 / 3, 2 / 3], [1 / 3, 2 / 7, 1]]) {
      for (const [h, f, alpha] of [
        [1, 2, 0.9],
        [0.7, 1.3, 0.8],
        [0.3, 1.7, 0.9],
      ] as const) {
        const along = (size: number): FactorSet =>
          factorSet([[direction.map((x) => size * x)]], direction.length);
        expect(pairwiseCoherence(along(h), along(f), alpha)).toBeNull();
        expect(pairwiseCoherence(along(f), along(h), 1 - alpha)).not.toBeNull();
      }
    }
  });

  it('is null at alpha = 1, where no pair has a positive eigenvalue', () => {
    const [retain, forget] = [3, 2].map((n) =>
      rankOneSet(
        Float64Array.from({ length: 2 * n }, (_, k) => Math.sin(k + n)),
        2,
      ),
    );
    expect(pairwiseCoherence(retain!, forget!, 1)).toBeNull();
  });
});
