import { largestEigenpair, type DavidsonOptions } from '../../linalg/davidson.js';
import { multiplyTransposed } from '../../linalg/multiply-transposed.js';
import { identityMatrix, type SymmetricEigen } from '../../linalg/symmetric-eigen.js';
import { packedEntrywise, packSymmetric, trace, unpackSymmetric } from '../../linalg/vectors.js';
import type { SymmetricMap } from './noise-map.js';

/** A computed number with its stated error. */
export interface ExactValue {
  readonly value: number;
  /** Relative error: residual of the eigenvalue problem over its value, at most about 1e-10; mostly far less. */
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
  /**
   * The matrix M (r x r, trace 1, in the problem's coordinates) that is extremal at the critical step: rho(T) >= 1
   * from eta = <M, L M>/<M, Q M> on. With a shift > -lambda_min(D), that of D + shift in L alone.
   */
  extremalMatrix(shift: number, options?: DavidsonOptions): Float64Array;
}

/** D eigenvalues below this share of lambda_1(K) count as zero; Gram eigenvalues kept are above 1e-11. */
const ZERO_CURVATURE = 1e-13;

/** The second-moment operator in the eigenbasis of D. */
export interface SecondMomentOperator {
  /** Eigenvalues d and eigenvectors of D, ascending. */
  readonly mean: SymmetricEigen;
  /** N, for matrices in that eigenbasis. */
  readonly noise: SymmetricMap;
  /** tr K, the scale of rounding. */
  readonly total: number;
}

/**
 * Exact mean-square stability from the parts of the operator T (Mulayoff & Michaeli, arXiv 2306.07850, extended to
 * descent-ascent with two independent batches).
 *
 * In the eigenbasis of D the mean part of T and the inverse of L(M) = DM + MD act entrywise. Both eigenvalue
 * problems are self-adjoint with a positive semidefinite top eigenvector, and the iteration starts from a positive
 * definite matrix.
 */
export function operatorStability({
  mean,
  noise: noiseOnMatrices,
  total,
}: SecondMomentOperator): ExactStability {
  const { values: d, rows: basis } = mean;
  const r = d.length;
  const noise = packedNoise(noiseOnMatrices, r);
  const identity = packSymmetric(identityMatrix(r), r);

  /**
   * log rho and the Perron matrix from the top eigenvalue g of G = (T - I) linear/eta, with `linear` chosen
   * so that nothing overflows: rho = 1 + g eta/linear, accurate also where rho is within rounding of 1.
   */
  function growth(eta: number): SecondMomentGrowth {
    if (!(eta > 0) || !Number.isFinite(eta)) throw new RangeError(`eta must be > 0 and finite; got ${eta}`);
    const large = eta * total > 1;
    const quadratic = large ? 1 / total : eta;
    const linear = large ? 1 / eta / total : 1;
    const diagonal = packedEntrywise(r, (a, b) => quadratic * d[a]! * d[b]! - linear * (d[a]! + d[b]!));
    const apply = (m: Float64Array, out: Float64Array): void => {
      noise(m, out);
      for (let k = 0; k < out.length; k++) out[k] = quadratic * out[k]! + diagonal[k]! * m[k]!;
    };
    const top = largestEigenpair(apply, identity, { diagonal });
    const excess = (eta / linear) * top.value;
    // rho = 0 (a full batch that jumps to the minimum) is given as the smallest number, as its log is infinite.
    const spectralRadius = Math.min(Number.MAX_VALUE, Math.max(Number.MIN_VALUE, 1 + excess));
    const logGrowth = Number.isFinite(excess)
      ? Math.max(Math.log(Number.MIN_VALUE), Math.log1p(Math.max(excess, -1)))
      : Math.log(eta) - Math.log(linear) + Math.log(top.value);
    const relativeError = Math.min(1, ((eta / linear) * top.residual) / spectralRadius);
    // An eigenvector has no sign; a positive semidefinite one has a positive trace.
    const matrix = unpackSymmetric(top.vector, r);
    const sign = trace(matrix, r) < 0 ? -1 : 1;
    const perron = rotateBack(matrix, basis, r).map((x) => sign * x);
    const { iterations } = top;
    return { value: spectralRadius, spectralRadius, logGrowth, perron, relativeError, iterations };
  }

  function criticalStep(): ExactValue {
    if (!(d[0]! > ZERO_CURVATURE * total)) return { value: 0, relativeError: 0, iterations: 0 };
    const { top } = topOfPencil(0);
    return { value: 1 / top.value, relativeError: top.residual / top.value, iterations: top.iterations };
  }

  function extremalMatrix(shift: number, options?: DavidsonOptions): Float64Array {
    if (!(d[0]! + shift > 0)) throw new RangeError(`shift must be > ${-d[0]!}; got ${shift}`);
    const { top, weights } = topOfPencil(shift, options);
    const matrix = unpackSymmetric(
      top.vector.map((x, k) => x * weights[k]!),
      r,
    );
    const size = trace(matrix, r);
    return rotateBack(matrix, basis, r).map((x) => x / size);
  }

  /** Top eigenpair of L^{-1/2} Q L^{-1/2} with L(M) = DM + MD + 2 shift M: self-adjoint, with the eigenvalues of L^-1 Q. */
  function topOfPencil(shift: number, options: DavidsonOptions = {}) {
    const weights = packedEntrywise(r, (a, b) => 1 / Math.sqrt(d[a]! + d[b]! + 2 * shift));
    const mean = packedEntrywise(r, (a, b) => d[a]! * d[b]!);
    const scaled = new Float64Array(weights.length);
    const apply = (m: Float64Array, out: Float64Array): void => {
      for (let k = 0; k < scaled.length; k++) scaled[k] = weights[k]! * m[k]!;
      noise(scaled, out);
      for (let k = 0; k < scaled.length; k++) out[k] = weights[k]! * (out[k]! + mean[k]! * scaled[k]!);
    };
    const start = identity.map((x, k) => x * weights[k]!);
    return { top: largestEigenpair(apply, start, options), weights };
  }

  return { dimension: r, meanEigenvalues: d, growth, criticalStep, extremalMatrix };
}

/** The noise map on packed symmetric matrices. */
function packedNoise(noise: SymmetricMap, r: number): (m: Float64Array, out: Float64Array) => void {
  const input = new Float64Array(r * r);
  const output = new Float64Array(r * r);
  return (m, out) => {
    noise(unpackSymmetric(m, r, input), output);
    packSymmetric(output, r, out);
  };
}

/** V^T M V for the rows V of the basis. */
function rotateBack(m: Float64Array, basis: Float64Array, r: number): Float64Array {
  const columns = new Float64Array(r * r);
  for (let a = 0; a < r; a++) for (let b = 0; b < r; b++) columns[b * r + a] = basis[a * r + b]!;
  return multiplyTransposed(multiplyTransposed(columns, r, m, r, r), r, columns, r, r);
}
