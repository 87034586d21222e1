import { type Equilibrated, equilibrated, inverseScale, unitRows } from '../linalg/graded-eigen.js';
import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { type PivotedQr, pivotedQr } from '../linalg/pivoted-qr.js';
import { largestMagnitude, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { norm, transpose } from '../linalg/vectors.js';

/*
 * The one notion of rank and zero. Factors are known to a relative precision u, each number by itself. Where all columns
 * of a matrix (or all rows) have length 1, such changes have a Frobenius norm of at most u sqrt(count): what is not longer
 * may be rounding, and counts as zero. Units of parameters and sizes of samples are divided out before, so that a change
 * of either changes nothing.
 */

/** How exactly the factors of a set are known, and what a reduction of their coordinates left out. */
export interface FactorAccuracy {
  /** Largest relative error of a stored number. */
  readonly precision: number;
  /**
   * Largest relative error that this may make along some direction that was kept: u sqrt(count) over the smallest
   * singular value that was kept, of the matrix with columns or rows of length 1.
   */
  readonly resolution: number;
  /** Directions that were left out as rounding, and the largest share of the curvature along one, units divided out. */
  readonly leftOut: LeftOut;
  /**
   * True in coordinates of an orthonormal basis, as reductions give them: these have no units that could be divided out,
   * and their rounding is that of the whole row.
   */
  readonly orthonormal: boolean;
}

/** Directions that were left out as rounding. */
export interface LeftOut {
  readonly directions: number;
  readonly largestShare: number;
}

/** Sixteen roundings of a double: what a computation of some length makes of numbers that are exact. */
export const ARITHMETIC = 2 ** -49;

/** The accuracy of doubles. */
export const DOUBLES: FactorAccuracy = {
  precision: ARITHMETIC,
  resolution: ARITHMETIC,
  leftOut: { directions: 0, largestShare: 0 },
  orthonormal: false,
};

/** The accuracy of numbers with so many bits behind the point, coarser than doubles. */
export function storedWith(fractionBits: number): FactorAccuracy {
  const precision = Math.max(ARITHMETIC, 2 ** -(fractionBits + 1));
  return { ...DOUBLES, precision, resolution: precision };
}

/** The accuracy of sets together: the coarser of each number. */
export function accuracyOf(sets: readonly { readonly accuracy?: FactorAccuracy }[]): FactorAccuracy {
  return sets.reduce<FactorAccuracy>((all, { accuracy = DOUBLES }) => coarser(all, accuracy), DOUBLES);
}

function coarser(one: FactorAccuracy, other: FactorAccuracy): FactorAccuracy {
  return {
    precision: Math.max(one.precision, other.precision),
    resolution: Math.max(one.resolution, other.resolution),
    leftOut: one.leftOut.directions >= other.leftOut.directions ? one.leftOut : other.leftOut,
    orthonormal: one.orthonormal || other.orthonormal,
  };
}

/** The accuracy after a reduction with this resolution that left these directions out. */
export function reducedAccuracy(
  before: FactorAccuracy,
  resolution: number,
  leftOut: LeftOut,
): FactorAccuracy {
  return {
    precision: before.precision,
    resolution: Math.min(1, Math.max(before.resolution, resolution)),
    leftOut: {
      directions: before.leftOut.directions + leftOut.directions,
      largestShare: Math.max(before.leftOut.largestShare, leftOut.largestShare),
    },
    orthonormal: true,
  };
}

/** Norm up to which a column of a matrix with so many columns of length 1 may be rounding. */
export function roundingNorm(precision: number, count: number): number {
  return precision * Math.sqrt(count);
}

/** Rows and columns scaled to a common size, and as many columns as span them. */
export interface SpanningColumns extends Equilibrated {
  readonly spanning: Int32Array;
}

/**
 * Columns of the N x p matrix X that span the others up to rounding, whatever units these are in; in coordinates of an
 * orthonormal basis, which have no units, they are left as they are.
 */
export function spanningColumns(
  x: Float64Array,
  count: number,
  p: number,
  { precision, orthonormal }: FactorAccuracy,
): SpanningColumns {
  const together = orthonormal ? unitRows(x, count, p) : equilibrated(x, count, p);
  const { pivots, rank } = pivotedQr(together.scaled, count, p, roundingNorm(precision, Math.min(count, p)));
  return { ...together, spanning: pivots.subarray(0, rank) };
}

/** Some columns of a row-major matrix with p of them, in that order. */
export function pickedColumns(matrix: Float64Array, p: number, picked: Int32Array): Float64Array {
  const r = picked.length;
  return Float64Array.from(
    { length: (matrix.length / p) * r },
    (_, k) => matrix[Math.floor(k / r) * p + picked[k % r]!]!,
  );
}

/** Rank of the rows (from row `from` to row `to`) in the columns that span them together with others. */
export function rankAmong(
  { scaled, spanning }: SpanningColumns,
  [from, to]: readonly [number, number],
  p: number,
  precision: number,
): number {
  const r = spanning.length;
  const own = pickedColumns(scaled.subarray(from * p, to * p), p, spanning);
  return pivotedQr(own, to - from, r, roundingNorm(precision, r)).rank;
}

/** Smallest over largest eigenvalue of a second moment above which a symmetric eigenproblem keeps ten digits of all. */
const WELL_CONDITIONED = 1e-6;

/** How far above rounding a well-conditioned matrix stays. */
const CLEARLY = 8;

/** True if all eigenvalues (ascending) of a second moment are so large that nobody need ask for the rank. */
export function isWellConditioned(values: Float64Array, precision: number): boolean {
  const least = (CLEARLY * roundingNorm(precision, values.length)) ** 2;
  return values[0]! > Math.max(WELL_CONDITIONED, least) * values.at(-1)!;
}

/** A Gram matrix that is ill-conditioned or singular, with a unit diagonal and cut to its rank. */
interface GramRank {
  readonly rank: number;
  /** Row k: unit eigenvector k of the scaled matrix, largest first, times its root: rank x n. */
  readonly roots: Float64Array;
  /** Entry i of a factor is `roots` column i over scales[i]. */
  readonly scales: Float64Array;
  readonly resolution: number;
  readonly leftOut: LeftOut;
}

/**
 * Rank of a Gram matrix (n x n) by its eigenvalues after scaling to a unit diagonal. It carries the squares of the
 * numbers, so that beside their rounding that of n products counts: directions below about 1e-7 of a factor are lost, where
 * the factors themselves would show them down to 1e-14.
 */
export function gramRank(gram: Float64Array, n: number, precision: number): GramRank {
  const scales = Float64Array.from({ length: n }, (_, i) => inverseScale(Math.sqrt(gram[i * n + i]!)));
  const scaled = gram.map((x, k) => x * scales[Math.floor(k / n)]! * scales[k % n]!);
  const { values, rows } = symmetricEigen(scaled, n);
  const cut = roundingNorm(precision, n) ** 2 + n * ARITHMETIC * largestMagnitude(values);
  const rank = values.filter((x) => x > cut).length;
  const roots = new Float64Array(rank * n);
  for (let k = 0; k < rank; k++) {
    const from = n - 1 - k;
    const root = Math.sqrt(values[from]!);
    for (let i = 0; i < n; i++) roots[k * n + i] = root * rows[from * n + i]!;
  }
  const total = values.reduce((sum, x) => sum + Math.max(0, x), 0) || 1;
  const left = values.subarray(0, n - rank);
  return {
    rank,
    roots,
    scales,
    resolution: rank === 0 ? precision : Math.sqrt(cut / values[n - rank]!),
    leftOut: {
      directions: left.filter((x) => x !== 0).length,
      largestShare: largestMagnitude(left) / total,
    },
  };
}

/** Rows in coordinates of an orthonormal basis of what they span. */
export interface SpanningCoordinates {
  /** r. */
  readonly dimension: number;
  /** N x r, row-major. */
  readonly coordinates: Float64Array;
  readonly resolution: number;
  readonly leftOut: LeftOut;
}

/** The same with the basis. */
interface SpannedCoordinates extends SpanningCoordinates {
  /** r x p, row-major. */
  basis(): Float64Array;
}

/**
 * Coordinates of the N rows of a matrix X (N x p, row-major) along an orthonormal basis of their span, exact to rounding
 * of each row and of each column by itself.
 *
 * With columns c and rows d scaled to length 1, Z = diag(d) X diag(c) has the rank of X whatever units X is in, and that is
 * the rank of its pivoted factorisation Z = Q S (for p > N: Z^T = Q S), cut at `roundingNorm`. An orthonormal basis of
 * the rows of diag(d)^-1 Q S diag(c)^-1 then comes from a second factorisation, of (S diag(c)^-1)^T = W G, and the
 * coordinates are diag(d)^-1 Q G^T (for p > N: of diag(c)^-1 Q = W G, and diag(d)^-1 S^T G^T). Products X W would lose
 * what small parameters hold.
 *
 * @param orthonormal true if the columns of X are coordinates of an orthonormal basis: then c = 1.
 */
export function spanningCoordinates(
  x: Float64Array,
  count: number,
  p: number,
  precision: number,
  orthonormal = false,
): SpannedCoordinates {
  if (orthonormal) return coordinatesOf(unitRows(x, count, p), count, p, precision);
  const found = coordinatesOf(equilibrated(x, count, p), count, p, precision);
  // Numbers that differ by hundreds of orders of magnitude, and not because of units, leave columns no common scale.
  return keepsLengths(x, found, count, p) ? found : coordinatesOf(unitRows(x, count, p), count, p, precision);
}

/** Relative error of a length that shows coordinates to be wrong, far above their rounding. */
const WRONG_LENGTH = 1e-9;

/** True if all rows are as long in their coordinates as they are. */
function keepsLengths(
  x: Float64Array,
  { dimension: r, coordinates }: SpanningCoordinates,
  count: number,
  p: number,
): boolean {
  for (let i = 0; i < count; i++) {
    const length = norm(x.subarray(i * p, (i + 1) * p));
    const found = norm(coordinates.subarray(i * r, (i + 1) * r));
    if (!(Math.abs(found - length) <= WRONG_LENGTH * length)) return false;
  }
  return true;
}

/** The coordinates by way of one scaling of rows and columns. */
function coordinatesOf(
  { scaled, rows, columns }: Equilibrated,
  count: number,
  p: number,
  precision: number,
): SpannedCoordinates {
  const wide = p > count;
  const [m, n] = wide ? [p, count] : [count, p];
  const tolerance = roundingNorm(precision, n);
  const first = pivotedQr(wide ? transpose(scaled, count, p) : scaled, m, n, tolerance);
  const r = first.rank;
  const [ofRows, ofSpan] = wide
    ? [inPlace(first, n), first.orthonormal()]
    : [first.orthonormal(), inPlace(first, n)];
  // Row j of the span, p x r, in the unit of parameter j.
  for (let j = 0; j < p; j++) for (let k = 0; k < r; k++) ofSpan[j * r + k]! /= columns[j]!;
  const second = pivotedQr(ofSpan, p, r);
  const pivoted = new Float64Array(count * r);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < r; k++) pivoted[i * r + k] = ofRows[i * r + second.pivots[k]!]! / rows[i]!;
  }
  const smallest = r === 0 ? 1 : Math.abs(first.triangle[(r - 1) * n + r - 1]!);
  return {
    dimension: second.rank,
    coordinates: multiplyTransposed(pivoted, count, second.triangle, second.rank, r),
    resolution: tolerance / smallest,
    leftOut: { directions: first.leftColumns, largestShare: first.left ** 2 / n },
    basis: () => transpose(second.orthonormal(), p, second.rank),
  };
}

/** (R P^T)^T: n x k, with the columns of R in the places of those of A. */
function inPlace({ rank, pivots, triangle }: PivotedQr, n: number): Float64Array {
  const out = new Float64Array(n * rank);
  for (let j = 0; j < n; j++)
    for (let k = 0; k < rank; k++) out[pivots[j]! * rank + k] = triangle[k * n + j]!;
  return out;
}
