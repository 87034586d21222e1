import { factorSet, setInBasis, type FactorSet } from './factor-set.js';

/** Scheme by which a batch of size B is drawn from a set of n samples. */
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

/** The two sets, retain first. */
export const SET_NAMES = ['retain', 'forget'] as const;

export type SetName = (typeof SET_NAMES)[number];

/** One set as it enters the step: its samples, its sign and weight there, its batch size. */
export interface CurvatureGroup<Samples = FactorSet> {
  readonly name: SetName;
  /** +1: descent, -1: ascent. */
  readonly sign: 1 | -1;
  /** a_g: 1 - alpha on R, alpha on F; positive. */
  readonly weight: number;
  readonly batchSize: number;
  readonly samples: Samples;
}

/** Both sets as they enter the step: descent on R with weight 1 - alpha, ascent on F with weight alpha. */
export function curvatureGroups<Samples>({
  retain,
  forget,
  alpha,
  batch,
}: Readonly<Record<SetName, Samples>> & Pick<UnlearningProblem, 'alpha' | 'batch'>): readonly [
  CurvatureGroup<Samples>,
  CurvatureGroup<Samples>,
] {
  return [
    { name: 'retain', sign: 1, weight: 1 - alpha, batchSize: batch.retain, samples: retain },
    { name: 'forget', sign: -1, weight: alpha, batchSize: batch.forget, samples: forget },
  ];
}

/** The group in the coordinates of r orthonormal vectors, the rows of the basis. */
export function groupInBasis(group: CurvatureGroup, basis: Float64Array, r: number): CurvatureGroup {
  return { ...group, samples: setInBasis(group.samples, basis, r) };
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
  /** One or two groups, retain first; their samples say how exactly they are known. */
  readonly groups: readonly CurvatureGroup[];
}

/** The group of that name, or undefined if its weight is zero. */
export function groupNamed(problem: ReducedProblem, name: SetName): CurvatureGroup | undefined {
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
