import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  identityMatrix,
  largestEigenvalue,
  largestMagnitude,
  smallestEigenvalue,
  symmetricEigen,
  type SymmetricEigen,
} from '../../src/linalg/symmetric-eigen.js';
import { PlainLoops, type TridiagonalLoops, tridiagonalLoops } from '../../src/linalg/tridiagonal-loops.js';
import { randomSource } from '../../src/statistics/generator.js';
import { largestDifference, relativeDifference } from '../closeness.js';
import { denseMatrix, entriesOf, symmetricEntries } from '../sample-problems.js';

/** Householder and QL are backward stable: a few n units of rounding; n is at most 20 here. */
const ROUNDING = 1e-13;

/** sum_k values[k] v_k v_k^T. */
function reconstruction({ values, rows }: SymmetricEigen): Float64Array {
  const n = values.length;
  const v = denseMatrix(rows, n, n);
  return entriesOf(
    v
      .transpose()
      .mmul(Matrix.diag(Array.from(values)))
      .mmul(v),
  );
}

function orthogonalityError({ values, rows }: SymmetricEigen): number {
  const n = values.length;
  const v = denseMatrix(rows, n, n);
  return largestDifference(entriesOf(v.mmul(v.transpose())), identityMatrix(n));
}

describe('symmetricEigen', () => {
  it.each([1e-150, 1e-30, 1, 1e30, 1e150])('reconstructs matrices of size 1 to 20 and scale %d', (scale) => {
    const random = randomSource('symmetricEigen', 'reconstruction', scale);
    for (let n = 1; n <= 20; n++) {
      const matrix = symmetricEntries(random, n).map((x) => scale * x);
      const eigen = symmetricEigen(matrix, n);
      expect(largestDifference(reconstruction(eigen), matrix), `size ${n}`).toBeLessThan(ROUNDING);
      expect(orthogonalityError(eigen), `size ${n}`).toBeLessThan(ROUNDING);
    }
  });

  it('has ascending eigenvalues', () => {
    const random = randomSource('symmetricEigen', 'order');
    for (let n = 2; n <= 20; n++) {
      const { values } = symmetricEigen(symmetricEntries(random, n), n);
      for (let k = 1; k < n; k++) expect(values[k]!).toBeGreaterThanOrEqual(values[k - 1]!);
    }
  });

  it('a spectrum in another order does not reconstruct the matrix', () => {
    const matrix = symmetricEntries(randomSource('symmetricEigen', 'wrong order'), 5);
    const { values, rows } = symmetricEigen(matrix, 5);
    const wrong = reconstruction({ values: values.slice().reverse(), rows });
    expect(largestDifference(wrong, matrix)).toBeGreaterThan(0.1);
  });

  it('has the eigenvalues 2 - 2 cos(k pi / (n+1)) of the second difference', () => {
    const n = 12;
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      matrix[i * n + i] = 2;
      if (i > 0) matrix[i * n + i - 1] = matrix[(i - 1) * n + i] = -1;
    }
    const expected = Array.from({ length: n }, (_, k) => 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)));
    expect(largestDifference(symmetricEigen(matrix, n).values, expected)).toBeLessThan(ROUNDING);
  });

  it('keeps a repeated eigenvalue with its whole orthonormal eigenspace', () => {
    const matrix = Float64Array.of(2, 1, 1, 1, 2, 1, 1, 1, 2);
    const eigen = symmetricEigen(matrix, 3);
    expect(largestDifference(eigen.values, [1, 1, 4])).toBeLessThan(ROUNDING);
    expect(orthogonalityError(eigen)).toBeLessThan(ROUNDING);
    expect(largestDifference(reconstruction(eigen), matrix)).toBeLessThan(ROUNDING);
  });

  it('is empty for size 0, the entry itself for size 1, the identity for a zero matrix', () => {
    expect(symmetricEigen(new Float64Array(0), 0)).toEqual({
      values: new Float64Array(0),
      rows: new Float64Array(0),
    });
    expect(symmetricEigen(Float64Array.of(-3e200), 1)).toEqual({
      values: Float64Array.of(-3e200),
      rows: Float64Array.of(1),
    });
    expect(symmetricEigen(new Float64Array(9), 3)).toEqual({
      values: new Float64Array(3),
      rows: identityMatrix(3),
    });
  });
});

describe('largestEigenvalue and smallestEigenvalue', () => {
  it('are the ends of the spectrum, 0 for size 0', () => {
    const matrix = symmetricEntries(randomSource('ends'), 6);
    const { values } = symmetricEigen(matrix, 6);
    expect(largestEigenvalue(matrix, 6)).toBe(values[5]);
    expect(smallestEigenvalue(matrix, 6)).toBe(values[0]);
    expect(relativeDifference(values[0]!, values[5]!)).toBeGreaterThan(0.1);
    expect(largestEigenvalue(new Float64Array(0), 0)).toBe(0);
    expect(smallestEigenvalue(new Float64Array(0), 0)).toBe(0);
  });
});

describe('largestMagnitude', () => {
  it('is max |x|, 0 for an empty array', () => {
    expect(largestMagnitude(Float64Array.of(1, -7, 3))).toBe(7);
    expect(largestMagnitude(new Float64Array(0))).toBe(0);
  });
});

describe('tridiagonalLoops', () => {
  /** The loops with the same random numbers in all arrays. */
  function filled<Loops extends TridiagonalLoops>(loops: Loops, n: number): Loops {
    const random = randomSource('tridiagonalLoops', n);
    for (const numbers of [loops.v, loops.d, loops.e, loops.cosines, loops.sines]) {
      for (let k = 0; k < numbers.length; k++) numbers[k] = random.normal();
    }
    return loops;
  }

  const CALLS: readonly (readonly [string, (loops: TridiagonalLoops, i: number, n: number) => void])[] = [
    ['symmetricProduct', (loops, i) => loops.symmetricProduct(i)],
    ['rankTwoUpdate', (loops, i) => loops.rankTwoUpdate(i)],
    ['reflectRows', (loops, i, n) => loops.reflectRows(Math.min(i, n - 2))],
    ['rotateRows', (loops, i, n) => loops.rotateRows(Math.floor(i / 3), Math.min(i, n - 1))],
  ];

  it.each(CALLS)('%s is the plain loop to the last bit, for every remainder of its blocks', (_, call) => {
    for (const n of [16, 17, 23, 40]) {
      for (let i = 0; i < n; i++) {
        const compiled = filled(tridiagonalLoops(n), n);
        const plain = filled(new PlainLoops(n), n);
        call(compiled, i, n);
        call(plain, i, n);
        for (const array of ['v', 'd', 'e'] as const) {
          expect(compiled[array], `${array}, n = ${n}, i = ${i}`).toEqual(plain[array]);
        }
      }
    }
  });

  it('are compiled from order 16 on: without, the test above would compare the plain loops with themselves', () => {
    expect(tridiagonalLoops(16), 'npm run build compiles the kernel').not.toBeInstanceOf(PlainLoops);
    expect(tridiagonalLoops(15)).toBeInstanceOf(PlainLoops);
  });

  it('a decomposition does not see what an earlier one left in the memory', () => {
    for (const n of [5, 30]) {
      const matrix = symmetricEntries(randomSource('tridiagonalLoops', 'memory', n), n);
      const fresh = symmetricEigen(matrix, n);
      symmetricEigen(symmetricEntries(randomSource('tridiagonalLoops', 'other', n), n), n);
      expect(symmetricEigen(matrix, n)).toEqual(fresh);
      for (const array of Object.values(tridiagonalLoops(n)))
        if (array instanceof Float64Array) array.fill(NaN);
      expect(symmetricEigen(matrix, n)).toEqual(fresh);
    }
  });
});
