import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { DavidsonOptions, TopEigenpair } from './davidson.js';
import { multiplyTransposed } from './multiply-transposed.js';
import { largestMagnitude } from './symmetric-eigen.js';
import { addScaled, dot, norm, scale, transpose } from './vectors.js';

/** Size of the search space at which it is cut back, and to how many Ritz vectors. */
const LARGEST_SPACE = 48;
const KEPT_VECTORS = 12;

/** Relative size below which a new direction is rounding, and below which a residual is. */
const NOTHING_NEW = 1e-13;
const RESIDUAL_ROUNDING = 4e-15;

type VectorMap = (x: Float64Array, out: Float64Array) => void;

/**
 * Dominant eigenvalue of a linear map that leaves a cone invariant, and need not be self-adjoint: by Perron and Frobenius
 * (Krein and Rutman 1948) it is real, the largest in modulus, and has an eigenvector in the cone. Arnoldi's iteration with
 * thick restarts; of the Ritz values the one with the largest real part is followed.
 *
 * `residual` is |A x - value x| for a unit x. How far that lets the eigenvalue be off depends on the left eigenvector too.
 *
 * @param start inside the cone.
 * @throws Error if not converged.
 */
export function dominantEigenpair(
  apply: VectorMap,
  start: Float64Array,
  { tolerance = 1e-12, maxIterations = 1500 }: Pick<DavidsonOptions, 'tolerance' | 'maxIterations'> = {},
): TopEigenpair {
  const space = new DominantSpace();
  let direction = unit(start);
  for (let iterations = 1; ; iterations++) {
    const image = new Float64Array(start.length);
    apply(direction, image);
    space.add(direction, image);
    const { value, vector, residual, real } = space.topRitz();
    const size = norm(residual);
    const settled =
      real && size <= Math.max(tolerance * Math.abs(value), RESIDUAL_ROUNDING * space.magnitude);
    const done = { value, vector, residual: size, iterations };
    if (settled || space.size === start.length) return done;
    if (iterations >= maxIterations) {
      throw new Error(`no convergence in ${iterations} iterations: residual ${size.toExponential(1)}`);
    }
    if (space.size === LARGEST_SPACE) space.restart();
    const next = space.newDirection(real ? residual : image) ?? space.newDirection(image);
    if (!next) return done;
    direction = next;
  }
}

/** An orthonormal basis with its images, and the map restricted to it. */
class DominantSpace {
  private basis: Float64Array[] = [];
  private images: Float64Array[] = [];
  /** projected[i][j] = basis_i . A basis_j. */
  private projected: number[][] = [];
  /** Largest entry of the restricted map so far, the scale of rounding. */
  magnitude = 0;

  get size(): number {
    return this.basis.length;
  }

  /** Adds a unit vector orthogonal to the basis. */
  add(vector: Float64Array, image: Float64Array): void {
    this.projected.forEach((row, i) => row.push(dot(this.basis[i]!, image)));
    this.basis.push(vector);
    this.images.push(image);
    this.projected.push(this.images.map((other) => dot(vector, other)));
    this.magnitude = Math.max(this.magnitude, ...this.projected.flat().map(Math.abs));
  }

  /** Ritz value with the largest real part, the real part of its vector, and its residual. */
  topRitz() {
    const { value, weights, real } = topOf(this.projected);
    const vector = this.combined(this.basis, weights);
    const residual = this.combined(this.images, weights);
    addScaled(residual, -value, vector);
    return { value, vector, residual, real };
  }

  /** Cuts the space back to its top Ritz vectors. */
  restart(): void {
    const kept = new DominantSpace();
    for (const weights of topOf(this.projected).best) {
      const direction = kept.newDirection(this.combined(this.basis, weights));
      if (!direction) continue;
      const within = Float64Array.from(this.basis, (other) => dot(other, direction));
      kept.add(direction, this.combined(this.images, within));
    }
    [this.basis, this.images, this.projected] = [kept.basis, kept.images, kept.projected];
  }

  /** The part of a vector outside the space, or null if that is rounding. */
  newDirection(vector: Float64Array): Float64Array | null {
    if (!(norm(vector) > 0)) return null;
    let direction = unit(vector);
    for (let sweep = 0; sweep < 3; sweep++) {
      for (const other of this.basis) addScaled(direction, -dot(direction, other), other);
      const left = norm(direction);
      if (!(left > NOTHING_NEW)) return null;
      direction = unit(direction);
      if (left > 0.5) break;
    }
    return direction;
  }

  private combined(vectors: readonly Float64Array[], weights: Float64Array): Float64Array {
    const sum = new Float64Array(vectors[0]!.length);
    vectors.forEach((vector, i) => addScaled(sum, weights[i]!, vector));
    return sum;
  }
}

/** Of a small matrix the eigenvalue with the largest real part, and the vectors of the first KEPT_VECTORS in that order. */
function topOf(projected: readonly (readonly number[])[]) {
  const matrix = new Matrix(projected.map((row) => [...row]));
  const { realEigenvalues, imaginaryEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: false,
  });
  const order = realEigenvalues.map((_, i) => i).sort((i, j) => realEigenvalues[j]! - realEigenvalues[i]!);
  const best = order
    .slice(0, KEPT_VECTORS)
    .map((i) => unit(Float64Array.from(eigenvectorMatrix.getColumn(i))));
  const [top] = order as [number];
  return { value: realEigenvalues[top]!, weights: best[0]!, real: imaginaryEigenvalues[top] === 0, best };
}

function unit(vector: Float64Array): Float64Array {
  const copy = vector.slice();
  scale(copy, 1 / norm(copy));
  return copy;
}

/** Squarings after which log |A^N|^{1/N} differs from the log of the radius by rounding alone. */
const SQUARINGS = 48;

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
