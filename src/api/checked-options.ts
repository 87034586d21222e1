import type { Arbitrary } from 'fast-check';
import { alignedProblems as drawnProblems, type DrawOptions } from '../../theorems/draws/aligned-problems.js';
import type { Theorem } from '../harness/theorem.js';
import { type FieldsOf, InputError, withKnownFields } from '../input/input-error.js';
import type { ProblemSpec } from '../theory/problem.js';

/** The value. @throws InputError unless it is an integer from `least` to `most`. */
export function integerIn(name: string, value: number, least: number, most = Infinity): number {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  const allowed = most === Infinity ? `>= ${least}` : `in ${least}..${most}`;
  throw new InputError(`${name} must be an integer ${allowed}; got ${value}`);
}

/** The value. @throws InputError saying what is allowed unless it is finite and passes. */
export function numberWhich(
  name: string,
  value: number,
  passes: (value: number) => boolean,
  allowed: string,
): number {
  if (Number.isFinite(value) && passes(value)) return value;
  throw new InputError(`${name} must be ${allowed}; got ${value}`);
}

/** Ids name files, test cases and parts of a page. */
const ID = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** @throws InputError unless it is a letter followed by letters, digits, _ and -. */
export function checkId(id: string): void {
  if (ID.test(id)) return;
  throw new InputError(`id must be a letter followed by letters, digits, _ or -; got ${JSON.stringify(id)}`);
}

/** The theorems that a module exports as its default. @throws InputError if it exports no list of theorems. */
export async function theoremsOf(module: string): Promise<readonly Theorem[]> {
  const { default: exported } = (await import(module)) as { default?: unknown };
  const isList = Array.isArray(exported) && exported.every((item: Theorem | null) => item?.claim);
  if (!isList) throw new InputError(`${module}: must have a list of theorems as its default export`);
  return exported as readonly Theorem[];
}

export const DRAW_FIELDS: FieldsOf<DrawOptions> = {
  mixing: true,
  samplings: true,
  rank: true,
  batches: true,
};

/** Random aligned problems. @throws InputError for an option that is none */
export function alignedProblems(options: DrawOptions): Arbitrary<ProblemSpec> {
  return drawnProblems(withKnownFields('alignedProblems', options, DRAW_FIELDS));
}
