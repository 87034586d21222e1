import { z } from 'zod';
import type { ProblemWithStep } from '../harness/counterexample.js';
import {
  type FactorSet,
  problemFromSpec,
  type ProblemSpec,
  type SampleSpec,
  SET_NAMES,
  type SetName,
  type GivenProcedure,
} from '../theory/problem.js';
import { ALLOWED_SIZES, isOutOfRange } from '../theory/procedure.js';
import { largestMagnitude } from '../linalg/symmetric-eigen.js';
import { parseJson, parseSchema } from './checked-json.js';
import { type FieldName, InputError } from './input-error.js';
import {
  gradientFields,
  checkProcedure,
  procedureFields,
  isGiven,
  withGiven,
  withSampling,
} from './procedure-fields.js';

const samples = z.array(
  z
    .array(
      z.array(z.number('must be a finite number'), 'must be a factor vector (a list of numbers)'),
      'must be a sample (a list of factor vectors)',
    )
    .min(1, 'must have at least one factor vector'),
  'must be a list of samples',
);

const wholeNumber = z.int('must be an integer');

/** The shape of a problem without its step size; sizes that depend on each other are checked afterwards. */
export const problemSchema = z.strictObject({
  retain: samples,
  forget: samples,
  alpha: z.number('must be a number in [0, 1]').min(0, 'must be in [0, 1]').max(1, 'must be in [0, 1]'),
  batch: z.strictObject(
    { retain: wholeNumber, forget: wholeNumber },
    'must be { "retain": .., "forget": .. }',
  ),
  ...procedureFields,
});

export const stepSizeSchema = z.number('must be a finite number > 0').gt(0, 'must be > 0');

const fileSchema = problemSchema.extend({
  eta: stepSizeSchema,
  gradients: gradientFields(
    z.array(z.array(z.number('must be a finite number')), 'must be a list of gradients'),
  ),
});

/** Content of a problem file. */
type FiledProblem = ProblemWithStep & { readonly gradients?: Readonly<Record<SetName, readonly number[][]>> };

/**
 * Reads a problem file.
 *
 * @param name how messages call the file.
 * @param given what takes the place of fields of its procedure. @param givenName how messages call these; default: as
 *   fields of the file.
 * @throws InputError naming the file, the field, the value and what is allowed.
 */
export function parseProblemFile(
  text: string,
  name: string,
  given: GivenProcedure = {},
  givenName?: FieldName,
): FiledProblem {
  const fields = withSampling(parseJson(text, name), given);
  const problem = withGiven(parseSchema(fileSchema, fields, name), given);
  checkProblem(problem, name, givenName && ((field) => (isGiven(field, given) ? givenName(field) : null)));
  return problem;
}

/**
 * Everything about a problem that its shape does not say.
 *
 * @param ownName how messages call a field that stands in no file; null for the others. @throws InputError
 */
export function checkProblem(
  problem: ProblemSpec,
  name: string,
  ownName: (field: string) => string | null = () => null,
): void {
  const samples = { retain: problem.retain.length, forget: problem.forget.length };
  checkSampleCounts(samples, problem.alpha, name);
  checkLengths(problem, name);
  for (const set of SET_NAMES) {
    if (problem[set].length > 0) checkMagnitude(largestNumber(problem[set]), `${name}: ${set}`);
    checkBatch(problem.batch[set], problem[set].length, `${name}: batch.${set}`);
  }
  const parameters = problem.retain[0]![0]!.length;
  checkProcedure({ ...problem, samples, parameters }, (field) => ownName(field) ?? `${name}: ${field}`);
  if (problem.optimizer?.preconditioner) checkPreconditioned(problemFromSpec(problem), name);
}

/** @throws InputError unless there are retain samples, and forget samples where alpha is not 0. */
export function checkSampleCounts(
  samples: Readonly<Record<SetName, number>>,
  alpha: number,
  name: string,
): void {
  if (samples.retain === 0) throw new InputError(`${name}: retain must have at least one sample; got none`);
  if (samples.forget === 0 && alpha !== 0) {
    throw new InputError(`${name}: forget may be empty only when alpha is 0; got alpha ${alpha}`);
  }
}

/** @throws InputError unless the batch has 1 to n samples; 0 to 0 of an empty set. */
export function checkBatch(batch: number, n: number, place: string): void {
  if (n === 0 ? batch >= 0 : batch >= 1 && batch <= n) return;
  throw new InputError(`${place} must be in ${n === 0 ? '0..' : `1..${n}`}; got ${batch}`);
}

function checkLengths(problem: ProblemSpec, name: string): void {
  const length = problem.retain[0]![0]!.length;
  if (length === 0) throw new InputError(`${name}: retain[0][0] must have at least one number; got none`);
  for (const set of SET_NAMES) {
    problem[set].forEach((vectors, i) => {
      vectors.forEach((vector, c) => {
        if (vector.length !== length) {
          throw new InputError(
            `${name}: ${set}[${i}][${c}] must have ${length} numbers, as retain[0][0]; got ${vector.length}`,
          );
        }
      });
    });
  }
}

/** Checks the largest number of a set, by size. @throws InputError if it is 0, or its fourth power is. */
export function checkMagnitude(largest: number, place: string): void {
  if (largest === 0)
    throw new InputError(`${place} has only zero vectors; at least one number must not be 0`);
  if (isOutOfRange(largest)) {
    throw new InputError(`${place}: its largest number must be in ${ALLOWED_SIZES} in size; got ${largest}`);
  }
}

/** Checks the sets of a problem as its preconditioner makes them. @throws InputError as `checkMagnitude`. */
export function checkPreconditioned(sets: Readonly<Record<SetName, FactorSet>>, name: string): void {
  for (const set of SET_NAMES) {
    const { factors, sampleCount } = sets[set];
    if (sampleCount > 0) checkMagnitude(largestMagnitude(factors), preconditionedName(`${name}: ${set}`));
  }
}

/** How messages call a set in the coordinates of a preconditioner. */
export function preconditionedName(set: string): string {
  return `${set}, times the square roots of the preconditioner`;
}

function largestNumber(set: readonly SampleSpec[]): number {
  let largest = 0;
  for (const vectors of set) {
    for (const vector of vectors) for (const x of vector) largest = Math.max(largest, Math.abs(x));
  }
  return largest;
}
