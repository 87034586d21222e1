import { z } from 'zod';
import { largestMagnitude } from '../linalg/symmetric-eigen.js';
import {
  emptySet,
  problemOfSets,
  type FactorSet,
  uniformSet,
  type BatchSizes,
  type ReducedProblem,
  type SamplingChoice,
  type SetName,
  type UnlearningProblem,
  type GivenProcedure,
} from '../theory/problem.js';
import type { ProcedureSpec } from '../theory/procedure.js';
import { reduceProblem } from '../theory/reduction.js';
import { matrixShape } from './binary-matrix.js';
import { parseSchema, shown } from './checked-json.js';
import { InputError } from './input-error.js';
import { matrixFile } from './matrix-file.js';
import { matrixPlace } from './matrix-place.js';
import { checkSameFactors, validatedMatrix } from './matrix-views.js';
import { checkProcedure, withGiven, withSampling, gradientFields } from './procedure-fields.js';
import { checkedGradients, inCoordinatesOfSets } from './sample-gradients.js';
import type { SampleGradients } from './problem-source.js';
import {
  checkBatch,
  checkMagnitude,
  checkPreconditioned,
  checkSampleCounts,
  problemSchema,
  stepSizeSchema,
} from './problem-file.js';

/** How messages call a problem that comes from no file. */
const PROBLEM_NAME = 'problem';

const inProblem = (field: string): string => `${PROBLEM_NAME}: ${field}`;

/** Numbers in a row. */
export type NumberList = readonly number[] | Float64Array | Float32Array;

/** Numbers in one array, row-major: n samples of one factor each, or of c factors each, of length p. */
export interface FactorArray {
  readonly data: NumberList;
  readonly shape: readonly [n: number, p: number] | readonly [n: number, c: number, p: number];
}

/**
 * The curvature factors of one set: a row a sample (its gradient), a list of factor vectors a sample, or one
 * array with its shape. All vectors have one length.
 */
export type FactorsInput = readonly NumberList[] | readonly (readonly NumberList[])[] | FactorArray;

/** A set and how messages call its first factor vector, which gives the length of all. */
interface ReadFactors {
  readonly set: FactorSet;
  /** c of one array; null for lists, whose samples may differ. */
  readonly factorsPerSample: number | null;
  /** True for an array (n, c, p). */
  readonly hasFactorAxis?: boolean;
  readonly firstVector: string;
}

/** The length that all factor vectors must have, and which vector says so. */
interface ExpectedLength {
  readonly length: number;
  readonly as: string;
}

/**
 * Checks the numbers of a set. Those of a FactorArray are not copied if they are doubles.
 *
 * @param place the field that holds the set, as messages call it.
 * @throws InputError in one line.
 */
function readFactors(input: unknown, place: string, expected?: ExpectedLength): ReadFactors {
  if (input === undefined) throw refused(`${place} is missing; it must be a list of samples`);
  if (isFactorArray(input)) return setOfArray(input, place, expected);
  if (!Array.isArray(input)) throw refused(`${place} must be a list of samples; got ${shown(input)}`);
  return setOfLists(input as readonly unknown[], place, expected);
}

function setOfArray({ data, shape }: FactorArray, place: string, expected?: ExpectedLength): ReadFactors {
  if (!isList(data)) throw refused(`${place}.data must be an array of numbers; got ${shown(data)}`);
  if (!Array.isArray(shape)) throw refused(`${place}.shape must be [n, p] or [n, c, p]; got ${shown(shape)}`);
  const { rows, columns, factorsPerSample } = matrixShape(
    shape as readonly number[],
    `${PROBLEM_NAME}: ${place}`,
  );
  if (data.length !== rows * columns) {
    throw refused(`${place}.data must have ${rows * columns} numbers, as its shape says; got ${data.length}`);
  }
  if (expected && columns !== expected.length) {
    throw refused(
      `${place}.shape must end in ${expected.length}, the length of ${expected.as}; got ${columns}`,
    );
  }
  const factors = data instanceof Float64Array ? data : new Float64Array(data.length);
  copyFinite(data, factors, 0, `${place}.data`);
  const set = uniformSet(factors, columns, rows / factorsPerSample, factorsPerSample);
  const hasFactorAxis = shape.length === 3;
  return { set, factorsPerSample, hasFactorAxis, firstVector: `a row of ${place}` };
}

function setOfLists(samples: readonly unknown[], place: string, expected?: ExpectedLength): ReadFactors {
  const first = samples[0];
  // A row of numbers is a sample with one factor.
  const rows = isList(first) && typeof first[0] === 'number';
  const offsets = new Int32Array(samples.length + 1);
  const vectors: { values: ArrayLike<unknown>; at: string }[] = [];
  samples.forEach((sample, i) => {
    const at = `${place}[${i}]`;
    if (rows) vectors.push({ values: numbersOf(sample, at), at });
    else vectorsOf(sample, at).forEach((vector, c) => vectors.push(placed(vector, `${at}[${c}]`)));
    offsets[i + 1] = vectors.length;
  });
  const firstVector = vectors[0]?.at ?? place;
  const { length, as } = expected ?? { length: vectors[0]?.values.length ?? 0, as: firstVector };
  if (samples.length === 0) return { set: emptySet(length), factorsPerSample: null, firstVector };
  if (length === 0) throw refused(`${firstVector} must have at least one number; got none`);
  const factors = new Float64Array(vectors.length * length);
  vectors.forEach(({ values, at }, row) => {
    if (values.length !== length)
      throw refused(`${at} must have ${length} numbers, as ${as}; got ${values.length}`);
    copyFinite(values, factors, row * length, at);
  });
  const set = { dimension: length, sampleCount: samples.length, offsets, factors };
  return { set, factorsPerSample: null, firstVector };
}

function vectorsOf(sample: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(sample))
    throw refused(`${at} must be a sample (a list of factor vectors); got ${shown(sample)}`);
  if (sample.length === 0) throw refused(`${at} must have at least one factor vector; got []`);
  return sample as readonly unknown[];
}

function placed(vector: unknown, at: string): { values: ArrayLike<unknown>; at: string } {
  return { values: numbersOf(vector, at), at };
}

function numbersOf(vector: unknown, at: string): ArrayLike<unknown> {
  if (isList(vector)) return vector;
  throw refused(`${at} must be a factor vector (a list of numbers); got ${shown(vector)}`);
}

function copyFinite(values: ArrayLike<unknown>, out: Float64Array, from: number, at: string): void {
  for (let k = 0; k < values.length; k++) {
    const x = values[k];
    if (typeof x !== 'number' || !Number.isFinite(x))
      throw refused(`${at}[${k}] must be a finite number; got ${shown(x)}`);
    out[from + k] = x;
  }
}

function refused(message: string): InputError {
  return new InputError(`${PROBLEM_NAME}: ${message}`);
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || value instanceof Float64Array || value instanceof Float32Array;
}

function isFactorArray(value: unknown): value is FactorArray {
  return typeof value === 'object' && value !== null && 'data' in value && 'shape' in value;
}

/**
 * Reads FILE.npy, FILE.npz[#MEMBER], FILE.safetensors[#TENSOR] or FILE.csv (its rows are the factors) whole, in
 * double precision: 8 bytes a number. Files larger than memory are for `unlearning-stability analyze --retain`.
 *
 * @returns a set for `analyze` and `recommend`.
 * @throws InputError in one line that names the file.
 */
export async function factorsFromFile(path: string): Promise<FactorArray> {
  const { source, close } = await matrixFile(matrixPlace(path));
  try {
    const matrix = validatedMatrix(source);
    const { rows, columns, factorsPerSample: c } = matrix;
    const data = matrix.readColumns(0, columns);
    matrix.checkRead();
    return { data, shape: c === 1 ? [rows, columns] : [rows / c, c, columns] };
  } finally {
    close();
  }
}

/** A problem as problem files hold it; the sets may be typed arrays too. */
export interface ProblemInput extends ProcedureSpec {
  readonly retain: FactorsInput;
  /** May be empty when alpha is 0. */
  readonly forget: FactorsInput;
  /** Mixing weight in [0, 1]: 0 is descent on the retain set alone. */
  readonly alpha: number;
  /** Step size, > 0. */
  readonly eta: number;
  /** Samples in a batch of each set. */
  readonly batch: BatchSizes;
  readonly sampling: SamplingChoice;
  /** The gradient of every sample's loss at w*, for minima that do not fit every sample; default: 0. */
  readonly gradients?: { readonly retain: FactorsInput; readonly forget: FactorsInput };
}

const withEta = problemSchema.extend({
  retain: z.unknown(),
  forget: z.unknown(),
  eta: stepSizeSchema,
  gradients: gradientFields(z.unknown()),
});
const withoutEta = withEta.partial({ eta: true });

/** Checks a problem with its step size. @throws InputError in one line, as for a problem file. */
export function parseProblem(
  input: Omit<ProblemInput, 'sampling'> & Partial<Pick<ProblemInput, 'sampling'>>,
  given: GivenProcedure = {},
): {
  readonly problem: UnlearningProblem;
  readonly eta: number;
  readonly gradients: SampleGradients | null;
} {
  const { eta, gradients, ...checked } = parseSchema(withEta, withSampling(input, given), PROBLEM_NAME);
  const problem = checkedProblem(withGiven(checked, given));
  return { problem, eta, gradients: gradients ? gradientsOf(gradients, problem) : null };
}

function gradientsOf(
  input: { readonly retain: unknown; readonly forget: unknown },
  { retain, forget, procedure }: UnlearningProblem,
): SampleGradients {
  const samples = { retain: retain.sampleCount, forget: forget.sampleCount };
  const { dimension: parameters } = retain;
  const expected = { length: parameters, as: 'retain' };
  const read = (name: SetName): FactorSet => readFactors(input[name], `gradients.${name}`, expected).set;
  const given = { retain: read('retain'), forget: read('forget') };
  const checked = checkedGradients(given, { samples, parameters }, inProblem);
  return inCoordinatesOfSets(checked, procedure?.preconditioner);
}

/** A problem of which the step size does not matter. */
export type UnsteppedProblem = Omit<ProblemInput, 'eta'> & { readonly eta?: number };

/** Checks a problem, with or without its step size. @throws InputError in one line, as for a problem file. */
export function parseUnsteppedProblem(input: UnsteppedProblem): UnlearningProblem {
  return checkedProblem(parseSchema(withoutEta, input, PROBLEM_NAME));
}

/** The problem on U, as theorems get it. @throws InputError in one line, as for a problem file. */
export function reducedProblem(input: UnsteppedProblem): ReducedProblem {
  return reduceProblem(parseUnsteppedProblem(input));
}

function checkedProblem({
  retain: retainInput,
  forget: forgetInput,
  ...setting
}: z.infer<typeof withoutEta>): UnlearningProblem {
  const { alpha, batch } = setting;
  const { set: retain, firstVector, ...ofRetain } = readFactors(retainInput, 'retain');
  const expected = { length: retain.dimension, as: firstVector };
  const read = readFactors(forgetInput, 'forget', retain.sampleCount > 0 ? expected : undefined);
  const forget = read.set;
  if (ofRetain.factorsPerSample !== null && read.factorsPerSample !== null) {
    checkSameFactors(
      {
        ...ofRetain,
        name: 'retain',
        samples: retain.sampleCount,
        factorsPerSample: ofRetain.factorsPerSample,
      },
      {
        ...read,
        name: `${PROBLEM_NAME}: forget`,
        samples: forget.sampleCount,
        factorsPerSample: read.factorsPerSample,
      },
    );
  }
  checkSampleCounts({ retain: retain.sampleCount, forget: forget.sampleCount }, alpha, PROBLEM_NAME);
  for (const [set, { factors, sampleCount }] of Object.entries({ retain, forget })) {
    if (sampleCount > 0) checkMagnitude(largestMagnitude(factors), `${PROBLEM_NAME}: ${set}`);
    checkBatch(batch[set as keyof BatchSizes], sampleCount, `${PROBLEM_NAME}: batch.${set}`);
  }
  const samples = { retain: retain.sampleCount, forget: forget.sampleCount };
  const parameters = retain.dimension;
  checkProcedure({ ...setting, samples, parameters }, inProblem);
  const problem = problemOfSets({ retain, forget }, setting);
  if (setting.optimizer?.preconditioner) checkPreconditioned(problem, PROBLEM_NAME);
  return problem;
}
