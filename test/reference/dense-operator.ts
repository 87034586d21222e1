import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { CurvatureGroup, FactorSet, ReducedProblem } from '../../src/theory/problem.js';

/**
 * The second-moment operator as a dense r^2 x r^2 matrix on vec(M), written out from the definitions
 * with Kronecker products: slow, obvious, and sharing no code with `exactStability`. A reference.
 */
export function denseSecondMoment(problem: ReducedProblem, eta: number): Matrix {
  const r = problem.dimension;
  const mean = Matrix.eye(r).sub(denseMeanCurvature(problem).mul(eta));
  return mean.kroneckerProduct(mean).add(denseNoise(problem).mul(eta * eta));
}

/** rho(T) from the dense matrix. */
export function denseSpectralRadius(problem: ReducedProblem, eta: number): number {
  return topSymmetricEigenvalue(denseSecondMoment(problem, eta));
}

/** eta* = 1/rho(L^-1 Q) by dense matrices; 0 if D has an eigenvalue <= 0. */
export function denseCriticalStep(problem: ReducedProblem): number {
  const r = problem.dimension;
  const d = denseMeanCurvature(problem);
  const spectrum = new EigenvalueDecomposition(d, { assumeSymmetric: true });
  if (Math.min(...spectrum.realEigenvalues) <= 0) return 0;
  const identity = Matrix.eye(r);
  const lyapunov = d.kroneckerProduct(identity).add(identity.kroneckerProduct(d));
  const inverseRoot = symmetricInverseRoot(lyapunov);
  const quadratic = d.kroneckerProduct(d).add(denseNoise(problem));
  return 1 / topSymmetricEigenvalue(inverseRoot.mmul(quadratic).mmul(inverseRoot));
}

/** D = (1 - alpha) Hbar_R - alpha Hbar_F. */
export function denseMeanCurvature(problem: ReducedProblem): Matrix {
  const sum = Matrix.zeros(problem.dimension, problem.dimension);
  for (const group of problem.groups) {
    for (const hessian of denseHessians(group.samples)) {
      sum.add(hessian.mul((group.sign * group.weight) / group.samples.sampleCount));
    }
  }
  return sum;
}

/** H_i = sum of f f^T for every sample of the set. */
export function denseHessians(set: FactorSet): Matrix[] {
  return Array.from({ length: set.sampleCount }, (_, i) => {
    const hessian = Matrix.zeros(set.dimension, set.dimension);
    for (let row = set.offsets[i]!; row < set.offsets[i + 1]!; row++) {
      const from = row * set.dimension;
      const f = Matrix.columnVector(Array.from(set.factors.slice(from, from + set.dimension)));
      hessian.add(f.mmul(f.transpose()));
    }
    return hessian;
  });
}

function denseNoise(problem: ReducedProblem): Matrix {
  const size = problem.dimension ** 2;
  const noise = Matrix.zeros(size, size);
  for (const group of problem.groups) noise.add(denseGroupNoise(group));
  return noise;
}

function denseGroupNoise(group: CurvatureGroup): Matrix {
  const { sampling } = group;
  const n = group.samples.sampleCount;
  const b = group.batchSize;
  const hessians = denseHessians(group.samples);
  const size = group.samples.dimension ** 2;
  const squares = Matrix.zeros(size, size);
  for (const hessian of hessians) squares.add(hessian.kroneckerProduct(hessian));
  squares.div(n);
  const mean = Matrix.zeros(group.samples.dimension, group.samples.dimension);
  for (const hessian of hessians) mean.add(hessian);
  mean.div(n);
  const squareOfMean = mean.kroneckerProduct(mean);
  if (sampling === 'bernoulli') return squares.mul((group.weight ** 2 * (n - b)) / (n * b));
  const spread = squares.sub(squareOfMean).mul(group.weight ** 2 / b);
  if (sampling === 'with-replacement') return spread;
  return n === 1 ? Matrix.zeros(size, size) : spread.mul((n - b) / (n - 1));
}

function topSymmetricEigenvalue(matrix: Matrix): number {
  return Math.max(...new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues);
}

function symmetricInverseRoot(matrix: Matrix): Matrix {
  const { realEigenvalues, eigenvectorMatrix: v } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  return v.mmul(Matrix.diag(realEigenvalues.map((x) => 1 / Math.sqrt(x)))).mmul(v.transpose());
}
