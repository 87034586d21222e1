import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { symmetricEigen } from '../linalg/symmetric-eigen.js';
import { transpose } from '../linalg/vectors.js';
import { alignedSamples, crossCoherence, setCoherence, unlearningCoherence } from '../theory/coherence.js';
import { criticalMixing, curvatureAlong, meanCurvature } from '../theory/mean-curvature.js';
import { pairwiseCoherence } from '../theory/pairwise-coherence.js';
import {
  factorCount,
  type FactorSet,
  setInBasis,
  groupNamed,
  type ReducedProblem,
  type SetName,
  type UnlearningProblem,
} from '../theory/problem.js';
import { accuracyOf, type FactorAccuracy } from '../theory/rank.js';
import { reduceProblem, reduceSets, reduceSpanned } from '../theory/reduction.js';
import { linearisedProcess, type UnlearningProcess } from '../unlearning/process.js';
import type { Analysis, ForgetSample, SubsetReport } from './answer.js';
import { type SecondMoment, secondMoment } from './second-moment.js';
import { type SpannedProblem, spannedProblem } from './spanned-problem.js';

/** A number of the theory with its interval: low = value = high where it is exact. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  /** Infinity if nothing bounds it from above. */
  readonly high: number;
  readonly exact: boolean;
}

/** The number itself. */
export function exactly(value: number): Estimate {
  return { value, low: value, high: value, exact: true };
}

/** An estimate with its interval, which is exact if it has no width. */
export function estimated(value: number, low: number, high: number): Estimate {
  return { value, low, high, exact: low === high };
}

/** Curvature along the escaping directions, by tr(P H)/tr(H) of the mean curvatures and of every forget sample. */
export interface CurvatureShares {
  /** null without samples. */
  readonly retain: number | null;
  readonly forget: number | null;
  /** In any order. */
  readonly samples: ForgetSample[];
}

/**
 * The linear theory of a problem as far as its samples tell: exact where all of them are known, estimated with
 * intervals where a subset was drawn. Everything is in r coordinates of U, or of what is known of U.
 */
export interface TheoryEstimates {
  /** n_R and n_F. */
  readonly samples: { readonly retain: number; readonly forget: number };
  /** r. */
  readonly dimension: number;
  readonly sigma: Estimate;
  readonly alphaStar: Estimate;
  readonly lambdaMin: Estimate;
  /** Infinity if no step size was found that escapes, NaN if eta* is not known. */
  readonly etaStar: Estimate;
  readonly firstCrossingOnly: boolean;
  /** How exactly the numbers are known, and what is left out as rounding. */
  readonly accuracy: FactorAccuracy;
  /** Coherences that have no interval. */
  readonly coherence: Omit<Analysis['coherence'], 'sigma' | 'fullBatchShare'>;
  /** D, r x r. */
  readonly meanCurvature: Float64Array;
  readonly stability: SecondMoment;
  /** Single runs at a step size. */
  readonly process: (eta: number) => UnlearningProcess;
  /** Operations of one of their periods, about. */
  readonly stepCost: number;
  /** @param projector P, r x r. */
  sharesAlong(projector: Float64Array): CurvatureShares;
  /** The problem that theorems are asked about; null where it is not known as a whole. */
  readonly problem: ReducedProblem | null;
  /** `problem` with its place among the coordinates of the sets; null where not all samples are known. */
  readonly spanned: (() => SpannedProblem) | null;
  /** null where all samples are known. */
  readonly subset: Omit<SubsetReport, 'intervals' | 'side'> | null;
}

/** Runs one stage of an analysis and tells that it is done. */
export type Stage = <T>(run: () => T) => T;

/** Stages of `wholeEstimates`. */
export const WHOLE_STAGES = 6;

/**
 * The exact theory of a problem all of whose samples are known.
 *
 * @param spanned true if the sets are in coordinates of their joint span already.
 */
export function wholeEstimates(problem: UnlearningProblem, spanned: boolean, stage: Stage): TheoryEstimates {
  const inCoordinates = stage(() => scaledAlready(spanned ? problem : onJointSpan(problem)));
  // Parameters of a preconditioner that are all there: theorems and the real step are about them.
  const inParameters = !spanned && problem.procedure?.preconditioner?.length === problem.retain.dimension;
  const reduced = stage(() => (inParameters ? reduceProblem(problem) : reduceSpanned(inCoordinates)));
  const stability = stage(() => secondMoment(reduced));
  const critical = stage(() => stability.criticalStep());
  const { sigma, ...coherence } = stage(() => coherences(inCoordinates, reduced));
  const { retain, forget } = inCoordinates;
  const alphaStar = stage(() => criticalMixing(retain, forget));
  return {
    samples: { retain: retain.sampleCount, forget: forget.sampleCount },
    dimension: reduced.dimension,
    sigma: exactly(sigma),
    alphaStar: exactly(alphaStar),
    lambdaMin: exactly(stability.meanEigenvalues[0]!),
    etaStar: exactly(critical.value ?? NaN),
    firstCrossingOnly: critical.firstCrossingOnly,
    accuracy: accuracyOf([retain, forget, ...reduced.groups.map(({ samples }) => samples)]),
    coherence,
    meanCurvature: meanCurvature(reduced),
    stability,
    process: (eta) => linearisedProcess(reduced, eta),
    stepCost:
      stability.period *
      reduced.groups.reduce((sum, { samples, batchSize }) => {
        const factors = factorCount(samples) / samples.sampleCount;
        return sum + 4 * batchSize * factors * samples.dimension;
      }, 10),
    sharesAlong: (projector) => sharesAlong(projector, reduced, inCoordinates),
    problem: reduced,
    spanned: () => spannedProblem(problem, reduced),
    subset: null,
  };
}

/** The problem with its preconditioner in its coordinates alone: what is left of it there is C = I. */
function scaledAlready(problem: UnlearningProblem): UnlearningProblem {
  const { procedure, retain } = problem;
  if (!procedure?.preconditioner) return problem;
  const preconditioner = Array.from({ length: retain.dimension }, () => 1);
  return { ...problem, procedure: { ...procedure, preconditioner } };
}

/** The problem with both sets in coordinates of their joint span. */
function onJointSpan(problem: UnlearningProblem): UnlearningProblem {
  const [retain, forget] = reduceSets([problem.retain, problem.forget]).sets as [FactorSet, FactorSet];
  return { ...problem, retain, forget };
}

function coherences(problem: UnlearningProblem, reduced: ReducedProblem) {
  const { retain, forget, alpha } = problem;
  const { sigma, lambda1S, cross } = unlearningCoherence(reduced);
  const pairs = forget.sampleCount > 0 ? crossCoherence(retain, forget) : null;
  const own = (of: (set: FactorSet) => number, set: FactorSet): number | null =>
    set.sampleCount > 0 ? of(set) : null;
  return {
    sigma,
    lambda1S,
    retain: own(setCoherence, retain),
    forget: own(setCoherence, forget),
    alignedRetain: own(alignedSamples, retain),
    alignedForget: own(alignedSamples, forget),
    cross,
    chi2: pairs?.chi2 ?? null,
    kappa: pairs?.kappa ?? null,
    pair: pairwiseCoherence(retain, forget, alpha),
  };
}

function sharesAlong(
  projector: Float64Array,
  problem: ReducedProblem,
  sets: Pick<UnlearningProblem, 'retain' | 'forget'>,
): CurvatureShares {
  const shares = (name: SetName) =>
    curvatureAlong(projector, groupNamed(problem, name)?.samples ?? insideU(problem, sets, name), sets[name]);
  const [retain, forget] = [shares('retain'), shares('forget')];
  const samples = forget.samples.map((share, index) => ({ index, share }));
  return { retain: retain.share, forget: forget.share, samples };
}

/**
 * A set of weight zero in the coordinates of U, the span of the one group there is: what lies inside U, since the
 * rest never moves.
 */
function insideU(
  problem: ReducedProblem,
  sets: Pick<UnlearningProblem, 'retain' | 'forget'>,
  left: SetName,
): FactorSet {
  const { name, samples } = problem.groups[0]!;
  return setInBasis(sets[left], isometry(sets[name], samples), problem.dimension);
}

/** E (r x p) with orthonormal rows that takes the factors C (N x p) of a set to Z = C E^T (N x r): E = (Z^T Z)^-1 Z^T C. */
function isometry(before: FactorSet, after: FactorSet): Float64Array {
  const { dimension: r } = after;
  const p = before.dimension;
  const count = factorCount(after);
  const columns = transpose(after.factors, count, r);
  const products = multiplyTransposed(columns, r, transpose(before.factors, count, p), p, count);
  const { values, rows } = symmetricEigen(multiplyTransposed(columns, r, columns, r, count), r);
  const scaled = multiplyTransposed(rows, r, transpose(products, r, p), p, r);
  for (let k = 0; k < r; k++) for (let a = 0; a < p; a++) scaled[k * p + a]! /= values[k]!;
  return multiplyTransposed(transpose(rows, r, r), r, transpose(scaled, r, p), p, r);
}
