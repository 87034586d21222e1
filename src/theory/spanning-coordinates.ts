import { type Equilibrated, equilibrated, unitRows } from '../linalg/equilibrate.js';
import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { type PivotedQr, pivotedQr } from '../linalg/pivoted-qr.js';
import { norm, transpose } from '../linalg/vectors.js';
import { type LeftOut, roundingNorm } from './rank.js';

/** Rows in coordinates of an orthonormal basis of what they span. */
export interface SpanningCoordinates {
  /** r. */
  readonly dimension: number;
  /** N x r, row-major. */
  readonly coordinates: Float64Array;
  readonly resolution: number;
  readonly leftOut: LeftOut;
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
): SpanningCoordinates {
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
): SpanningCoordinates {
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
  };
}

/** (R P^T)^T: n x k, with the columns of R in the places of those of A. */
function inPlace({ rank, pivots, triangle }: PivotedQr, n: number): Float64Array {
  const out = new Float64Array(n * rank);
  for (let j = 0; j < n; j++)
    for (let k = 0; k < rank; k++) out[pivots[j]! * rank + k] = triangle[k * n + j]!;
  return out;
}
