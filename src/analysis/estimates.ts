import type { ReducedProblem } from '../theory/problem.js';
import type { FactorAccuracy } from '../theory/rank.js';
import type { ExactStability } from '../theory/operator/exact-stability.js';
import type { UnlearningProcess } from '../unlearning/process.js';
import type { Analysis, ForgetSample, SubsetReport } from './answer.js';

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
  readonly etaStar: Estimate;
  /** How exactly the numbers are known, and what is left out as rounding. */
  readonly accuracy: FactorAccuracy;
  /** Coherences that have no interval. */
  readonly coherence: Omit<Analysis['coherence'], 'sigma'>;
  /** D, r x r. */
  readonly meanCurvature: Float64Array;
  readonly stability: ExactStability;
  /** Single runs at a step size. */
  readonly process: (eta: number) => UnlearningProcess;
  /** Operations of one of their steps, about. */
  readonly stepCost: number;
  /** @param projector P, r x r. */
  sharesAlong(projector: Float64Array): CurvatureShares;
  /** The problem that theorems are asked about; null where it is not known as a whole. */
  readonly problem: ReducedProblem | null;
  /** null where all samples are known. */
  readonly subset: Omit<SubsetReport, 'intervals' | 'side'> | null;
}

/** Runs one stage of an analysis and tells that it is done. */
export type Stage = <T>(run: () => T) => T;
