import { symmetricEigen, type SymmetricEigen } from '../linalg/symmetric-eigen.js';
import { trace, addScaled, dot } from '../linalg/vectors.js';
import { criticalMixing, meanHessian } from '../theory/mean-curvature.js';
import type { FactorSet } from '../theory/problem.js';
import type { ExactStability } from '../theory/operator/exact-stability.js';
import { accuracyOf, gramRank } from '../theory/rank.js';
import { type EstimatedCoherence, estimatedCoherence } from './coherence-form.js';
import { curvatureForm, mixingDirection, mixingForm, stepForm } from './curvature-forms.js';
import {
  estimatedCurvature,
  estimatedMean,
  estimatedProblem,
  type EstimatedProblem,
  estimatedStability,
  halfProblem,
  hasExactMean,
  oneSample,
  type SubsetProblem,
  weightedSample,
  isWhole,
} from './estimated-problem.js';
import type { DrawnSet } from '../theory/draw-subset.js';
import { type Estimate, estimated, exactly } from './estimates.js';
import {
  endErrors,
  type EndErrors,
  lowerEnd,
  marginAt,
  type Split,
  upperEnd,
  valueAt,
} from './linear-form.js';
import { congruence, multiplyTransposed } from '../linalg/multiply-transposed.js';

/** The four numbers with intervals that hold together, and the estimated problem behind them. */
interface SubsetIntervals extends EstimatedCoherence {
  readonly alphaStar: Estimate;
  readonly lambdaMin: Estimate;
  readonly etaStar: Estimate;
  /** Below it the problem is stable for certain; null where that is not known. */
  readonly certainEtaStar: number | null;
  /** In coordinates of U, or of what is known of U. */
  readonly problem: EstimatedProblem;
  /** D, r x r. */
  readonly meanCurvature: Float64Array;
  readonly stability: ExactStability;
}

/** Residual at which a matrix counts as extremal: its ratio is off by about the square of it. */
const TOLERANCE = 1e-6;
/** Of a half any matrix will do; a good one gives a narrow interval. */
const ROUGH = 1e-3;

/**
 * Estimates sigma, alpha*, lambda_min(D) and eta* of a problem from a subset of its samples, with intervals that
 * hold together at the given confidence (Bonferroni over all ends), to first order in 1/sqrt(m).
 *
 * All four are extreme values of ratios X/Y of means over a test function: a vector, a matrix, a function of samples.
 * Any fixed test function bounds them from one side: one half of the samples chooses it, the other estimates its
 * ratio, in turn. From the other side the bound is the ratio of the best test function for all drawn samples, which
 * errs outward. Where the mean curvatures of all samples are known, alpha* and lambda_min(D) are exact.
 */
export function subsetIntervals(problem: SubsetProblem, confidence: number): SubsetIntervals {
  const sets = [problem.retain, problem.forget].filter(({ of }) => of > 0);
  const meansKnown = sets.every(hasExactMean);
  const errors = endErrors(confidence, meansKnown ? 4 : 8);
  const whole = estimatedProblem(problem);
  const split: Split = { whole, halves: [halfProblem(whole, 0), halfProblem(whole, 1)], errors };
  const alphaStar = mixingInterval(problem, whole, errors);
  const meanCurvature = estimatedCurvature(whole);
  const stability = estimatedStability(whole);
  const spectrum = { values: stability.meanEigenvalues, rows: stability.meanDirections };
  const certain = certainStep(whole, spectrum);
  return {
    ...estimatedCoherence(split),
    alphaStar,
    lambdaMin: curvatureInterval(split, spectrum, meansKnown),
    etaStar: widenedTo(certain, whole, stepInterval(split, stability, problem.alpha, alphaStar)),
    certainEtaStar: certain,
    problem: whole,
    meanCurvature,
    stability,
  };
}

/** lambda_min(D) on U. */
function curvatureInterval(
  { whole, halves, errors }: Split,
  { values, rows }: SymmetricEigen,
  exact: boolean,
): Estimate {
  const value = values[0]!;
  if (exact) return exactly(value);
  const r = whole.dimension;
  const plain = [curvatureForm(whole, rows.subarray(0, r))];
  const crossed = halves.map((half, h) => {
    const direction = symmetricEigen(estimatedCurvature(half), r).rows.subarray(0, r);
    return curvatureForm(halves[1 - h]!, direction);
  });
  // Directions that no drawn sample has may have any small curvature.
  const low = Math.min(value, 0) - marginAt(plain, 0, errors.plain, -1);
  return estimated(value, low, Math.max(value, valueAt(crossed, 0) + marginAt(crossed, 0, errors.split, 1)));
}

/** alpha*, whatever alpha is. */
function mixingInterval(problem: SubsetProblem, whole: EstimatedProblem, errors: EndErrors): Estimate {
  if (problem.forget.of === 0) return exactly(1);
  // At alpha 0 and 1 one set takes no part in the problem; U is that of both sets here.
  const both = whole.groups.length === 2 ? whole : estimatedProblem({ ...problem, alpha: 0.5 });
  const [retain, forget] = both.groups.map(({ set }) => set) as [DrawnSet, DrawnSet];
  const value = criticalMixing(meanFactors(retain), meanFactors(forget));
  if (hasExactMean(retain) && hasExactMean(forget)) return exactly(value);
  const halves = ([0, 1] as const).map((half) => halfProblem(both, half).groups.map(({ set }) => set));
  const forms = halves.map(([ownRetain, ownForget], h) => {
    const direction = mixingDirection(ownRetain!, ownForget!, ridgeOf(ownRetain!));
    const [otherRetain, otherForget] = halves[1 - h]!;
    return mixingForm(otherRetain!, otherForget!, direction);
  });
  const high = Math.max(value, Math.min(1, upperEnd(forms, errors.split)));
  // A forget sample that was not drawn may lie outside the range of the retain set: then alpha* = 0.
  if (value === 0 || !hasExactMean(forget)) return estimated(value, 0, high);
  const form = mixingForm(retain, forget, mixingDirection(retain, forget, 0));
  return estimated(value, Math.min(value, lowerEnd([form], errors.plain)), high);
}

/** Share of tr(Hbar_R) below which the mean curvature along a direction is not known from so few samples. */
function ridgeOf(set: DrawnSet): number {
  const { sampleCount, dimension } = set.samples;
  return Math.min(1, dimension / sampleCount) / sampleCount;
}

/** A set with the mean curvature Hbar of the given one, and its range. */
function meanFactors(set: DrawnSet): FactorSet {
  const { samples } = set;
  if (set.mean === null) return weightedSample(set);
  const r = samples.dimension;
  const { roots, scales } = gramRank(estimatedMean(set), r, accuracyOf([samples]).precision);
  return oneSample(
    roots.map((x, k) => x / scales[k % r]!),
    r,
  );
}

/** eta*; 0 where the interval of alpha* says that the mean escapes, and possibly 0 where it does not exclude that. */
function stepInterval(
  { whole, halves, errors }: Split,
  stability: ExactStability,
  alpha: number,
  alphaStar: Estimate,
): Estimate {
  if (alpha > alphaStar.high) return exactly(0);
  const total = whole.groups.reduce((sum, { part }) => sum + trace(part, whole.dimension), 0);
  const holds = stability.meanEigenvalues[0]! > 0;
  const forms = halves.map((half, h) => {
    const matrix = extremalMatrix(half, estimatedStability(half), total);
    return stepForm(halves[1 - h]!, matrix);
  });
  const high = upperEnd(forms, errors.split);
  if (!holds) return estimated(0, 0, high);
  const form = stepForm(whole, stability.extremalMatrix(0, { tolerance: TOLERANCE }));
  const value = form.x / form.y;
  const low = alpha === 0 || alpha < alphaStar.low ? Math.min(value, lowerEnd([form], errors.plain)) : 0;
  return estimated(value, low, Math.max(value, high));
}

/**
 * The interval of eta* with what is certain: neither the estimate nor the upper end is below it, and it is the lower end
 * where some curvature has no drawn sample along it; without anything certain that end is 0.
 */
function widenedTo(certain: number | null, { groups }: EstimatedProblem, step: Estimate): Estimate {
  if (step.exact) return step;
  const least = certain ?? 0;
  const isUnseen = groups.some(({ set }) => hasUnseenDirection(set));
  const low = isUnseen ? least : step.low;
  return estimated(Math.max(least, step.value), low, Math.max(least, step.high));
}

/** Extremal for D itself, or for D with a shift where too few samples make D look indefinite. */
function extremalMatrix(half: EstimatedProblem, stability: ExactStability, total: number): Float64Array {
  const smallest = stability.meanEigenvalues[0]!;
  const count = Math.min(...half.groups.map(({ set }) => set.samples.sampleCount));
  const shift = smallest > 0 ? 0 : total / count - smallest;
  return stability.extremalMatrix(shift, { tolerance: ROUGH });
}

/**
 * A step size below which a problem is stable for certain, whichever samples were not drawn: with N(I) at most
 * V = sum_g (k_g a_g h_g K_g - k'_g K_g^2), K_g = a_g Hbar_g, h_g = max_i lambda_1(H_i) and k, k' those of the sampling,
 * eta (D^2 + V) < 2 D implies stability (U5): 2/lambda_1(D^{-1/2} (D^2 + V) D^{-1/2}).
 *
 * @param mean eigenvalues of D and its eigenvectors as rows.
 * @returns null unless D > 0 and both mean curvatures are those of all samples.
 */
export function certainStep(
  { groups, dimension: r }: EstimatedProblem,
  { values: d, rows }: SymmetricEigen,
): number | null {
  if (!(d[0]! > 0) || !groups.every(({ set }) => hasExactMean(set))) return null;
  const bound = new Float64Array(r * r);
  for (const { part, weight, set, perSample, ofMean } of groups) {
    const k = congruence(rows, part, r, r);
    addScaled(bound, perSample * weight * set.largestCurvature, k);
    if (ofMean > 0) addScaled(bound, -ofMean, multiplyTransposed(k, r, k, r, r));
  }
  for (let a = 0; a < r; a++) bound[a * r + a]! += d[a]! ** 2;
  const scaled = bound.map((x, k) => x / Math.sqrt(d[Math.floor(k / r)]! * d[k % r]!));
  return 2 / symmetricEigen(scaled, r).values.at(-1)!;
}

/** Share of the curvature along a direction below which the drawn samples say nothing of it. */
const UNSEEN = 0.01;

/**
 * True if a set has curvature along a direction of which its drawn samples show less than UNSEEN: of their noise along
 * it, which may decide eta*, no interval from them knows.
 */
export function hasUnseenDirection(set: DrawnSet): boolean {
  if (set.mean === null || isWhole(set)) return false;
  const r = set.samples.dimension;
  const { rank, roots, scales } = gramRank(set.mean, r, accuracyOf([set.samples]).precision);
  // W with W Hbar W^T = 1 on the range of Hbar.
  const whitened = roots.map((x, k) => x * scales[k % r]!);
  for (let k = 0; k < rank; k++) {
    const root = roots.subarray(k * r, (k + 1) * r);
    const value = dot(root, root);
    for (let i = 0; i < r; i++) whitened[k * r + i]! /= value;
  }
  const drawn = congruence(whitened, meanHessian(weightedSample(set)), rank, r);
  return symmetricEigen(drawn, rank).values[0]! < UNSEEN;
}
