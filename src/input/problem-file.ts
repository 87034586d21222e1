import { z } from 'zod';
import { SAMPLINGS, SET_NAMES, type ProblemSpec, type SampleSpec, type SetName } from '../theory/problem.js';
import { InputError } from './input-error.js';

export { InputError };

/** A problem file: a problem with its step size. */
export type ProblemFile = ProblemSpec & { readonly eta: number };

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
  sampling: z.enum(SAMPLINGS, `must be one of ${SAMPLINGS.join(', ')}`),
});

export const stepSizeSchema = z.number('must be a finite number > 0').gt(0, 'must be > 0');

const fileSchema = problemSchema.extend({ eta: stepSizeSchema });

/**
 * Reads a problem file.
 *
 * @param name how messages call the file.
 * @throws InputError naming the file, the field, the value and what is allowed.
 */
export function parseProblemFile(text: string, name: string): ProblemFile {
  const problem = parseSchema(fileSchema, parseJson(text, name), name);
  checkProblem(problem, name);
  return problem;
}

/** JSON text, or an InputError that says where it stops being JSON. `revive` may replace every part of the value. */
export function parseJson(
  text: string,
  name: string,
  revive?: (key: string, part: unknown) => unknown,
): unknown {
  try {
    return JSON.parse(text, revive) as unknown;
  } catch (error) {
    const detail = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    throw new InputError(`${name}: not JSON (${detail.slice(0, 120)})`);
  }
}

/** Checks a value against a schema; the first mismatch becomes an InputError. */
export function parseSchema<Output>(schema: z.ZodType<Output>, value: unknown, name: string): Output {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new InputError(`${name}: ${describeIssue(result.error.issues[0]!, schema)}`);
}

/** Everything about a problem that its shape does not say. @throws InputError */
export function checkProblem(problem: ProblemSpec, name: string): void {
  checkSampleCounts({ retain: problem.retain.length, forget: problem.forget.length }, problem.alpha, name);
  checkLengths(problem, name);
  for (const set of SET_NAMES) {
    if (problem[set].length > 0) checkMagnitude(largestNumber(problem[set]), `${name}: ${set}`);
    checkBatch(problem.batch[set], problem[set].length, `${name}: batch.${set}`);
  }
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

/** Fourth powers of the numbers must neither overflow nor vanish. */
const LARGEST_NUMBER = 1e70;

/** Checks the largest number of a set, by size. @throws InputError if it is 0, or its fourth power is. */
export function checkMagnitude(largest: number, place: string): void {
  if (largest === 0)
    throw new InputError(`${place} has only zero vectors; at least one number must not be 0`);
  if (largest > LARGEST_NUMBER || largest < 1 / LARGEST_NUMBER) {
    throw new InputError(`${place}: its largest number must be in 1e-70..1e70 in size; got ${largest}`);
  }
}

function largestNumber(set: readonly SampleSpec[]): number {
  let largest = 0;
  for (const vectors of set) {
    for (const vector of vectors) for (const x of vector) largest = Math.max(largest, Math.abs(x));
  }
  return largest;
}

function describeIssue(issue: z.core.$ZodIssue, schema: z.ZodType): string {
  const place = placeName(issue.path);
  if (issue.code === 'unrecognized_keys') {
    const where = place === '' ? '' : ` in ${place}`;
    return `unknown field ${issue.keys[0]!}${where}; allowed: ${allowedFields(schema, issue.path).join(', ')}`;
  }
  const missing = issue.input === undefined;
  const expected = issue.message.startsWith('must') ? issue.message : `must be ${expectation(issue)}`;
  const subject = place === '' ? 'the document' : place;
  return missing
    ? `${subject} is missing; it ${expected}`
    : `${subject} ${expected}; got ${shown(issue.input)}`;
}

/** Names of the fields of the object at a path of the schema; none if there is no object. */
function allowedFields(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  if (!(schema instanceof z.ZodObject)) return [];
  const shape = schema.shape as Record<string, z.ZodType>;
  if (path.length === 0) return Object.keys(shape);
  const inner = shape[String(path[0])];
  return inner ? allowedFields(inner, path.slice(1)) : [];
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return issue.expected === 'object' ? 'an object' : `a ${issue.expected}`;
  return issue.message.toLowerCase();
}

function placeName(path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === 'number') return `${name}[${key}]`;
    return name === '' ? String(key) : `${name}.${String(key)}`;
  }, '');
}

/** A value as messages show it: JSON, cut after 60 characters. */
export function shown(value: unknown): string {
  // Functions and the like have no JSON.
  const json = JSON.stringify(value) as string | undefined;
  const text = typeof value === 'number' || json === undefined ? String(value) : json;
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
