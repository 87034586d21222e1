import { equilibrated, gradedEigen } from '../linalg/graded-eigen.js';
import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { pivotedQr } from '../linalg/pivoted-qr.js';
import {
  largestMagnitude,
  symmetricEigen,
  symmetricEigenvalues,
  type SymmetricEigen,
} from '../linalg/symmetric-eigen.js';
import { norm, trace, transpose } from '../linalg/vectors.js';
import { factorCount, type FactorSet, type ReducedProblem } from './problem.js';
import { meanCurvature, totalCurvature } from './mean-curvature.js';
import { accuracyOf, ARITHMETIC } from './rank.js';
import { remembered } from './remembered.js';

/** How many eigenvalues of D are negative, zero as far as the stored numbers tell, and positive. */
export interface CurvatureSigns {
  readonly negative: number;
  readonly zero: number;
  readonly positive: number;
}

/** The sets of D = (1 - alpha) Hbar_R - alpha Hbar_F in r coordinates of their joint span. */
interface MeanSets {
  readonly retain: FactorSet;
  readonly forget: FactorSet;
}

/**
 * Signs of the eigenvalues of D on U at any mixing, by comparison with K and not with D itself.
 *
 * With X = (X_R; X_F), rows over sqrt n_g and each set scaled to size 1, and X diag(c) = Q S, both mean curvatures are
 * congruent to Q_R^T Q_R and Q_F^T Q_F, whose sum is 1: they share eigenvectors, with eigenvalues theta and 1 - theta, and
 * D has the signs of (1 - alpha) w_R theta - alpha w_F (1 - theta), w_g the sizes (Sylvester). theta = sin^2 phi is known
 * to the error that the resolution makes of the angle phi.
 */
export function curvatureSigns({ retain, forget }: MeanSets): (alpha: number) => CurvatureSigns {
  const r = retain.dimension;
  const counts = [retain, forget].map(factorCount) as [number, number];
  const m = counts[0] + counts[1];
  const rows = new Float64Array(m * r);
  rows.set(retain.factors.map((x) => x / Math.sqrt(retain.sampleCount)));
  rows.set(
    forget.factors.map((x) => x / Math.sqrt(forget.sampleCount)),
    counts[0] * r,
  );
  const { scaled, rows: rowScales } = equilibrated(rows, m, r);
  for (let i = 0; i < m; i++) for (let j = 0; j < r; j++) scaled[i * r + j]! /= rowScales[i]!;
  const parts = [scaled.subarray(0, counts[0] * r), scaled.subarray(counts[0] * r)] as const;
  const sizes = parts.map((part) => norm(part) || 1) as [number, number];
  parts.forEach((part, g) => part.forEach((x, k) => (part[k] = x / sizes[g]!)));
  const qr = pivotedQr(scaled, m, r);
  const q = qr.orthonormal();
  const rank = qr.rank;
  const shares = parts.map((_, g) => {
    const own = g === 0 ? q.subarray(0, counts[0] * rank) : q.subarray(counts[0] * rank);
    const columns = transpose(own, counts[g]!, rank);
    return symmetricEigenvalues(multiplyTransposedSymmetric(columns, columns, rank, counts[g]!), rank);
  });
  const angle = 2 * accuracyOf([retain, forget]).resolution;
  return (alpha) => {
    const scale = Math.max(sizes[0], sizes[1]);
    const ofRetain = (1 - alpha) * (sizes[0] / scale) ** 2;
    const ofForget = alpha * (sizes[1] / scale) ** 2;
    let [negative, zero] = [0, 0];
    for (let k = 0; k < rank; k++) {
      // Ascending here is descending there.
      const [theta, rest] = [clamped(shares[0]![k]!), clamped(shares[1]![rank - 1 - k]!)];
      const error = 2 * Math.sqrt(theta * rest) * angle + angle ** 2 + rank * ARITHMETIC;
      const difference = (theta <= error ? 0 : ofRetain * theta) - (rest <= error ? 0 : ofForget * rest);
      const known = theta <= error || rest <= error ? 0 : error * (ofRetain + ofForget);
      if (Math.abs(difference) <= known) zero++;
      else if (difference < 0) negative++;
    }
    return { negative, zero, positive: rank - negative - zero };
  };
}

function clamped(x: number): number {
  return Math.min(1, Math.max(0, x));
}

/** Eigenvalues, ascending, and eigenvectors of D on U, with signs that compare it with K: one decomposition for all who ask. */
export const meanSpectrum = remembered((problem: ReducedProblem): SymmetricEigen => {
  const { dimension: r, groups, alpha } = problem;
  const total = trace(totalCurvature(problem), r);
  const { resolution, precision } = accuracyOf(groups.map(({ samples }) => samples));
  return meanEigen(meanCurvature(problem), r, { total, resolution, precision }, () => {
    const [first, second] = groups;
    if (first && second) return curvatureSigns({ retain: first.samples, forget: second.samples })(alpha);
    const negative = first?.sign === 1 ? 0 : r;
    return { negative, zero: 0, positive: r - negative };
  });
});

/** Smallest |eigenvalue| of D over tr K from which its sign needs no second look. */
const CLEAR = 1e-9;

/** Up to this many coordinates an ill-conditioned D is diagonalised by rotations, which keeps the digits of small eigenvalues. */
const GRADED_DIMENSION = 200;

/**
 * Eigenvalues, ascending, and eigenvectors of D (r x r), with the signs that `signs` counts: eigenvalues that are zero as
 * far as the numbers tell are 0.
 *
 * @param total tr K. @param resolution, precision of the factors. @param signs asked only where an eigenvalue is small;
 * without it eigenvalues count as zero within the rounding of D. It knows small directions of each set better than D
 * does; where the weakest direction drowns all of them, eigenvalues of D beyond what the precision can move keep their signs.
 */
export function meanEigen(
  mean: Float64Array,
  r: number,
  {
    total,
    resolution = ARITHMETIC,
    precision = ARITHMETIC,
  }: { readonly total: number; readonly resolution?: number; readonly precision?: number },
  signs?: () => CurvatureSigns,
): SymmetricEigen {
  const plain = symmetricEigen(mean, r);
  const smallest = plain.values.reduce((least, d) => Math.min(least, Math.abs(d)), Infinity) / total;
  if (smallest > CLEAR && smallest ** 1.5 > 4 * resolution) return plain;
  const { values, rows } = r <= GRADED_DIMENSION ? gradedEigen(mean, r) : plain;
  const found = signs?.() ?? signsWithin(values, r * ARITHMETIC * total);
  // Factors that change by a share u each change D by at most (2 u + u^2) tr K, and no eigenvalue by more (Weyl).
  const certain = signsWithin(values, (3 * precision + r * Number.EPSILON) * total);
  const negative = Math.min(Math.max(found.negative, certain.negative), r - certain.positive);
  const zero = Math.min(found.zero, r - negative - certain.positive);
  // Where the sign is known and the number is not, the smallest that could be told from 0 stands for it.
  const least = Number.EPSILON * ARITHMETIC * largestMagnitude(values);
  return {
    rows,
    values: values.map((d, k) => {
      if (k < negative) return Math.min(d, -least);
      return k < negative + zero ? 0 : Math.max(d, least);
    }),
  };
}

function signsWithin(values: Float64Array, rounding: number): CurvatureSigns {
  const negative = values.filter((d) => d < -rounding).length;
  const positive = values.filter((d) => d > rounding).length;
  return { negative, zero: values.length - negative - positive, positive };
}
