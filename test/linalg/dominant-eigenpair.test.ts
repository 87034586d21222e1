import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { dominantEigenpair, logSpectralRadius } from '../../src/linalg/dominant-eigenpair.js';
import { matrixTimesVector } from '../../src/linalg/vectors.js';
import { randomSource } from '../../src/statistics/generator.js';
import { largestDifference, relativeDifference } from '../closeness.js';
import { normalEntries } from '../sample-problems.js';

/** An n x n matrix of positive entries: it leaves the cone of positive vectors invariant, and is far from symmetric. */
function positive(n: number, spread: number): Float64Array {
  return normalEntries(randomSource('positive', n, spread), n, n).map((x) => Math.exp(spread * x));
}

function radius(matrix: Float64Array, n: number): number {
  const dense = Matrix.from1DArray(n, n, Array.from(matrix));
  const { realEigenvalues, imaginaryEigenvalues } = new EigenvalueDecomposition(dense, {
    assumeSymmetric: false,
  });
  return Math.max(...realEigenvalues.map((x, k) => Math.hypot(x, imaginaryEigenvalues[k]!)));
}

/** The diagonal map of n eigenvalues that crowd below 1: 1 - (k/n)^2/100. */
function crowded(n: number) {
  const values = Float64Array.from({ length: n }, (_, k) => 1 - (k / n) ** 2 / 100);
  return (x: Float64Array, out: Float64Array) => {
    x.forEach((entry, k) => (out[k] = values[k]! * entry));
  };
}

const CASES = [1, 2, 3, 10, 40, 120].flatMap((n) => [0.1, 1, 3].map((spread) => ({ n, spread })));

describe('dominantEigenpair', () => {
  it('is found where eigenvalues crowd, of a map small enough to be written out', () => {
    const top = dominantEigenpair(crowded(100), new Float64Array(100).fill(1));
    expect(Math.abs(top.value - 1)).toBeLessThan(1e-14);
    expect(top.residual).toBeLessThan(1e-14);
    expect(Math.abs(top.vector[0]!)).toBeCloseTo(1, 12);
    expect(() => dominantEigenpair(crowded(170), new Float64Array(170).fill(1))).toThrow('no convergence');
  });

  it.each(CASES)(
    'is the radius and an eigenvector of a positive matrix, n $n, spread $spread',
    ({ n, spread }) => {
      const matrix = positive(n, spread);
      const apply = (x: Float64Array, out: Float64Array) => void matrixTimesVector(matrix, x, out);
      const top = dominantEigenpair(apply, new Float64Array(n).fill(1));
      expect(relativeDifference(top.value, radius(matrix, n))).toBeLessThan(1e-9);
      const image = matrixTimesVector(matrix, top.vector);
      expect(
        largestDifference(
          image,
          top.vector.map((x) => top.value * x),
        ),
      ).toBeLessThan(1e-9);
    },
  );

  it('is the real one of eigenvalues of the same modulus', () => {
    // A rotation of three axes: 1 and two complex ones of modulus 1.
    const rotation = Float64Array.of(0, 0, 1, 1, 0, 0, 0, 1, 0);
    const apply = (x: Float64Array, out: Float64Array) => void matrixTimesVector(rotation, x, out);
    expect(dominantEigenpair(apply, Float64Array.of(3, 2, 1)).value).toBeCloseTo(1, 12);
  });

  it('needs restarts where the gap is small, and says so if it gets no further', () => {
    const n = 100;
    const path = new Float64Array(n * n);
    for (let i = 0; i + 1 < n; i++) path[i * n + i + 1] = path[(i + 1) * n + i] = 0.5;
    const apply = (x: Float64Array, out: Float64Array) => {
      matrixTimesVector(path, x, out);
      for (let i = 0; i < n; i++) out[i]! += x[i]!;
    };
    const start = Float64Array.from({ length: n }, (_, i) => 1 + Number(i === 0));
    expect(() => dominantEigenpair(apply, start, { maxIterations: 30 })).toThrow(
      /no convergence in 30 iterations/,
    );
    const { value, iterations } = dominantEigenpair(apply, start);
    expect(iterations).toBeGreaterThan(60);
    expect(relativeDifference(value, 1 + Math.cos(Math.PI / (n + 1)))).toBeLessThan(1e-12);
  });
});

describe('logSpectralRadius', () => {
  it.each(CASES)('is the log of the radius, n $n, spread $spread', ({ n, spread }) => {
    const matrix = positive(n, spread);
    expect(Math.abs(logSpectralRadius(matrix, n) - Math.log(radius(matrix, n)))).toBeLessThan(1e-10);
    const signed = normalEntries(randomSource('signed', n), n, n);
    expect(Math.abs(logSpectralRadius(signed, n) - Math.log(radius(signed, n)))).toBeLessThan(1e-9);
  });

  it('is that of a complex pair, and -Infinity for a nilpotent matrix', () => {
    expect(logSpectralRadius(Float64Array.of(0, -2, 2, 0), 2)).toBeCloseTo(Math.log(2), 12);
    expect(logSpectralRadius(Float64Array.of(0, 1, 0, 0), 2)).toBe(-Infinity);
  });
});
