import { EigenvalueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { tridiagonalEigen } from '../../src/linalg/divide-and-conquer.js';
import { multiplyTransposed } from '../../src/linalg/multiply-transposed.js';
import {
  symmetricEigen,
  symmetricEigenvalues,
  type SymmetricEigen,
} from '../../src/linalg/symmetric-eigen.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { largestDifference } from '../closeness.js';
import { denseMatrix, normalEntries, symmetricEntries } from '../sample-problems.js';

/** Some roundings times the order, about 500, relative to the largest eigenvalue. */
const ROUNDING = 1e-13;

/** max |V V^T - 1|. */
function orthogonalityError({ rows, values: { length: n } }: SymmetricEigen): number {
  const products = multiplyTransposed(rows, n, rows, n, n);
  return products.reduce((worst, x, k) => Math.max(worst, Math.abs(x - Number(k % (n + 1) === 0))), 0);
}

/** max |V A - diag(values) V| over the largest |value|. */
function residual(matrix: Float64Array, { rows, values }: SymmetricEigen): number {
  const n = values.length;
  const images = multiplyTransposed(rows, n, matrix, n, n);
  const expected = rows.map((x, k) => values[Math.floor(k / n)]! * x);
  const scale = Math.max(Math.abs(values[0]!), Math.abs(values[n - 1]!)) || 1;
  return images.reduce((worst, x, k) => Math.max(worst, Math.abs(x - expected[k]!)), 0) / scale;
}

const ascending = (values: Float64Array): boolean => values.every((x, k) => k === 0 || values[k - 1]! <= x);

function tridiagonal(diagonal: Float64Array, off: Float64Array): Float64Array {
  const n = diagonal.length;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    matrix[i * (n + 1)] = diagonal[i]!;
    if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = off[i]!;
  }
  return matrix;
}

type Draw = (random: RandomSource, i: number) => number;

/** What makes pairs of the tridiagonal eigenproblem hard: equal values, glued blocks, zeros, grading. */
const KINDS: readonly (readonly [string, Draw, Draw])[] = [
  ['normal entries', (random) => random.normal(), (random) => random.normal()],
  ['negative off-diagonal', () => 2, () => -1],
  ['a diagonal matrix of two values', (_, i) => i % 2, () => 0],
  ['the zero matrix', () => 0, () => 0],
  ["glued copies of Wilkinson's W21+", (_, i) => Math.abs((i % 21) - 10), (_, i) => (i % 21 === 0 ? 1e-8 : 1)],
  ['a split in the middle of a half', (random) => random.normal(), (random, i) => (i === 37 ? 0 : random.normal())],
  ['entries over 16 orders of size', (random, i) => random.normal() * 10 ** (-i / 10), (random, i) => random.normal() * 10 ** (-i / 10)],
  ['tiny off-diagonal', (_, i) => (i * 7) % 11, (random) => 1e-9 * random.normal()],
]; // prettier-ignore

describe('tridiagonalEigen', () => {
  it.each(KINDS)('is orthonormal and diagonalises: %s', (name, ofDiagonal, ofOff) => {
    for (const n of [1, 2, 32, 33, 66, 170]) {
      const random = randomSource('divide', name, n);
      const diagonal = Float64Array.from({ length: n }, (_, i) => ofDiagonal(random, i));
      const off = Float64Array.from({ length: n }, (_, i) => (i === 0 ? 0 : ofOff(random, i)));
      const matrix = tridiagonal(diagonal, off);
      const eigen = tridiagonalEigen(diagonal, off);
      expect(ascending(eigen.values)).toBe(true);
      expect(orthogonalityError(eigen), `orthogonality, n = ${n}`).toBeLessThan(ROUNDING);
      expect(residual(matrix, eigen), `residual, n = ${n}`).toBeLessThan(ROUNDING);
    }
  });

  it("has ml-matrix's eigenvalues", () => {
    const n = 150;
    const random = randomSource('divide', 'reference');
    const [diagonal, off] = [normalEntries(random, 1, n), normalEntries(random, 1, n)];
    const matrix = denseMatrix(tridiagonal(diagonal, off), n, n);
    const { realEigenvalues } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
    expect(largestDifference(tridiagonalEigen(diagonal, off).values, realEigenvalues)).toBeLessThan(ROUNDING);
  });

  it('has the eigenvalues 2 - 2 cos(k pi / (n+1)) of the second difference', () => {
    const n = 200;
    const { values } = tridiagonalEigen(new Float64Array(n).fill(2), new Float64Array(n).fill(-1));
    const expected = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)));
    expect(largestDifference(values, expected)).toBeLessThan(ROUNDING);
  });
});

/** X X^T for X n x k: n - k eigenvalues 0. */
function gram(random: RandomSource, n: number, k: number): Float64Array {
  const x = normalEntries(random, n, k);
  return multiplyTransposed(x, n, x, n, k);
}

describe('symmetricEigen of large matrices', () => {
  it('has the eigenvalues of QL', () => {
    const n = 530;
    const matrix = symmetricEntries(randomSource('large eigen', n), n);
    const { values } = symmetricEigen(matrix, n);
    expect(largestDifference(values, symmetricEigenvalues(matrix, n))).toBeLessThan(ROUNDING);
  });

  it.each([
    ['normal', (random: RandomSource, n: number) => symmetricEntries(random, n)],
    ['of rank 100', (random: RandomSource, n: number) => gram(random, n, 100)],
    ['1 + a projection', (_: RandomSource, n: number) => Float64Array.from({ length: n * n }, (_, k) => 1 / n + Number(k % (n + 1) === 0))],
    ['of size 1e-200', (random: RandomSource, n: number) => symmetricEntries(random, n).map((x) => 1e-200 * x)],
  ] as const)('is orthonormal and diagonalises: %s', (name, draw) => {
    const n = 520;
    const matrix = draw(randomSource('large eigen', name), n);
    const eigen = symmetricEigen(matrix, n);
    expect(ascending(eigen.values)).toBe(true);
    expect(orthogonalityError(eigen)).toBeLessThan(ROUNDING);
    expect(residual(matrix, eigen)).toBeLessThan(ROUNDING);
  }); // prettier-ignore

  it('does not see what an earlier one left in the memory, and ends where an entry is no number', () => {
    const n = 512;
    const matrix = symmetricEntries(randomSource('large eigen', 'memory'), n);
    const first = symmetricEigen(matrix, n);
    expect(symmetricEigen(new Float64Array(n * n).fill(NaN), n).values.every(Number.isNaN)).toBe(true);
    const again = symmetricEigen(matrix, n);
    expect([
      largestDifference(again.values, first.values),
      largestDifference(again.rows, first.rows),
    ]).toEqual([0, 0]);
  });
});
