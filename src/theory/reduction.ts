import { multiplyTransposed, multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { orthogonaliseRows } from '../linalg/graded-eigen.js';
import { choleskySolve, pivotedQr } from '../linalg/pivoted-qr.js';
import {
  largestMagnitude,
  symmetricEigen,
  symmetricEigenvalues,
  type SymmetricEigen,
} from '../linalg/symmetric-eigen.js';
import { divided, scale as rescale, transpose } from '../linalg/vectors.js';
import { meanHessian } from './mean-curvature.js';
import {
  type CurvatureGroup,
  curvatureGroups,
  factorCount,
  type FactorSet,
  type GivenParameters,
  scaledSet,
  type ReducedProblem,
  type UnlearningProblem,
} from './problem.js';
import {
  accuracyOf,
  ARITHMETIC,
  type FactorAccuracy,
  gramRank,
  isWellConditioned,
  rankAmong,
  reducedAccuracy,
  type SpanningColumns,
  spanningColumns,
  spanningCoordinates,
  type SpanningCoordinates,
} from './rank.js';

/** Gram matrix Gamma = [f_i . f_j] of all factors of the sets in order: N x N, row-major. */
export function gramMatrix(sets: readonly FactorSet[]): Float64Array {
  const { rows, count, dimension } = stackFactors(sets);
  return multiplyTransposedSymmetric(rows, rows, count, dimension);
}

/** Factors in r coordinates, N x r row-major, how exactly they are known and what was left out. */
type Coordinates = SpanningCoordinates;

/**
 * Coordinates with a given Gram matrix: Gamma = V diag(g) V^T, and row i of the N x r result is column i of
 * diag(sqrt g) V^T. Where not all eigenvalues are well above rounding, Gamma is scaled to a unit diagonal before, and
 * those that may be rounding are left out. The columns are orthogonal to each other, largest first.
 *
 * @param precision of the factors; default: that of doubles.
 */
export function gramCoordinates(gram: Float64Array, count: number, precision = ARITHMETIC): Coordinates {
  const eigen = symmetricEigen(gram, count);
  return isWellConditioned(eigen.values, precision)
    ? allGramCoordinates(eigen, precision)
    : scaledGramCoordinates(gram, count, precision);
}

function allGramCoordinates({ values, rows }: SymmetricEigen, precision: number): Coordinates {
  const count = values.length;
  const coordinates = new Float64Array(count * count);
  for (let column = 0; column < count; column++) {
    const k = count - 1 - column;
    const root = Math.sqrt(values[k]!);
    for (let i = 0; i < count; i++) coordinates[i * count + column] = root * rows[k * count + i]!;
  }
  return { dimension: count, coordinates, ...wholly(values, precision) };
}

/** Up to so many axes the small ones are made orthogonal to rounding of their own lengths. */
const POLISHED_DIMENSION = 200;

function scaledGramCoordinates(gram: Float64Array, count: number, precision: number): Coordinates {
  const { rank, roots, scales, resolution, leftOut } = gramRank(gram, count, precision);
  // A factor of length 0 is 0: what the eigenvectors make of it is rounding, and has no size of its own.
  const columns = roots.map((x, k) => (gram[(k % count) * (count + 1)] === 0 ? 0 : x / scales[k % count]!));
  // Turned to principal axes: the columns are orthogonal, largest first.
  const { rows: axes } = symmetricEigen(multiplyTransposedSymmetric(columns, columns, rank, count), rank);
  const descending = new Float64Array(rank * rank);
  for (let k = 0; k < rank; k++)
    descending.set(axes.subarray(k * rank, (k + 1) * rank), (rank - 1 - k) * rank);
  const turned = multiplyTransposed(descending, rank, transpose(columns, rank, count), count, rank);
  if (rank <= POLISHED_DIMENSION) orthogonaliseRows(turned, rank, count);
  const coordinates = transpose(turned, rank, count);
  return { dimension: rank, coordinates, resolution, leftOut };
}

/** Accuracy of coordinates that leave nothing out, by the eigenvalues of their second moment. */
function wholly(values: Float64Array, precision: number) {
  const total = values.reduce((sum, x) => sum + x, 0);
  const resolution = precision * Math.sqrt(total / values[0]!);
  return { resolution, leftOut: { directions: 0, largestShare: 0 } };
}

/** Multiplications that the exact search for a span may take, some seconds; above, second moments must do. */
const SPAN_OPERATIONS = 1e9;

/**
 * The same sets in r coordinates of the joint span of their factors. All inner products are kept, so
 * every quantity of the theory is; p enters only through the Gram matrix (or, if p < N, through the
 * p x p second-moment matrix, which has the same nonzero eigenvalues).
 *
 * Directions that may be rounding of the stored numbers are left out; which ones, does not depend on the units of the
 * parameters or on the sizes of samples (`spanningCoordinates`).
 */
export function reduceSets(sets: readonly FactorSet[]): { dimension: number; sets: FactorSet[] } {
  const { rows, count, dimension: p } = stackFactors(sets);
  const before = accuracyOf(sets);
  const scale = largestMagnitude(rows);
  if (scale === 0) return { dimension: 0, sets: unstackFactors(sets, new Float64Array(0), 0, before) };
  const scaled = divided(rows, scale);
  const { dimension, coordinates, resolution, leftOut } = jointCoordinates(scaled, count, p, before);
  const accuracy = reducedAccuracy(before, resolution, leftOut);
  rescale(coordinates, scale);
  const reduced = unstackFactors(sets, coordinates, dimension, accuracy);
  if (sets.length < 2) return { dimension, sets: reduced };
  return { dimension, sets: withSpans(sets, reduced, scaled) };
}

/**
 * The reduced sets, each with the word whether it spans all coordinates: along a direction that a set does not have and
 * the other one has, its coordinates are rounding, and no unit of that direction tells so.
 */
function withSpans(
  given: readonly FactorSet[],
  reduced: readonly FactorSet[],
  rows: Float64Array,
): FactorSet[] {
  const { dimension: p } = given[0]!;
  const accuracy = accuracyOf(given);
  const count = given.reduce((sum, set) => sum + factorCount(set), 0);
  let together: SpanningColumns | undefined;
  let to = 0;
  return reduced.map((set, g) => {
    const from = to;
    const after = (to += factorCount(set));
    const { spansAll } = given[g]!;
    if (spansAll !== undefined) return { ...set, spansAll };
    return withSpan(set, accuracy.precision, () => {
      if (count * p * Math.min(count, p) > SPAN_OPERATIONS)
        return momentRank(rows.subarray(from * p, after * p), after - from, p, accuracy.precision);
      together ??= spanningColumns(rows, count, p, accuracy);
      return rankAmong(together, [from, after], p, accuracy.precision);
    });
  });
}

/** The set in reduced coordinates with the word whether it spans all; its rank is asked only where nothing else tells. */
export function withSpan(set: FactorSet, precision: number, rank: () => number): FactorSet {
  const { dimension } = set;
  if (dimension === 0) return set;
  if (factorCount(set) < dimension) return { ...set, spansAll: false };
  const values = symmetricEigenvalues(meanHessian(set), dimension);
  return { ...set, spansAll: isWellConditioned(values, precision) || rank() >= dimension };
}

/** Rank of N rows by their second moments, or by their Gram matrix if that is smaller. */
function momentRank(rows: Float64Array, count: number, p: number, precision: number): number {
  const [lines, m, n] = p < count ? [transpose(rows, count, p), p, count] : [rows, count, p];
  return gramRank(multiplyTransposedSymmetric(lines, lines, m, n), m, precision).rank;
}

function jointCoordinates(
  rows: Float64Array,
  count: number,
  p: number,
  { precision, orthonormal }: FactorAccuracy,
): Coordinates {
  if (p >= count) {
    const gram = multiplyTransposedSymmetric(rows, rows, count, p);
    const eigen = symmetricEigen(gram, count);
    if (isWellConditioned(eigen.values, precision)) return allGramCoordinates(eigen, precision);
    if (p * count ** 2 > SPAN_OPERATIONS) return scaledGramCoordinates(gram, count, precision);
    return spanningCoordinates(rows, count, p, precision, orthonormal);
  }
  const columns = transpose(rows, count, p);
  const moments = multiplyTransposedSymmetric(columns, columns, p, count);
  const { values, rows: axes } = symmetricEigen(moments, p);
  if (!isWellConditioned(values, precision)) {
    if (count * p ** 2 <= SPAN_OPERATIONS) return spanningCoordinates(rows, count, p, precision, orthonormal);
    const { basis, resolution, leftOut } = momentRange(moments, p, precision);
    const dimension = basis.length / p;
    const coordinates = multiplyTransposed(rows, count, basis, dimension, p);
    return { dimension, coordinates, resolution, leftOut };
  }
  const basis = new Float64Array(p * p);
  for (let k = 0; k < p; k++) basis.set(axes.subarray(k * p, (k + 1) * p), (p - 1 - k) * p);
  return {
    dimension: p,
    coordinates: multiplyTransposed(rows, count, basis, p, p),
    ...wholly(values, precision),
  };
}

/** Orthonormal basis (r x p) of the range of a second-moment matrix (p x p), directions that may be rounding left out. */
export function momentRange(moments: Float64Array, p: number, precision = ARITHMETIC) {
  const { values, rows } = symmetricEigen(moments, p);
  if (isWellConditioned(values, precision)) return { basis: rows, ...wholly(values, precision) };
  const { rank, roots, scales, resolution, leftOut } = gramRank(moments, p, precision);
  const span = transpose(roots, rank, p);
  for (let j = 0; j < p; j++) for (let k = 0; k < rank; k++) span[j * rank + k]! /= scales[j]!;
  const basis = transpose(pivotedQr(span, p, rank).orthonormal(), p, rank);
  return { basis, resolution, leftOut };
}

/** The problem on U: sets of weight zero left out, the others in r = dim U coordinates. */
export function reduceProblem(problem: UnlearningProblem): ReducedProblem {
  const active = activeGroups(problem);
  const { dimension, sets } = reduceSets(active.map((group) => group.samples));
  const groups = active.map((group, g) => ({ ...group, samples: sets[g]! }));
  const { alpha, procedure } = problem;
  if (!procedure) return { dimension, alpha, groups };
  const { preconditioner } = procedure;
  if (!preconditioner) return { dimension, alpha, procedure, groups };
  const given = givenParameters(
    preconditioner,
    active.map(({ samples }) => samples),
    sets,
  );
  return { dimension, alpha, procedure, given, groups };
}

/** `reduceProblem` of sets in coordinates of their joint span, which is U already where both take part. */
export function reduceSpanned(problem: UnlearningProblem): ReducedProblem {
  const groups = activeGroups(problem);
  if (groups.length < 2) return reduceProblem(problem);
  const { retain, alpha, procedure } = problem;
  return { dimension: retain.dimension, alpha, ...(procedure && { procedure }), groups };
}

/**
 * The parameters behind reduced coordinates: with rows F of the sets of C^{1/2} H_i C^{1/2} and rows X in coordinates,
 * F = X Q^T, so Q = F^T X (X^T X)^{-1}, and w - w* = C^{1/2} Q x.
 */
function givenParameters(
  preconditioner: readonly number[],
  scaled: readonly FactorSet[],
  reduced: readonly FactorSet[],
): GivenParameters {
  const { rows, count, dimension: p } = stackFactors(scaled);
  const { rows: coordinates, dimension: r } = stackFactors(reduced);
  const columns = transpose(coordinates, count, r);
  const gram = multiplyTransposedSymmetric(columns, columns, r, count);
  const products = multiplyTransposed(transpose(rows, count, p), p, columns, r, count);
  const embedding = new Float64Array(p * r);
  for (let j = 0; j < p; j++) {
    const row = choleskySolve(gram, products.subarray(j * r, (j + 1) * r))!;
    embedding.set(
      row.map((x) => x * Math.sqrt(preconditioner[j]!)),
      j * r,
    );
  }
  const inverse = preconditioner.map((c) => 1 / Math.sqrt(c));
  const samples = scaled.map((set) => scaledSet(set, inverse));
  return { preconditioner: Float64Array.from(preconditioner), embedding, samples };
}

/** The groups of both sets, but for those of weight zero. */
function activeGroups(problem: UnlearningProblem): CurvatureGroup[] {
  return curvatureGroups(problem).filter(({ weight, samples }) => weight > 0 && samples.sampleCount > 0);
}

function stackFactors(sets: readonly FactorSet[]) {
  const dimension = sets[0]?.dimension ?? 0;
  if (sets.length === 1) return { rows: sets[0]!.factors, count: factorCount(sets[0]!), dimension };
  const count = sets.reduce((sum, set) => sum + factorCount(set), 0);
  const rows = new Float64Array(count * dimension);
  let row = 0;
  for (const set of sets) {
    if (set.dimension !== dimension) {
      throw new RangeError(`all sets must have factors of one length; got ${dimension} and ${set.dimension}`);
    }
    rows.set(set.factors, row * dimension);
    row += factorCount(set);
  }
  return { rows, count, dimension };
}

function unstackFactors(
  sets: readonly FactorSet[],
  coordinates: Float64Array,
  dimension: number,
  accuracy: FactorAccuracy,
): FactorSet[] {
  let row = 0;
  return sets.map((set) => {
    const from = row * dimension;
    row += factorCount(set);
    const { sampleCount, offsets } = set;
    const factors = coordinates.slice(from, row * dimension);
    return { dimension, sampleCount, offsets, factors, accuracy };
  });
}
