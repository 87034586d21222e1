import { symmetricEigen } from './symmetric-eigen.js';
import { addScaled, dot, norm, scale } from './vectors.js';

/** Largest eigenvalue of a self-adjoint map with what is known about its error. */
export interface TopEigenpair {
  readonly value: number;
  /** Unit eigenvector estimate, of the dimension of the start vector. */
  readonly vector: Float64Array;
  /** |A v - value v|: some eigenvalue lies within this distance of `value` (rigorous). */
  readonly residual: number;
  /** Estimated error of `value`: min(residual, residual^2 / gap to the next Ritz value) (Kato-Temple). */
  readonly error: number;
  readonly iterations: number;
}

export interface LanczosOptions {
  /** Stop when the estimated error is at most this share of the value. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/** Relative size below which a new Krylov direction is rounding noise: the space is invariant. */
const BREAKDOWN = 1e-14;

/**
 * Largest eigenvalue of a self-adjoint linear map by the Lanczos process with full reorthogonalisation.
 *
 * `start` must have a component along the wanted eigenvector. For a completely positive map and a
 * positive definite start this always holds, since the Perron eigenvector is positive semidefinite;
 * then the process cannot settle on a smaller eigenvalue. `value` never exceeds the true one by more
 * than rounding (Rayleigh-Ritz).
 *
 * @param apply writes A x into `out`; both have the length of `start`.
 * @throws RangeError if the start vector is zero or not finite; Error if not converged.
 */
export function largestLanczosEigenpair(
  apply: (x: Float64Array, out: Float64Array) => void,
  start: Float64Array,
  options: LanczosOptions = {},
): TopEigenpair {
  const n = start.length;
  const tolerance = options.tolerance ?? 1e-12;
  const maxIterations = Math.min(n, options.maxIterations ?? 600);
  const startNorm = norm(start);
  if (!(startNorm > 0) || !Number.isFinite(startNorm)) {
    throw new RangeError(`Lanczos start vector must be finite and nonzero; its norm is ${startNorm}`);
  }
  const basis: Float64Array[] = [];
  const diagonal: number[] = [];
  const offDiagonal: number[] = [];
  let current = Float64Array.from(start, (x) => x / startNorm);
  let work = new Float64Array(n);
  for (let k = 1; ; k++) {
    basis.push(current);
    apply(current, work);
    diagonal.push(dot(current, work));
    orthogonalise(work, basis);
    const beta = norm(work);
    const checkNow = k <= 12 || k % 3 === 0 || k >= maxIterations;
    const magnitude = Math.max(...diagonal.map(Math.abs), ...offDiagonal);
    const invariant = beta <= BREAKDOWN * magnitude || k === n;
    if (checkNow || invariant) {
      const ritz = topRitzPair(diagonal, offDiagonal);
      const residual = invariant ? BREAKDOWN * magnitude : beta * Math.abs(ritz.weights[k - 1]!);
      const error = Math.min(residual, ritz.gap > 0 ? residual ** 2 / ritz.gap : residual);
      if (invariant || error <= tolerance * Math.abs(ritz.value)) {
        return { value: ritz.value, vector: combine(basis, ritz.weights), residual, error, iterations: k };
      }
      if (k >= maxIterations) {
        throw new Error(
          `Lanczos did not converge in ${k} iterations: relative error ${(error / Math.abs(ritz.value)).toExponential(1)}`,
        );
      }
    }
    offDiagonal.push(beta);
    scale(work, 1 / beta);
    current = work;
    work = new Float64Array(n);
  }
}

/** Twice is enough: two sweeps of Gram-Schmidt keep the basis orthogonal to rounding. */
function orthogonalise(vector: Float64Array, basis: readonly Float64Array[]): void {
  for (let sweep = 0; sweep < 2; sweep++) {
    for (const direction of basis) addScaled(vector, -dot(vector, direction), direction);
  }
}

/** Top eigenpair of the tridiagonal Lanczos matrix, and the distance to its second eigenvalue. */
function topRitzPair(
  diagonal: readonly number[],
  offDiagonal: readonly number[],
): { value: number; weights: Float64Array; gap: number } {
  const k = diagonal.length;
  const tridiagonal = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    tridiagonal[i * k + i] = diagonal[i]!;
    if (i + 1 < k) tridiagonal[i * k + i + 1] = tridiagonal[(i + 1) * k + i] = offDiagonal[i]!;
  }
  const { values, rows } = symmetricEigen(tridiagonal, k);
  const value = values[k - 1]!;
  return { value, weights: rows.slice((k - 1) * k), gap: k > 1 ? value - values[k - 2]! : 0 };
}

function combine(basis: readonly Float64Array[], weights: Float64Array): Float64Array {
  const vector = new Float64Array(basis[0]!.length);
  basis.forEach((direction, i) => addScaled(vector, weights[i]!, direction));
  scale(vector, 1 / norm(vector));
  return vector;
}
