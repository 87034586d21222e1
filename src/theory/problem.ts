import { multiplyTransposed } from '../linalg/multiply-transposed.js';
import { type Procedure, procedureFromSpec, type ProcedureSpec } from './procedure.js';
import type { FactorAccuracy } from './rank.js';

/**
 * Samples of one set as curvature factors: sample i has H_i = sum of f f^T over its factor vectors,
 * the rows offsets[i] .. offsets[i+1]-1 of `factors`.
 *
 * For squared loss and a scalar output the one factor is the per-sample gradient of the output; for
 * other losses the factors are the columns of J_i^T Lambda_i^{1/2} (generalised Gauss-Newton).
 */
export interface FactorSet {
  /** Length p of every factor vector. */
  readonly dimension: number;
  readonly sampleCount: number;
  /** sampleCount + 1 row indices. */
  readonly offsets: Int32Array;
  /** factorCount x dimension, row-major. */
  readonly factors: Float64Array;
  /** Default: that of doubles. */
  readonly accuracy?: FactorAccuracy;
  /** Whether the factors as they were given span the joint span, if a reduction found it: rounding of coordinates may hide it. */
  readonly spansAll?: boolean;
}

/** A set from nested lists: `samples[i]` is the list of factor vectors of sample i, each of length `dimension`. */
export function factorSet(
  samples: readonly (readonly (readonly number[])[])[],
  dimension: number,
): FactorSet {
  const offsets = new Int32Array(samples.length + 1);
  samples.forEach((vectors, i) => (offsets[i + 1] = offsets[i]! + vectors.length));
  const factors = new Float64Array(offsets[samples.length]! * dimension);
  samples.flat().forEach((vector, row) => {
    if (vector.length !== dimension) {
      throw new RangeError(`factor vectors must have length ${dimension}; got ${vector.length}`);
    }
    factors.set(vector, row * dimension);
  });
  return { dimension, sampleCount: samples.length, offsets, factors };
}

/** A set of rank-one samples: row i of the row-major n x p matrix is the factor of sample i. */
export function rankOneSet(rows: Float64Array, dimension: number): FactorSet {
  return uniformSet(rows, dimension, dimension === 0 ? 0 : rows.length / dimension, 1);
}

/** A set of n samples with c factors each: row i c + k of the row-major n c x p matrix is factor k of sample i. */
export function uniformSet(
  factors: Float64Array,
  dimension: number,
  sampleCount: number,
  factorsPerSample: number,
): FactorSet {
  const offsets = Int32Array.from({ length: sampleCount + 1 }, (_, i) => i * factorsPerSample);
  return { dimension, sampleCount, offsets, factors };
}

/** The set without samples. */
export function emptySet(dimension: number): FactorSet {
  return { dimension, sampleCount: 0, offsets: new Int32Array(1), factors: new Float64Array(0) };
}

/** Number of factor vectors of the whole set. */
export function factorCount(set: FactorSet): number {
  return set.offsets[set.sampleCount]!;
}

/** True if every sample has exactly one factor vector. */
export function isRankOne(set: FactorSet): boolean {
  return set.offsets.every((offset, i) => offset === i);
}

/** The set in the coordinates of r orthonormal vectors, the rows of a row-major r x p basis: f becomes its r inner products. */
export function setInBasis(set: FactorSet, basis: Float64Array, r: number): FactorSet {
  const factors = multiplyTransposed(set.factors, factorCount(set), basis, r, set.dimension);
  return withFactors(set, factors, r);
}

/** The set with parameter j in units of its own: entry j of every factor times scales[j]. */
export function scaledSet(set: FactorSet, scales: readonly number[]): FactorSet {
  return withFactors(
    set,
    set.factors.map((x, k) => x * scales[k % set.dimension]!),
    set.dimension,
  );
}

/** The set with other factors, as many for each sample and known as exactly; what a reduction knew of the old ones is dropped. */
export function withFactors(
  { sampleCount, offsets, accuracy }: FactorSet,
  factors: Float64Array,
  dimension: number,
): FactorSet {
  return { dimension, sampleCount, offsets, factors, ...(accuracy && { accuracy }) };
}

/** The factor vectors of sample i as nested lists, for files and messages. */
export function sampleFactors(set: FactorSet, i: number): number[][] {
  const { dimension, offsets, factors } = set;
  const vectors: number[][] = [];
  for (let row = offsets[i]!; row < offsets[i + 1]!; row++) {
    vectors.push(Array.from(factors.subarray(row * dimension, (row + 1) * dimension)));
  }
  return vectors;
}

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
export function problemFromSpec({ retain, forget, ...setting }: ProblemSpec): UnlearningProblem {
  const dimension = retain[0]?.[0]?.length ?? forget[0]?.[0]?.length ?? 0;
  return problemOfSets(
    { retain: factorSet(retain, dimension), forget: factorSet(forget, dimension) },
    setting,
  );
}

/** The problem of two sets in the given parameters: those that it holds are preconditioned, if the procedure is. */
export function problemOfSets(
  sets: Readonly<Record<SetName, FactorSet>>,
  { alpha, batch, sampling, ...spec }: Omit<ProblemSpec, SetName>,
): UnlearningProblem {
  const scales = spec.optimizer?.preconditioner?.map(Math.sqrt);
  const [retain, forget] = SET_NAMES.map((name) => (scales ? scaledSet(sets[name], scales) : sets[name]));
  const problem = { retain: retain!, forget: forget!, alpha, batch, sampling };
  if (!spec.optimizer && !spec.schedule && spec.dropLast === undefined) return problem;
  return { ...problem, procedure: procedureFromSpec(spec) };
}

/** Fields of a procedure that are given beside a problem, in place of its own. */
export interface GivenProcedure extends ProcedureSpec {
  readonly sampling?: Partial<Record<SetName, Sampling>>;
}
