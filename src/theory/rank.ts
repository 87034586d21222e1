import { inverseScale } from '../linalg/equilibrate.js';
import { largestMagnitude, symmetricEigen } from '../linalg/symmetric-eigen.js';

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
export interface GramRank {
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
