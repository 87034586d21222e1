import fc from 'fast-check';
import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { reduced } from '../../properties/theorem-property.js';
import { meanCurvature, meanHessian } from '../../src/theory/mean-curvature.js';
import { meanFieldStep, topOfPair } from '../../src/theory/mean-field.js';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { alignedProblems } from '../../theorems/draws/aligned-problems.js';
import { descentOnly } from '../../theorems/draws/extremal-families.js';

/** Top eigenvalue of the 2 x 2 matrix at eta, with L_eta as a dense r^2 x r^2 matrix. */
function denseRadius(problem: ReducedProblem, eta: number): number {
  const r = problem.dimension;
  const square = (m: Float64Array) => Matrix.from1DArray(r, r, [...m]);
  const d = square(meanCurvature(problem));
  const one = Matrix.eye(r);
  const first = Matrix.add(d.kroneckerProduct(one), one.kroneckerProduct(d)).mul(eta);
  const solve = inverse(Matrix.sub(first, d.kroneckerProduct(d).mul(eta * eta)));
  const sets = problem.groups.map(({ samples, weight, batchSize }) => {
    const n = samples.sampleCount;
    const scale = weight * Math.sqrt((n / batchSize - 1) / n);
    return Matrix.columnVector(Array.from(meanHessian(samples), (x) => scale * x));
  });
  const matrix = new Matrix(
    sets.map((g) => sets.map((h) => eta * eta * g.transpose().mmul(solve).mmul(h).get(0, 0))),
  );
  return Math.max(...new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues);
}

describe('meanFieldStep', () => {
  test('is where the dense 2 x 2 matrix has top eigenvalue 1, or 2/lambda_1(D) where it stays below', () => {
    const problems = alignedProblems({ mixing: 'below', samplings: ['bernoulli'], rank: 'one' });
    fc.assert(
      fc.property(problems, (spec) => {
        const problem = reduced(spec);
        fc.pre(problem.dimension <= 5);
        const step = meanFieldStep(problem)!;
        expect(denseRadius(problem, 0.999 * step)).toBeLessThan(1);
        const end = 2 / Math.max(...eigenvalues(problem));
        if (step < end * (1 - 1e-6)) expect(Math.abs(denseRadius(problem, step) - 1)).toBeLessThan(1e-6);
        else expect(step).toBeLessThanOrEqual(end * (1 + 1e-12));
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  test('is 2 sigma/(sigma + nu) on sigma equal samples, and null where D is not positive', () => {
    const equal = descentOnly([[[1]], [[1]], [[1]]], 1);
    expect(meanFieldStep(reduced(equal))).toBeCloseTo(6 / 5, 12);
    const escaping = { ...equal, forget: [[[2]]], alpha: 0.5 };
    expect(meanFieldStep(reduced(escaping))).toBeNull();
  });

  test('is 2/lambda_1(D) without noise', () => {
    expect(meanFieldStep(reduced(descentOnly([[[1]], [[1]]], 2)))).toBeCloseTo(2, 12);
  });
});

test('topOfPair is the top eigenvalue of [[rr, rf], [rf, ff]]', () => {
  expect(topOfPair({ rr: 2, rf: 0, ff: 5 })).toBe(5);
  expect(topOfPair({ rr: 1, rf: 2, ff: 4 })).toBeCloseTo(5, 12);
});

function eigenvalues(problem: ReducedProblem): number[] {
  const d = Matrix.from1DArray(problem.dimension, problem.dimension, [...meanCurvature(problem)]);
  return new EigenvalueDecomposition(d, { assumeSymmetric: true }).realEigenvalues;
}
