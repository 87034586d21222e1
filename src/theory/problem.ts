import { type FactorSet, factorSet } from './factor-set.js';

/** How a batch of size B is drawn from a set of n samples. */
export type Sampling = 'bernoulli' | 'with-replacement' | 'without-replacement';

export const SAMPLINGS: readonly Sampling[] = ['bernoulli', 'with-replacement', 'without-replacement'];

/** Batch sizes B_R and B_F (on average, for bernoulli sampling). */
export interface BatchSizes {
  readonly retain: number;
  readonly forget: number;
}

/**
 * A linearised unlearning problem at an interpolating minimum, without its step size: retain and
 * forget curvature in common coordinates, mixing alpha, batch sizes and sampling scheme.
 */
export interface UnlearningProblem {
  readonly retain: FactorSet;
  readonly forget: FactorSet;
  /** Mixing weight in [0, 1]: 0 is descent on R alone, 1 is ascent on F alone. */
  readonly alpha: number;
  readonly batch: BatchSizes;
  readonly sampling: Sampling;
}

/** One set as it enters the step: its samples, its sign and weight there, its batch size. */
export interface CurvatureGroup {
  readonly name: 'retain' | 'forget';
  /** +1: descent, -1: ascent. */
  readonly sign: 1 | -1;
  /** a_g: 1 - alpha on R, alpha on F; positive. */
  readonly weight: number;
  readonly batchSize: number;
  readonly samples: FactorSet;
}

/**
 * The problem in coordinates of U = sum of the ranges of all K_i, with the sets of weight zero left
 * out. Everything that computes stability sees only this.
 */
export interface ReducedProblem {
  /** r = dim U. */
  readonly dimension: number;
  readonly alpha: number;
  readonly sampling: Sampling;
  /** One or two groups, retain first. */
  readonly groups: readonly CurvatureGroup[];
}

/** The group of that name, or undefined if its weight is zero. */
export function groupNamed(
  problem: ReducedProblem,
  name: CurvatureGroup['name'],
): CurvatureGroup | undefined {
  return problem.groups.find((group) => group.name === name);
}

/** A sample as its list of factor vectors. */
export type SampleSpec = readonly (readonly number[])[];

/** A problem in plain numbers, as problem files and draws hold it; without the step size. */
export interface ProblemSpec {
  readonly retain: readonly SampleSpec[];
  readonly forget: readonly SampleSpec[];
  readonly alpha: number;
  readonly batch: BatchSizes;
  readonly sampling: Sampling;
}

/** The problem of a specification; all factor vectors must have one length. */
export function problemFromSpec(spec: ProblemSpec): UnlearningProblem {
  const dimension = spec.retain[0]?.[0]?.length ?? spec.forget[0]?.[0]?.length ?? 0;
  return {
    retain: factorSet(spec.retain, dimension),
    forget: factorSet(spec.forget, dimension),
    alpha: spec.alpha,
    batch: spec.batch,
    sampling: spec.sampling,
  };
}
