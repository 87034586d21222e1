import { z } from 'zod';
import {
  type GivenProcedure,
  ALL_SAMPLINGS,
  type BatchSizes,
  curvatureGroups,
  type Sampling,
  type SamplingChoice,
  samplingOf,
  type SetName,
} from '../theory/problem.js';
import {
  MOST_IN_A_ROUND,
  type OptimizerSpec,
  periodFault,
  procedureFault,
  type ProcedureSpec,
} from '../theory/procedure.js';
import { parseJson, parseSchema } from './checked-json.js';
import { fileText } from './file-bytes.js';
import { InputError } from './input-error.js';
import { readArray } from './matrix-file.js';
import { matrixPlace } from './matrix-place.js';

const scheme = z.enum(ALL_SAMPLINGS);

const steps = z.number(`must be an integer in 1..${MOST_IN_A_ROUND}`);

/** Fields of a problem by which it is unlearned; how they fit the problem and each other is checked afterwards. */
export const procedureFields = {
  sampling: z.union(
    [scheme, z.strictObject({ retain: scheme, forget: scheme })],
    `must be one of ${ALL_SAMPLINGS.join(', ')}, or { "retain": .., "forget": .. }`,
  ),
  optimizer: z
    .strictObject(
      {
        momentum: z.number('must be a number in [0, 1)').exactOptional(),
        nesterov: z.boolean('must be true or false').exactOptional(),
        weightDecay: z.number('must be a finite number >= 0').exactOptional(),
        preconditioner: z
          .array(z.number('must be a finite number > 0'), 'must be a list of numbers')
          .exactOptional(),
      },
      'must be an object: { "momentum": .., "nesterov": .., "weightDecay": .., "preconditioner": [..] }',
    )
    .exactOptional(),
  schedule: z
    .strictObject({ ascent: steps, descent: steps }, 'must be { "ascent": k, "descent": m }')
    .exactOptional(),
  dropLast: z.boolean('must be true or false').exactOptional(),
};

/** A problem as far as its procedure must fit it. */
interface ProblemOutline extends ProcedureSpec {
  readonly alpha: number;
  readonly batch: BatchSizes;
  readonly sampling: SamplingChoice;
  /** Numbers of samples. */
  readonly samples: BatchSizes;
  /** p. */
  readonly parameters: number;
}

/** The field of a problem that holds the gradients of its samples at w*, a row each. */
export function gradientFields<Rows extends z.ZodType>(rows: Rows) {
  const sets = z.strictObject({ retain: rows, forget: rows }, 'must be { "retain": .., "forget": .. }');
  return sets.exactOptional();
}

/**
 * @param named how messages call a field, such as `optimizer.momentum`.
 * @throws InputError in one line unless the fields of the procedure fit the problem and each other.
 */
export function checkProcedure(
  { samples, ...problem }: ProblemOutline,
  named: (field: string) => string,
): void {
  const [retain, forget] = [{ sampleCount: samples.retain }, { sampleCount: samples.forget }];
  const groups = curvatureGroups({ ...problem, retain, forget }).filter(
    (group) => group.samples.sampleCount > 0,
  );
  const fault = procedureFault(problem, { ...problem, groups }) ?? periodFault(problem, groups);
  if (fault !== null) throw new InputError(fault.replace(/^[\w.]+/, named));
}

/** True if a field, such as `optimizer.momentum`, is one of those given beside a problem. */
export function isGiven(field: string, given: GivenProcedure): boolean {
  const [first, second] = field.split('.') as [keyof GivenProcedure, keyof OptimizerSpec | undefined];
  if (first === 'optimizer') return second !== undefined && given.optimizer?.[second] !== undefined;
  return given[first] !== undefined;
}

/** The fields of a problem; where they name no sampling, with that which is given for both sets. */
export function withSampling<Input>(
  input: Input,
  { sampling: { retain, forget } = {} }: GivenProcedure = {},
): Input {
  if (!retain || !forget || typeof input !== 'object' || input === null) return input;
  return { sampling: { retain, forget }, ...input };
}

/** The problem with the given fields of its procedure. */
export function withGiven<Problem extends ProcedureSpec & { readonly sampling: SamplingChoice }>(
  problem: Problem,
  { sampling: given = {}, optimizer, ...rest }: GivenProcedure = {},
): Problem {
  const of = (name: SetName): Sampling => given[name] ?? samplingOf(problem.sampling, name);
  const [retain, forget] = [of('retain'), of('forget')];
  return {
    ...problem,
    ...rest,
    ...(optimizer && { optimizer: { ...problem.optimizer, ...optimizer } }),
    sampling: retain === forget ? retain : { retain, forget },
  };
}

/** Reads c_1 .. c_p from .npy, .npz, .safetensors, .csv or a .json list. @throws InputError in one line. */
export async function preconditionerFile(path: string): Promise<readonly number[]> {
  const numbers = /\.json$/i.test(path)
    ? parseSchema(z.array(z.number()), parseJson(fileText(path), path), path)
    : Array.from((await readArray(matrixPlace(path))).numbers);
  const wrong = numbers.findIndex((c) => !(c > 0 && Number.isFinite(c)));
  if (wrong >= 0) {
    throw new InputError(
      `${path}: the preconditioner's number ${wrong} (from 0) must be finite and > 0; got ${numbers[wrong]!}`,
    );
  }
  return numbers;
}
