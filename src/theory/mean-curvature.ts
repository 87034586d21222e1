import { congruence, multiplyTransposedSymmetric, quadraticForms } from '../linalg/multiply-transposed.js';
import { pivotedQr } from '../linalg/pivoted-qr.js';
import {
  largestEigenvalue,
  symmetricEigen,
  symmetricEigenvalues,
  type SymmetricEigen,
} from '../linalg/symmetric-eigen.js';
import { addRankOne, addScaled, divided, transpose } from '../linalg/vectors.js';
import {
  type CurvatureGroup,
  factorCount,
  type FactorSet,
  isRankOne,
  type ReducedProblem,
} from './problem.js';
import {
  accuracyOf,
  ARITHMETIC,
  type FactorAccuracy,
  isWellConditioned,
  pickedColumns,
  rankAmong,
  spanningColumns,
} from './rank.js';
import { remembered } from './remembered.js';

/** Hbar = (1/n) sum_i H_i of a set: r x r, row-major. */
export const meanHessian = remembered((set: FactorSet): Float64Array => {
  const count = factorCount(set);
  const columns = transpose(set.factors, count, set.dimension);
  const sum = multiplyTransposedSymmetric(columns, columns, set.dimension, count);
  return divided(sum, set.sampleCount);
});

/** beta_i = a_g / n_g, the weight of one sample of the group in K and D. */
export function sampleWeight(group: CurvatureGroup): number {
  return group.weight / group.samples.sampleCount;
}

/** D = (1 - alpha) Hbar_R - alpha Hbar_F, the mean curvature seen by the step: r x r. */
export function meanCurvature(problem: ReducedProblem): Float64Array {
  return weightedSum(problem, (group) => group.sign * group.weight);
}

/** K = sum_i beta_i H_i = (1 - alpha) Hbar_R + alpha Hbar_F: r x r, positive definite on U. */
export function totalCurvature(problem: ReducedProblem): Float64Array {
  return weightedSum(problem, (group) => group.weight);
}

function weightedSum(problem: ReducedProblem, weight: (group: CurvatureGroup) => number): Float64Array {
  const sum = new Float64Array(problem.dimension ** 2);
  for (const group of problem.groups) addScaled(sum, weight(group), meanHessian(group.samples));
  return sum;
}

/** 1/lambda_1(K): the scale of step sizes where no threshold gives one. */
export function naturalStep(problem: ReducedProblem): number {
  return 1 / largestEigenvalue(totalCurvature(problem), problem.dimension);
}

/** lambda_1(H_i) of every sample: the squared length for rank one, else by its own small Gram matrix. */
export function sampleCurvatures(set: FactorSet): Float64Array {
  const { dimension, offsets, factors } = set;
  return Float64Array.from({ length: set.sampleCount }, (_, i) => {
    const own = factors.subarray(offsets[i]! * dimension, offsets[i + 1]! * dimension);
    const count = offsets[i + 1]! - offsets[i]!;
    const gram = multiplyTransposedSymmetric(own, own, count, dimension);
    return count === 1 ? gram[0]! : Math.max(0, symmetricEigen(gram, count).values.at(-1) ?? 0);
  });
}

/** sum += scale H_i of one sample: r x r. */
export function addSampleHessian(sum: Float64Array, scale: number, set: FactorSet, sample: number): void {
  const { factors, offsets, dimension: r } = set;
  for (let row = offsets[sample]!; row < offsets[sample + 1]!; row++)
    addRankOne(sum, scale, factors, r, row * r);
}

/** H_i of one sample: r x r. */
export function sampleHessian(set: FactorSet, sample: number): Float64Array {
  const hessian = new Float64Array(set.dimension ** 2);
  addSampleHessian(hessian, 1, set, sample);
  return hessian;
}

/** tr(A H_i) of every sample, for a symmetric r x r matrix A. */
export function sampleForms(set: FactorSet, a: Float64Array): Float64Array {
  const forms = quadraticForms(a, set.factors, factorCount(set), set.dimension);
  return isRankOne(set) ? forms : sumsOverFactors(set, forms);
}

/** tr(H_i) of every sample. */
function sampleTraces(set: FactorSet): Float64Array {
  const { factors, dimension } = set;
  const squares = new Float64Array(dimension === 0 ? 0 : factors.length / dimension);
  factors.forEach((x, k) => (squares[Math.floor(k / dimension)]! += x * x));
  return sumsOverFactors(set, squares);
}

/**
 * tr(P H_i)/tr(H_i) of every sample, 0 for one without curvature, and tr(P Hbar)/tr(Hbar); null without samples.
 *
 * @param inside the samples in the coordinates of P. @param whole the same samples with all their curvature.
 */
export function curvatureAlong(
  projector: Float64Array,
  inside: FactorSet,
  whole: FactorSet,
): { samples: number[]; share: number | null } {
  const along = sampleForms(inside, projector);
  const all = sampleTraces(whole);
  const sum = (x: Float64Array): number => x.reduce((a, b) => a + b, 0);
  const share = (part: number, total: number): number =>
    total === 0 ? 0 : Math.min(1, Math.max(0, part / total));
  return {
    samples: Array.from(along, (part, i) => share(part, all[i]!)),
    share: whole.sampleCount === 0 ? null : share(sum(along), sum(all)),
  };
}

/** Sums over the factors of each sample. */
function sumsOverFactors({ sampleCount, offsets }: FactorSet, ofFactors: Float64Array): Float64Array {
  return Float64Array.from({ length: sampleCount }, (_, i) =>
    ofFactors.subarray(offsets[i], offsets[i + 1]).reduce((sum, x) => sum + x, 0),
  );
}

/** Batch noise factor nu = n/B - 1 of a group; 0 for a full batch. */
export function batchNoise(group: CurvatureGroup): number {
  return group.samples.sampleCount / group.batchSize - 1;
}

/**
 * Eigenvalues of A relative to B, ascending: those of B^{-1/2} A B^{-1/2}, for symmetric r x r A and
 * positive definite B. Both are scaled to a unit diagonal of B where B is ill-conditioned, which changes no eigenvalue.
 */
export function relativeEigenvalues(a: Float64Array, b: Float64Array, r: number): Float64Array {
  const { values, rows } = symmetricEigen(b, r);
  if (!isWellConditioned(values, ARITHMETIC)) {
    const scales = Float64Array.from({ length: r }, (_, i) => 1 / Math.sqrt(b[i * (r + 1)]!));
    const scaled = [a, b].map((m) => m.map((x, k) => x * scales[Math.floor(k / r)]! * scales[k % r]!));
    return whitened(scaled[0]!, symmetricEigen(scaled[1]!, r), r);
  }
  return whitened(a, { values, rows }, r);
}

function whitened(a: Float64Array, { values, rows }: SymmetricEigen, r: number): Float64Array {
  const shrink = values.map((x) => 1 / Math.sqrt(x));
  const axes = rows.map((x, k) => shrink[Math.floor(k / r)]! * x);
  return symmetricEigenvalues(congruence(axes, a, r, r), r);
}

/**
 * Critical mixing alpha* = 1/(1 + mu), mu = lambda_1 of Hbar_F relative to Hbar_R, or 0 if
 * range(Hbar_F) is not inside range(Hbar_R). The mean dynamics escapes iff alpha > alpha*.
 *
 * It does not depend on the units of the parameters, and neither do the digits of the result.
 *
 * @param retain, forget sets in common reduced coordinates (`reduceSets`); retain must have samples.
 * @returns a number in [0, 1]; 1 (never) if the forget set has no samples or no curvature.
 */
export function criticalMixing(retain: FactorSet, forget: FactorSet): number {
  return mixingWith(retain)(forget);
}

const mixingWith = remembered((retain: FactorSet) =>
  remembered((forget: FactorSet) => mixingOf(retain, forget)),
);

function mixingOf(retain: FactorSet, forget: FactorSet): number {
  if (forget.factors.every((x) => x === 0)) return 1;
  const r = retain.dimension;
  const accuracy = accuracyOf([retain, forget]);
  // Fewer factors than coordinates: Hbar_R is singular, and its eigenvalues would only say so.
  if (factorCount(retain) < r) return carefulMixing(retain, forget, accuracy);
  const { values, rows } = symmetricEigen(meanHessian(retain), r);
  if (!isWellConditioned(values, accuracy.precision)) return carefulMixing(retain, forget, accuracy);
  const whitening = new Float64Array(r * r);
  for (let k = 0; k < r; k++) {
    for (let i = 0; i < r; i++) whitening[k * r + i] = rows[k * r + i]! / Math.sqrt(values[k]!);
  }
  const relative = congruence(whitening, meanHessian(forget), r, r);
  return 1 / (1 + largestEigenvalue(relative, r));
}

/**
 * The same from the factors themselves, by columns that span: with X_R C = Q S on these columns, mu is
 * lambda_1 of M M^T n_R/n_F, M = X_F C S^-1. The ranks of both sets together and of the retain set are those of rows and
 * columns scaled to length 1, or those that a reduction found.
 */
function carefulMixing(retain: FactorSet, forget: FactorSet, accuracy: FactorAccuracy): number {
  const { spansAll } = retain;
  if (spansAll === false) return 0;
  const p = retain.dimension;
  const [n, m] = [factorCount(retain), factorCount(forget)];
  const stacked = new Float64Array((n + m) * p);
  stacked.set(retain.factors);
  stacked.set(forget.factors, n * p);
  // Columns of reduced coordinates may have the lengths of units, as long as their rounding is not asked for a rank.
  const together = spanningColumns(
    stacked,
    n + m,
    p,
    spansAll ? { ...accuracy, orthonormal: false } : accuracy,
  );
  const { scaled, rows, spanning } = together;
  const r = spanning.length;
  if (!spansAll && rankAmong(together, [0, n], p, accuracy.precision) < r) return 0;
  // The same columns of the sets, without the scales of the rows but for one for each set.
  const unit = [largest(rows, 0, n), largest(rows, n, n + m)] as const;
  const [ofRetain, ofForget] = [scaled.subarray(0, n * p), scaled.subarray(n * p)].map((part) =>
    pickedColumns(part, p, spanning),
  ) as [Float64Array, Float64Array];
  for (let k = 0; k < ofRetain.length; k++) ofRetain[k]! *= unit[0] / rows[Math.floor(k / r)]!;
  for (let k = 0; k < ofForget.length; k++) ofForget[k]! *= unit[1] / rows[n + Math.floor(k / r)]!;
  const { triangle, pivots } = pivotedQr(ofRetain, n, r);
  const relative = new Float64Array(m * r);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < r; k++) {
      let entry = ofForget[i * r + pivots[k]!]!;
      for (let l = 0; l < k; l++) entry -= relative[i * r + l]! * triangle[l * r + k]!;
      relative[i * r + k] = entry / triangle[k * r + k]!;
    }
  }
  const columnsOf = transpose(relative, m, r);
  const top = largestEigenvalue(multiplyTransposedSymmetric(columnsOf, columnsOf, r, m), r);
  const ratio = unit[0] / unit[1];
  return 1 / (1 + ((top * retain.sampleCount) / forget.sampleCount) * ratio * ratio);
}

/** Largest of some numbers; 1 if there are none. */
function largest(x: Float64Array, from: number, to: number): number {
  return x.subarray(from, to).reduce((a, b) => Math.max(a, b), 0) || 1;
}
