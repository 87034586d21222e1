import { meanCurvature, totalCurvature } from '../curvature/mean-curvature.js';
import type { CurvatureGroup, ReducedProblem } from '../curvature/problem.js';
import { largestEigenpair, type TopEigenpair } from '../linalg/davidson.js';
import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { identityMatrix, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { trace } from '../linalg/vectors.js';
import { noiseMap } from './noise-map.js';

/** A computed number with its stated error. */
export interface ExactValue {
  readonly value: number;
  /** Estimated relative error (Kato-Temple; see `TopEigenpair.error`), at most 1e-11. */
  readonly relativeError: number;
  readonly iterations: number;
}

/** Growth of the second moment E|delta_k|^2 at one step size. */
export interface SecondMomentGrowth extends ExactValue {
  /** rho(T); `value` repeats it. Number.MAX_VALUE if it overflows. */
  readonly spectralRadius: number;
  /** log rho(T), the asymptotic growth rate of E|delta_k|^2 per step; finite for every finite eta. */
  readonly logGrowth: number;
  /** Perron matrix V (r x r, positive semidefinite, in the problem's coordinates). */
  readonly perron: Float64Array;
}

/** The exact second-moment theory of one reduced problem. */
export interface ExactStability {
  readonly dimension: number;
  /** Eigenvalues of D on U, ascending. */
  readonly meanEigenvalues: Float64Array;
  /** rho(T) at step size eta > 0. @throws RangeError if eta is not positive and finite. */
  growth(eta: number): SecondMomentGrowth;
  /** eta*: the minimum is stable iff eta < eta*. 0 if D is not positive definite on U. */
  criticalStep(): ExactValue;
}

/** D eigenvalues below this share of lambda_1(K) count as zero; Gram eigenvalues kept are above 1e-11. */
const ZERO_CURVATURE = 1e-13;

/**
 * Exact mean-square stability of delta' = A delta by the operator T of E[delta' delta'^T] (Mulayoff &
 * Michaeli, arXiv 2306.07850, extended to descent-ascent with two independent batches).
 *
 * Works in the eigenbasis of D, where the mean part of T and the inverse of L(M) = DM + MD act
 * entrywise; the noise part is `noiseMap`. Both eigenvalue problems are self-adjoint with a positive
 * semidefinite top eigenvector, and the iteration starts from a positive definite matrix.
 */
export function exactStability(problem: ReducedProblem): ExactStability {
  const r = problem.dimension;
  const { values: d, rows: basis } = symmetricEigen(meanCurvature(problem), r);
  const rotated = problem.groups.map((group) => rotateGroup(group, basis, r));
  const noise = noiseMap(rotated, d, problem.sampling);
  const zero = ZERO_CURVATURE * trace(totalCurvature(problem), r);

  /** The map M -> (t - D) M (t - D) + N(M); T = eta^2 times it at t = 1/eta. */
  function shiftedMoment(t: number) {
    return (m: Float64Array, out: Float64Array): void => {
      noise(m, out);
      for (let a = 0; a < r; a++) {
        const left = t - d[a]!;
        for (let b = 0; b < r; b++) out[a * r + b]! += left * (t - d[b]!) * m[a * r + b]!;
      }
    };
  }

  function growth(eta: number): SecondMomentGrowth {
    if (!(eta > 0) || !Number.isFinite(eta)) throw new RangeError(`eta must be > 0 and finite; got ${eta}`);
    const t = 1 / eta;
    const diagonal = new Float64Array(r * r);
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < r; b++) diagonal[a * r + b] = (t - d[a]!) * (t - d[b]!);
    }
    const top = largestEigenpair(shiftedMoment(t), identityMatrix(r), { diagonal });
    const logGrowth = 2 * Math.log(eta) + Math.log(top.value);
    const direct = eta * top.value * eta;
    const spectralRadius = Number.isFinite(direct) ? direct : Number.MAX_VALUE;
    // An eigenvector has no sign; a positive semidefinite one has a positive trace.
    const sign = trace(top.vector, r) < 0 ? -1 : 1;
    const perron = rotateBack(top.vector, basis, r).map((x) => sign * x);
    return { spectralRadius, logGrowth, perron, ...statedError(top, spectralRadius) };
  }

  function criticalStep(): ExactValue {
    if (r === 0 || !(d[0]! > zero)) return { value: 0, relativeError: 0, iterations: 0 };
    const weights = new Float64Array(r * r);
    for (let a = 0; a < r; a++) {
      for (let b = 0; b < r; b++) weights[a * r + b] = 1 / Math.sqrt(d[a]! + d[b]!);
    }
    const quadratic = shiftedMoment(0);
    const scaled = new Float64Array(r * r);
    const start = identityMatrix(r).map((x, k) => x * weights[k]!);
    const top = largestEigenpair((m, out) => {
      for (let k = 0; k < scaled.length; k++) scaled[k] = weights[k]! * m[k]!;
      quadratic(scaled, out);
      for (let k = 0; k < scaled.length; k++) out[k]! *= weights[k]!;
    }, start);
    return statedError(top, 1 / top.value);
  }

  return { dimension: r, meanEigenvalues: d, growth, criticalStep };
}

function statedError(top: TopEigenpair, value: number): ExactValue {
  return { value, relativeError: top.error / Math.abs(top.value), iterations: top.iterations };
}

function rotateGroup(group: CurvatureGroup, basis: Float64Array, r: number): CurvatureGroup {
  const { factors } = group.samples;
  const rotated = multiplyTransposed(factors, factors.length / r, basis, r, r);
  return { ...group, samples: { ...group.samples, factors: rotated } };
}

/** V^T M V for the rows V of the basis. */
function rotateBack(m: Float64Array, basis: Float64Array, r: number): Float64Array {
  const columns = new Float64Array(r * r);
  for (let a = 0; a < r; a++) for (let b = 0; b < r; b++) columns[b * r + a] = basis[a * r + b]!;
  return multiplyTransposed(multiplyTransposed(columns, r, m, r, r), r, columns, r, r);
}
