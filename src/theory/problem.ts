import { factorSet, scaledSet, setInBasis, type FactorSet } from './factor-set.js';
import { type Procedure, procedureFromSpec, type ProcedureSpec } from './procedure.js';

/**
 * Scheme by which a batch of size B is drawn from a set of n samples: anew for every step, or in epochs by random
 * reshuffling, every sample once an epoch.
 */
export type Sampling = 'bernoulli' | 'with-replacement' | 'without-replacement' | 'reshuffled';

/** The schemes that draw every batch anew. */
export const SAMPLINGS: readonly Sampling[] = ['bernoulli', 'with-replacement', 'without-replacement'];

/** All schemes. */
export const ALL_SAMPLINGS: readonly Sampling[] = [...SAMPLINGS, 'reshuffled'];

/** One scheme for both sets, or one for each. */
export type SamplingChoice = Sampling | Readonly<Record<SetName, Sampling>>;

/** The scheme of a set. */
export function samplingOf(choice: SamplingChoice, name: SetName): Sampling {
  return typeof choice === 'string' ? choice : choice[name];
}


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
  readonly sampling: SamplingChoice;
  /** Default: the plain simultaneous step. With a preconditioner C the sets are those of C^{1/2} H_i C^{1/2}. */
  readonly procedure?: Procedure;
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
  readonly sampling: Sampling;
  readonly samples: Samples;
}

/** Both sets as they enter the step: descent on R with weight 1 - alpha, ascent on F with weight alpha. */
export function curvatureGroups<Samples>({
  retain,
  forget,
  alpha,
  batch,
  sampling,
}: Readonly<Record<SetName, Samples>> & Pick<UnlearningProblem, 'alpha' | 'batch' | 'sampling'>): readonly [
  CurvatureGroup<Samples>,
  CurvatureGroup<Samples>,
] {
  const drawn = (name: SetName) => ({ batchSize: batch[name], sampling: samplingOf(sampling, name) });
  return [
    { name: 'retain', sign: 1, weight: 1 - alpha, ...drawn('retain'), samples: retain },
    { name: 'forget', sign: -1, weight: alpha, ...drawn('forget'), samples: forget },
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
  /** Default: the plain simultaneous step. */
  readonly procedure?: Procedure;
  /** The parameters that the coordinates stand for, where the procedure has a preconditioner. */
  readonly given?: GivenParameters;
  /** One or two groups, retain first; their samples say how exactly they are known. */
  readonly groups: readonly CurvatureGroup[];
}

/** Parameters as a preconditioned step sees them: w - w* = embedding x for the coordinates x of a reduced problem. */
export interface GivenParameters {
  /** c_1 .. c_p. */
  readonly preconditioner: Float64Array;
  /** C^{1/2} Q, p x r row-major, Q with orthonormal columns. */
  readonly embedding: Float64Array;
  /** The samples of the groups in these parameters: of H_i itself. */
  readonly samples: readonly FactorSet[];
}

/** True if every set of the problem is drawn by the scheme. */
export function isDrawnBy({ groups }: ReducedProblem, scheme: Sampling): boolean {
  return groups.every(({ sampling }) => sampling === scheme);
}

/** The group of that name, or undefined if its weight is zero. */
export function groupNamed(problem: ReducedProblem, name: SetName): CurvatureGroup | undefined {
  return problem.groups.find((group) => group.name === name);
}

/** A sample as its list of factor vectors. */
export type SampleSpec = readonly (readonly number[])[];

/** A problem in plain numbers, as problem files and draws hold it; without the step size. */
export interface ProblemSpec extends ProcedureSpec {
  readonly retain: readonly SampleSpec[];
  readonly forget: readonly SampleSpec[];
  readonly alpha: number;
  readonly batch: BatchSizes;
  readonly sampling: SamplingChoice;
}

/** The problem of a specification; all factor vectors must have one length. */
export function problemFromSpec(spec: ProblemSpec): UnlearningProblem {
  const dimension = spec.retain[0]?.[0]?.length ?? spec.forget[0]?.[0]?.length ?? 0;
  const { alpha, batch, sampling, optimizer, schedule, dropLast } = spec;
  const scales = optimizer?.preconditioner?.map(Math.sqrt);
  const set = (samples: readonly SampleSpec[]): FactorSet =>
    scales ? scaledSet(factorSet(samples, dimension), scales) : factorSet(samples, dimension);
  const problem = { retain: set(spec.retain), forget: set(spec.forget), alpha, batch, sampling };
  if (!optimizer && !schedule && dropLast === undefined) return problem;
  return { ...problem, procedure: procedureFromSpec(spec) };
}
