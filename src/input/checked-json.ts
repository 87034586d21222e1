import { z } from 'zod';
import { InputError } from './input-error.js';

/**
 * JSON text, or an InputError that says where it stops being JSON, or which name an object has twice. `revive` may
 * replace every part of the value.
 */
export function parseJson(
  text: string,
  name: string,
  revive?: (key: string, part: unknown) => unknown,
): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text, revive) as unknown;
  } catch (error) {
    const detail = error instanceof Error ? error.message.split('\n')[0]! : String(error);
    throw new InputError(`${name}: not JSON (${detail.slice(0, 120)})`);
  }
  const doubled = doubledName(text);
  if (doubled !== null) throw new InputError(`${name}: ${shown(doubled)} must be there once; got it twice`);
  return value;
}

/** A string of JSON, with the colon behind it if it is a name; or the end of an object. */
const JSON_NAMES = /"([^"\\]*(?:\\.[^"\\]*)*)"\s*(:)?|[{}]/g;

/** The first name that an object of a JSON text has twice, of which JSON.parse takes the last; null if there is none. */
function doubledName(text: string): string | null {
  const open: Set<string>[] = [];
  for (const [token, quoted, colon] of text.matchAll(JSON_NAMES)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined) {
      const name = JSON.parse(`"${quoted!}"`) as string;
      const names = open.at(-1);
      if (names?.has(name)) return name;
      names?.add(name);
    }
  }
  return null;
}

/** Whole numbers of records that the program has written itself. */
export const count = z.int().min(0, 'must be >= 0');
export const positiveCount = z.int().min(1, 'must be > 0');

/** Any double: zod's own numbers are finite. */
export const double = z.custom<number>((value) => typeof value === 'number', 'must be a number');

/** The side that theory says, and the one that a certificate comes to. */
export const predictedSide = z.enum(['diverges', 'stable', 'undecided']);
export const observedSide = z.enum(['diverges', 'stable', 'inconclusive']);

/** Which program began a log, and which part of a run it holds; null for a whole one. */
export const toolSchema = z.strictObject({
  name: z.string(),
  version: z.string(),
  commit: z.string().nullable(),
});
export const shardSchema = z.strictObject({ index: positiveCount, count: positiveCount }).nullable();

/** Places and lengths in headers of files with numbers, and the shape of an array there. */
export const wholeNumber = z.int('must be an integer').min(0, 'must be >= 0');
export const lengths = z.array(wholeNumber, 'must be a list of lengths');

/** Checks a value against a schema; the first mismatch becomes an InputError. */
export function parseSchema<Output>(schema: z.ZodType<Output>, value: unknown, name: string): Output {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  throw new InputError(`${name}: ${describeIssue(result.error.issues[0]!, schema)}`);
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
  if (schema instanceof z.ZodExactOptional) return allowedFields(schema.unwrap() as z.ZodType, path);
  if (!(schema instanceof z.ZodObject)) return [];
  const shape = schema.shape as Record<string, z.ZodType>;
  if (path.length === 0) return Object.keys(shape);
  const inner = shape[String(path[0])];
  return inner ? allowedFields(inner, path.slice(1)) : [];
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return `${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
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
