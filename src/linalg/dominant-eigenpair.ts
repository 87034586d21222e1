import type { DavidsonOptions, TopEigenpair } from './davidson.js';
import { multiplyTransposed } from './multiply-transposed.js';
import { largestMagnitude } from './symmetric-eigen.js';
import { addScaled, dot, matrixTimesVector, norm, scale, transpose } from './vectors.js';

/** Size of the Krylov space at which it is restarted, and how often its eigenvalue is looked at beyond EACH vectors. */
const LARGEST_SPACE = 60;
const EACH = 12;
const CHECKED_EVERY = 4;

/** Dimension up to which a map whose eigenvalues crowd is written out after so many iterations. */
const LARGEST_DENSE = 160;
const BEFORE_DENSE = 5 * LARGEST_SPACE;

/** Relative size below which a new direction is rounding, and below which a residual is. */
const NOTHING_NEW = 1e-13;
const RESIDUAL_ROUNDING = 4e-15;

/**
 * Dominant eigenvalue of a linear map that leaves a cone invariant, and need not be self-adjoint: by Perron and Frobenius
 * (Krein and Rutman 1948) it is real, the largest in modulus, and has an eigenvector in the cone. Arnoldi's iteration,
 * restarted from the best vector.
 *
 * `residual` is |A x - value x| for a unit x. How far that lets the eigenvalue be off depends on the left eigenvector too.
 *
 * @param start inside the cone.
 * @throws Error if not converged.
 */
export function dominantEigenpair(
  apply: (x: Float64Array, out: Float64Array) => void,
  start: Float64Array,
  { tolerance = 1e-12, maxIterations = 1500 }: Pick<DavidsonOptions, 'tolerance' | 'maxIterations'> = {},
): TopEigenpair {
  const n = start.length;
  let basis = [unit(start)];
  let columns: number[][] = [];
  for (let iterations = 1; ; iterations++) {
    const image = new Float64Array(start.length);
    apply(basis.at(-1)!, image);
    const before = norm(image);
    const column = orthogonalise(image, basis);
    const left = norm(image);
    columns.push([...column, left]);
    const k = basis.length;
    const isClosed = !(left > NOTHING_NEW * before) || k === n;
    const isLast = k === LARGEST_SPACE || iterations >= maxIterations;
    if (isClosed || isLast || k <= EACH || k % CHECKED_EVERY === 0) {
      const { value, weights, residual: inside } = topOf(columns);
      const residual = inside + (isClosed ? 0 : left * Math.abs(weights[k - 1]!));
      const magnitude = Math.max(...columns.map((entries) => largestMagnitude(Float64Array.from(entries))));
      if (isClosed || residual <= Math.max(tolerance * Math.abs(value), RESIDUAL_ROUNDING * magnitude)) {
        return { value, vector: unit(combined(basis, weights)), residual, iterations };
      }
      if (iterations >= maxIterations) {
        throw new Error(`no convergence in ${iterations} iterations: residual ${residual.toExponential(1)}`);
      }
      if (isLast) {
        if (iterations >= BEFORE_DENSE && n <= LARGEST_DENSE) {
          const { weights, ...top } = topOf(denseColumns(apply, n));
          return { ...top, vector: weights, iterations: iterations + n };
        }
        [basis, columns] = [[unit(combined(basis, weights))], []];
        continue;
      }
    }
    basis.push(unit(image));
  }
}

/** The columns of a linear map. */
function denseColumns(apply: (x: Float64Array, out: Float64Array) => void, n: number): number[][] {
  return Array.from({ length: n }, (_, j) => {
    const out = new Float64Array(n);
    apply(
      Float64Array.from({ length: n }, (_unused, i) => (i === j ? 1 : 0)),
      out,
    );
    return [...out];
  });
}

/** Coefficients of a vector along the basis; what is left of it, in place. Gram-Schmidt twice. */
function orthogonalise(vector: Float64Array, basis: readonly Float64Array[]): number[] {
  const coefficients = basis.map(() => 0);
  for (let sweep = 0; sweep < 2; sweep++) {
    basis.forEach((other, i) => {
      const along = dot(other, vector);
      coefficients[i]! += along;
      addScaled(vector, -along, other);
    });
  }
  return coefficients;
}

/** Squarings after which what is left beside the dominant eigenvectors is rounding, unless they are as near as that. */
const SQUARINGS = 48;

/**
 * The eigenvector of a small matrix that powers of it, shifted so that a real eigenvalue outgrows complex ones of its
 * modulus, converge to; its Rayleigh quotient and what that leaves.
 */
function topOf(columns: readonly (readonly number[])[]) {
  const k = columns.length;
  const matrix = new Float64Array(k * k);
  columns.forEach((column, j) => column.forEach((x, i) => i < k && (matrix[i * k + j] = x)));
  const shift = largestMagnitude(matrix) / 2;
  let power: Float64Array = matrix.map((x, ij) => (ij % (k + 1) === 0 ? x + shift : x));
  for (let squaring = 0; squaring < SQUARINGS; squaring++) {
    const next = normalised(multiplyTransposed(power, k, transpose(power, k, k), k, k));
    const change = largestMagnitude(next.map((x, ij) => x - power[ij]!));
    power = next;
    if (change < Number.EPSILON) break;
  }
  const powers = transpose(power, k, k);
  const lengths = Array.from({ length: k }, (_, j) => norm(powers.subarray(j * k, (j + 1) * k)));
  const longest = lengths.indexOf(Math.max(...lengths));
  const weights = unit(powers.subarray(longest * k, (longest + 1) * k));
  const rest = matrixTimesVector(matrix, weights);
  const value = dot(weights, rest);
  addScaled(rest, -value, weights);
  return { value, weights, residual: norm(rest) };
}

function normalised(matrix: Float64Array): Float64Array {
  const size = largestMagnitude(matrix) || 1;
  return matrix.map((x) => x / size);
}

function combined(basis: readonly Float64Array[], weights: Float64Array): Float64Array {
  const sum = new Float64Array(basis[0]!.length);
  basis.forEach((vector, i) => addScaled(sum, weights[i]!, vector));
  return sum;
}

function unit(vector: Float64Array): Float64Array {
  const copy = vector.slice();
  scale(copy, 1 / norm(copy));
  return copy;
}

/** log of the spectral radius of a row-major n x n matrix, by repeated squaring; -Infinity for a nilpotent one. */
export function logSpectralRadius(matrix: Float64Array, n: number): number {
  let power: Float64Array = matrix.slice();
  let log = 0;
  for (let k = 0; ; k++) {
    const size = largestMagnitude(power);
    if (size === 0) return -Infinity;
    log += Math.log(size) * 2 ** -k;
    if (k === SQUARINGS) return log;
    scale(power, 1 / size);
    power = multiplyTransposed(power, n, transpose(power, n, n), n, n);
  }
}
