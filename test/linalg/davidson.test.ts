import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { largestEigenpair, type TopEigenpair } from '../../src/linalg/davidson.js';
import { symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { addScaled, norm } from '../../src/linalg/vectors.js';
import { randomSource } from '../../src/statistics/generator.js';
import {
  denseMatrix,
  entriesOf,
  normalEntries,
  randomRotation,
  symmetricEntries,
} from '../sample-problems.js';

/** The default stops at an estimated relative error of 1e-11; ten times that leaves room for rounding. */
const CONVERGED = 1e-10;

/** Rounding of one product with a matrix of norm about 1 and size at most 40. */
const ROUNDING = 1e-13;

type Application = (x: Float64Array, out: Float64Array) => void;

function application(matrix: Float64Array, n: number): Application {
  return (x, out) => {
    for (let i = 0; i < n; i++) {
      out[i] = 0;
      for (let j = 0; j < n; j++) out[i]! += matrix[i * n + j]! * x[j]!;
    }
  };
}

/** Q diag(spectrum) Q^T with a random rotation Q, and Q. */
function withSpectrum(spectrum: readonly number[], word: string): { matrix: Float64Array; rotation: Matrix } {
  const rotation = randomRotation(randomSource('davidson', word), spectrum.length);
  const matrix = rotation.mmul(Matrix.diag([...spectrum])).mmul(rotation.transpose());
  return { matrix: entriesOf(matrix), rotation };
}

/** |A v - value v|. */
function recomputedResidual(apply: Application, { value, vector }: TopEigenpair): number {
  const image = new Float64Array(vector.length);
  apply(vector, image);
  addScaled(image, -value, vector);
  return norm(image);
}

describe('largestEigenpair', () => {
  it('finds the top eigenvalue of dense random symmetric matrices of size 1 to 40', () => {
    const random = randomSource('davidson', 'random');
    for (let n = 1; n <= 40; n++) {
      const matrix = symmetricEntries(random, n);
      const top = largestEigenpair(application(matrix, n), normalEntries(random, 1, n));
      const { values } = symmetricEigen(matrix, n);
      const size = Math.max(-values[0]!, values[n - 1]!);
      expect(Math.abs(top.value - values[n - 1]!), `size ${n}`).toBeLessThan(CONVERGED * size);
      expect(Math.abs(norm(top.vector) - 1)).toBeLessThan(ROUNDING);
    }
  });

  it('finds the largest eigenvalue, not the one of largest size', () => {
    const { matrix } = withSpectrum([-10, -3, 1, 2], 'negative');
    const top = largestEigenpair(application(matrix, 4), Float64Array.of(1, 2, 3, 4));
    expect(Math.abs(top.value - 2)).toBeLessThan(5 * CONVERGED);
  });

  it('copes with a top eigenvalue of multiplicity three: value and some eigenvector of it', () => {
    const { matrix } = withSpectrum([0, 0.5, 1, 2, 3, 3, 3], 'degenerate');
    const apply = application(matrix, 7);
    const top = largestEigenpair(apply, new Float64Array(7).fill(1));
    expect(Math.abs(top.value - 3)).toBeLessThan(CONVERGED);
    // The error of the vector is the square root of that of the value.
    expect(recomputedResidual(apply, top)).toBeLessThan(1e-5);
    expect(top.iterations).toBeLessThanOrEqual(5);
  });

  it('is exact after one iteration for size 1, for multiples of the identity and for the zero map', () => {
    const single = largestEigenpair((x, out) => void (out[0] = -4 * x[0]!), Float64Array.of(2));
    expect(single).toMatchObject({ value: -4, iterations: 1, vector: Float64Array.of(1) });
    const scalar = largestEigenpair((x, out) => out.set(x.map((y) => 7 * y)), Float64Array.of(1, 2, 3));
    expect(Math.abs(scalar.value - 7)).toBeLessThan(7 * ROUNDING);
    expect(scalar.iterations).toBe(1);
    const zero = largestEigenpair((_x, out) => out.fill(0), Float64Array.of(1, 1));
    expect(zero).toMatchObject({ value: 0, residual: 0, iterations: 1 });
  });

  it('works at scales 1e-150 and 1e150', () => {
    const { matrix } = withSpectrum([0.1, 0.3, 0.9, 1], 'scales');
    for (const scale of [1e-150, 1e150]) {
      const apply = application(
        matrix.map((x) => scale * x),
        4,
      );
      const top = largestEigenpair(apply, Float64Array.of(1, 1, 1, 1));
      expect(Math.abs(top.value / scale - 1)).toBeLessThan(CONVERGED);
    }
  });

  it('states a residual that is |A v - value v|, within which there is an eigenvalue, at every tolerance', () => {
    const spectrum = Array.from({ length: 40 }, (_, k) => ((k + 1) / 40) ** 0.5);
    const { matrix } = withSpectrum(spectrum, 'residual');
    const apply = application(matrix, 40);
    const start = normalEntries(randomSource('davidson', 'residual start'), 1, 40);
    for (const tolerance of [1e-1, 1e-2, 1e-3, 1e-5, 1e-8]) {
      const top = largestEigenpair(apply, start, { tolerance });
      expect(Math.abs(recomputedResidual(apply, top) - top.residual)).toBeLessThan(10 * ROUNDING);
      const nearest = Math.min(...spectrum.map((x) => Math.abs(x - top.value)));
      expect(nearest).toBeLessThan(top.residual + ROUNDING);
      expect(top.residual).toBeLessThanOrEqual(tolerance * top.value);
      expect(top.iterations).toBeLessThan(40);
    }
  });

  it('states a residual that covers the true error, by far where the top eigenvalue stands apart', () => {
    const spectrum = [...Array.from({ length: 39 }, (_, k) => (0.6 * k) / 38), 1];
    const { matrix } = withSpectrum(spectrum, 'error');
    const apply = application(matrix, 40);
    const start = normalEntries(randomSource('davidson', 'error start'), 1, 40);
    for (const tolerance of [1e-2, 1e-3, 1e-5, 1e-8]) {
      const top = largestEigenpair(apply, start, { tolerance });
      expect(Math.abs(top.value - 1)).toBeLessThan(top.residual ** 2 / 0.3 + ROUNDING);
    }
  });

  it('is not taken in by two eigenvalues a millionth apart', () => {
    const spectrum = [0.1, 0.2, 0.5, 1 - 1e-6, 1];
    const { matrix } = withSpectrum(spectrum, 'close pair');
    const start = normalEntries(randomSource('davidson', 'close pair start'), 1, 5);
    const top = largestEigenpair(application(matrix, 5), start);
    expect(Math.abs(top.value - 1)).toBeLessThan(1e-9);
  });

  it('stops earlier at a coarser tolerance, and never above the true value by more than rounding', () => {
    const spectrum = Array.from({ length: 40 }, (_, k) => ((k + 1) / 40) ** 0.5);
    const { matrix } = withSpectrum(spectrum, 'monotone');
    const apply = application(matrix, 40);
    const start = new Float64Array(40).fill(1);
    const tops = [1e-1, 1e-4, 1e-12].map((tolerance) => largestEigenpair(apply, start, { tolerance }));
    for (const top of tops) expect(top.value).toBeLessThan(1 + ROUNDING);
    expect(tops[0]!.iterations).toBeLessThan(tops[1]!.iterations);
    expect(tops[1]!.iterations).toBeLessThan(tops[2]!.iterations);
    expect(1 - tops[0]!.value).toBeGreaterThan(1e-6);
  });

  it('stays in the invariant space of its start: a start across the top eigenvector misses it', () => {
    const { matrix, rotation } = withSpectrum([1, 2, 3, 9], 'start');
    const start = Float64Array.from(rotation.getColumn(1));
    addScaled(start, 0.5, Float64Array.from(rotation.getColumn(0)));
    const top = largestEigenpair(application(matrix, 4), start, { tolerance: 1e-6 });
    expect(Math.abs(top.value - 2)).toBeLessThan(1e-5);
  });

  it('throws RangeError for a start of zeros or with a number that is not finite', () => {
    const apply = application(Float64Array.of(1, 0, 0, 1), 2);
    expect(() => largestEigenpair(apply, new Float64Array(2))).toThrow(RangeError);
    expect(() => largestEigenpair(apply, Float64Array.of(1, NaN))).toThrow(/its norm is NaN/);
    expect(() => largestEigenpair(apply, Float64Array.of(1, Infinity))).toThrow(/its norm is Infinity/);
  });

  it('throws, with the error reached, if the iterations do not suffice', () => {
    const { matrix } = withSpectrum(
      Array.from({ length: 30 }, (_, k) => k),
      'few iterations',
    );
    const start = new Float64Array(30).fill(1);
    const run = () => largestEigenpair(application(matrix, 30), start, { maxIterations: 3 });
    expect(run).toThrow(/no convergence in 3 iterations: relative residual \d/);
    const best = largestEigenpair(application(matrix, 30), start, { maxIterations: 3, approximate: true });
    expect(best.iterations).toBe(3);
    expect(best.value).toBeLessThan(29);
    expect(best.residual).toBeGreaterThan(CONVERGED);
  });

  it('withSpectrum, on which this file rests, has the planted eigenvalues', () => {
    const { matrix } = withSpectrum([-1, 2, 2, 5], 'check');
    const dense = denseMatrix(matrix, 4, 4);
    expect(Math.abs(dense.trace() - 8)).toBeLessThan(ROUNDING * 10);
    expect(Math.abs(dense.mmul(dense).trace() - 34)).toBeLessThan(ROUNDING * 100);
  });
});

describe('largestEigenpair on maps that need restarts or have a diagonal', () => {
  /** Spectrum 1/n .. 1 on the axes: a diagonal map, for large sizes. */
  const axes = (n: number): { apply: Application; diagonal: Float64Array } => {
    const diagonal = Float64Array.from({ length: n }, (_, k) => (k + 1) / n);
    return { diagonal, apply: (x, out) => out.set(x.map((value, k) => diagonal[k]! * value)) };
  };

  it('converges through restarts of the search space to the top of 1500 evenly spaced eigenvalues', () => {
    const { apply } = axes(1500);
    const top = largestEigenpair(apply, new Float64Array(1500).fill(1));
    expect(Math.abs(top.value - 1)).toBeLessThan(CONVERGED);
    expect(top.iterations).toBeGreaterThan(100);
    expect(recomputedResidual(apply, top)).toBeLessThan(1e-5);
  });

  it('finds the same value with an approximate diagonal, in fewer applications', () => {
    const random = randomSource('davidson', 'diagonal');
    const n = 300;
    const { diagonal } = axes(n);
    const coupling = symmetricEntries(random, n).map((x) => (1e-3 * x) / Math.sqrt(n));
    const matrix = coupling.map((x, k) => x + (k % (n + 1) === 0 ? diagonal[k / (n + 1)]! : 0));
    const apply = application(matrix, n);
    const start = new Float64Array(n).fill(1);
    const plain = largestEigenpair(apply, start);
    const helped = largestEigenpair(apply, start, { diagonal });
    const expected = symmetricEigen(matrix, n).values[n - 1]!;
    expect(Math.abs(plain.value - expected)).toBeLessThan(CONVERGED);
    expect(Math.abs(helped.value - expected)).toBeLessThan(CONVERGED);
    expect(helped.iterations).toBeLessThan(plain.iterations / 2);
  });

  it('finds the same value with a diagonal that has nothing to do with the map', () => {
    const random = randomSource('davidson', 'wrong diagonal');
    const { matrix } = withSpectrum([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 'wrong diagonal');
    for (let trial = 0; trial < 10; trial++) {
      const diagonal = Float64Array.from({ length: 10 }, () => 20 * random.uniform());
      const top = largestEigenpair(application(matrix, 10), normalEntries(random, 1, 10), { diagonal });
      expect(Math.abs(top.value - 9)).toBeLessThan(9 * CONVERGED);
    }
  });

  it('is exact at once if the start is the top eigenvector, also with the exact diagonal', () => {
    const { apply, diagonal } = axes(50);
    const start = new Float64Array(50);
    start[49] = -3;
    const top = largestEigenpair(apply, start, { diagonal });
    expect(top).toMatchObject({ value: 1, iterations: 1, residual: 0 });
  });
});
