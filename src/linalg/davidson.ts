import { addWeightedRows, rowsTimesVector } from './row-products.js';
import { symmetricEigen } from './symmetric-eigen.js';
import { addScaled, norm, scale } from './vectors.js';

/** Largest eigenvalue of a self-adjoint map with what is known about its error. */
export interface TopEigenpair {
  readonly value: number;
  /** Unit eigenvector estimate, of the dimension of the start vector. */
  readonly vector: Float64Array;
  /**
   * |A v - value v|: some eigenvalue lies within this distance of `value`. Of a value that stands alone the
   * error is about the square of it, over the gap; of a close pair no more than it.
   */
  readonly residual: number;
  /** Applications of the map. */
  readonly iterations: number;
}

export interface DavidsonOptions {
  /** True where the best pair found will do if the iteration does not converge; default false. */
  readonly approximate?: boolean;
  /** Stop when the residual is at most this share of the scale: |value|, but at least SMALL of the largest Ritz value. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
  /** Stop as soon as the value is seen to be larger than this number. */
  readonly above?: number;
  /** Approximate diagonal of the map: the closer, the fewer iterations. Without it this is Lanczos. */
  readonly diagonal?: Float64Array;
}

/** Size of the search space at which it is cut back, and to how many Ritz vectors. */
const LARGEST_SPACE = 80;
const KEPT_VECTORS = 12;

/** Length of a vector from which four of the basis are worked on at once: they are read together, and sums overlap. */
const LONG = 4096;

/** Share of the largest Ritz value below which a top value is not resolved to its own size. */
const SMALL = 1e-2;

/** Relative size below which a residual is rounding noise. */
const RESIDUAL_ROUNDING = 4e-15;

/**
 * Largest eigenvalue of a self-adjoint linear map: Rayleigh-Ritz on a search space that grows by the
 * (preconditioned) residual, with thick restarts (Davidson 1975; without a diagonal: Lanczos with full
 * reorthogonalisation, thick restart after Wu & Simon 2000).
 *
 * `start` must have a component along the wanted eigenvector. For a completely positive map and a
 * positive definite start this always holds, since the Perron eigenvector is positive semidefinite.
 * `value` never exceeds the true one by more than rounding (Rayleigh-Ritz).
 *
 * @param apply writes A x into `out`; both have the length of `start`.
 * @throws RangeError if the start vector is zero or not finite; Error if not converged, unless `approximate`.
 */
export function largestEigenpair(
  apply: (x: Float64Array, out: Float64Array) => void,
  start: Float64Array,
  options: DavidsonOptions = {},
): TopEigenpair {
  const {
    tolerance = 1e-10,
    maxIterations = 1500,
    above = Infinity,
    diagonal,
    approximate = false,
  } = options;
  const startNorm = norm(start);
  if (!(startNorm > 0) || !Number.isFinite(startNorm)) {
    throw new RangeError(`the start vector must be finite and nonzero; its norm is ${startNorm}`);
  }
  const space = new SearchSpace(start.length);
  const image = new Float64Array(start.length);
  let direction: Float64Array = start.slice();
  for (let iterations = 1; ; iterations++) {
    scale(direction, 1 / norm(direction));
    apply(direction, image);
    space.add(direction, image);
    const { value, vector, residual } = space.topRitzPair();
    const size = norm(residual);
    const scaleOfValue = Math.max(Math.abs(value), SMALL * space.magnitude);
    const converged =
      value > above || size <= Math.max(tolerance * scaleOfValue, RESIDUAL_ROUNDING * space.magnitude);
    // With as many vectors as dimensions the space is everything, and the pair exact to rounding.
    if (converged || space.size === start.length) return { value, vector, residual: size, iterations };
    if (iterations >= maxIterations) {
      if (approximate) return { value, vector, residual: size, iterations };
      const relative = (size / scaleOfValue).toExponential(1);
      throw new Error(`no convergence in ${iterations} iterations: relative residual ${relative}`);
    }
    if (space.size >= LARGEST_SPACE) space.restart();
    const next =
      space.newDirection(preconditioned(residual, value, diagonal)) ?? space.newDirection(residual);
    // Nothing new in the residual: the space is invariant and contains the start, so the pair is exact.
    if (!next) return { value, vector, residual: size, iterations };
    direction = next;
  }
}

/** residual / (value - diagonal), with the small denominators bounded; the residual itself without a diagonal. */
function preconditioned(
  residual: Float64Array,
  value: number,
  diagonal: Float64Array | undefined,
): Float64Array {
  if (!diagonal) return residual;
  const floor = 1e-4 * norm(residual) + RESIDUAL_ROUNDING * Math.abs(value);
  const step = new Float64Array(residual.length);
  for (let k = 0; k < step.length; k++) step[k] = residual[k]! / Math.max(value - diagonal[k]!, floor);
  return step;
}

/** An orthonormal basis with its images, and the map restricted to it. */
class SearchSpace {
  private basis: Rows;
  private images: Rows;
  /** projected[i][j] = basis_i . A basis_j, j <= i. */
  private projected: number[][] = [];
  /** What `topRitzPair` and `newDirection` give, in the same memory every time: new memory costs more than the sums. */
  private readonly vector: Float64Array;
  private readonly residual: Float64Array;
  private readonly direction: Float64Array;
  /** Largest |Ritz value| so far, the scale of rounding. */
  magnitude = 0;

  /** @param length of the vectors. */
  constructor(length: number) {
    this.basis = new Rows(length);
    this.images = new Rows(length);
    this.vector = new Float64Array(length);
    this.residual = new Float64Array(length);
    this.direction = new Float64Array(length);
  }

  get size(): number {
    return this.basis.count;
  }

  /** Adds a unit vector orthogonal to the basis. */
  add(vector: Float64Array, image: Float64Array): void {
    this.basis.push(vector);
    this.images.push(image);
    this.projected.push([...this.basis.times(image, 0, this.size)]);
  }

  /** Top Ritz value and vector, and its residual vector. */
  topRitzPair(): { value: number; vector: Float64Array; residual: Float64Array } {
    const k = this.size;
    const { values, rows } = this.ritz();
    const value = values[k - 1]!;
    const weights = rows.subarray((k - 1) * k);
    const vector = this.basis.combination(weights, this.vector);
    const residual = this.images.combination(weights, this.residual);
    addScaled(residual, -value, vector);
    this.magnitude = Math.max(this.magnitude, Math.abs(values[0]!), Math.abs(value));
    return { value, vector, residual };
  }

  /** Cuts the space back to its top Ritz vectors. */
  restart(): void {
    const k = this.size;
    const { values, rows } = this.ritz();
    const kept = Array.from({ length: KEPT_VECTORS }, (_, i) => k - KEPT_VECTORS + i);
    const combinations = (vectors: Rows): Rows => {
      const cut = new Rows(vectors.length);
      for (const index of kept)
        cut.push(vectors.combination(rows.subarray(index * k, (index + 1) * k), this.direction));
      return cut;
    };
    this.basis = combinations(this.basis);
    this.images = combinations(this.images);
    this.projected = kept.map((index, i) =>
      Array.from({ length: i + 1 }, (_, j) => (i === j ? values[index]! : 0)),
    );
  }

  /** The part of a vector outside the space, or null if that is rounding. Gram-Schmidt is repeated until it takes nothing more away. */
  newDirection(vector: Float64Array): Float64Array | null {
    const length = norm(vector);
    if (!(length > 0)) return null;
    const { direction } = this;
    for (let k = 0; k < direction.length; k++) direction[k] = vector[k]! / length;
    for (let before = 1, sweep = 0; sweep < 4; sweep++) {
      this.basis.takeOut(direction);
      const left = norm(direction);
      if (left < 1e-12) return null;
      if (left > 0.5 * before) break;
      before = left;
    }
    return direction;
  }

  private ritz() {
    const k = this.size;
    const matrix = new Float64Array(k * k);
    this.projected.forEach((row, i) => {
      row.forEach((x, j) => (matrix[i * k + j] = matrix[j * k + i] = x));
    });
    return symmetricEigen(matrix, k);
  }
}

/** Vectors one below the other, in memory that grows with them. */
class Rows {
  count = 0;
  private numbers: Float64Array;
  /** Vectors that are worked on at once. */
  private readonly together: number;

  constructor(readonly length: number) {
    this.numbers = new Float64Array(8 * length);
    this.together = length >= LONG ? 4 : 1;
  }

  push(vector: Float64Array): void {
    const place = this.count++ * this.length;
    if (place === this.numbers.length) {
      const larger = new Float64Array(2 * place);
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers.set(vector, place);
  }

  /** Inner products of `count` vectors with x. */
  times(x: Float64Array, first: number, count: number): Float64Array {
    const products = new Float64Array(count);
    rowsTimesVector(this.numbers, first * this.length, count, x, products);
    return products;
  }

  /** Takes the parts along the vectors, which are orthonormal, out of x: one step of Gram-Schmidt after the other. */
  takeOut(x: Float64Array): void {
    for (let first = 0; first < this.count; first += this.together) {
      const parts = this.times(x, first, Math.min(this.together, this.count - first));
      this.add(
        parts.map((part) => -part),
        first,
        x,
      );
    }
  }

  /** sum = sum_i weights[i] vector_i. */
  combination(weights: Float64Array, sum: Float64Array): Float64Array {
    sum.fill(0);
    for (let first = 0; first < this.count; first += this.together)
      this.add(weights.subarray(first, Math.min(this.count, first + this.together)), first, sum);
    return sum;
  }

  private add(weights: Float64Array, first: number, sum: Float64Array): void {
    addWeightedRows(this.numbers, first * this.length, weights, sum);
  }
}
