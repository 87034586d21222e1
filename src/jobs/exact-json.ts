import { parseJson } from '../input/checked-json.js';

/** Numbers that JSON cannot hold, by their names. */
const UNSPEAKABLE: readonly string[] = ['NaN', 'Infinity', '-Infinity', '-0'];

/**
 * JSON that keeps every number: those that JSON cannot hold (NaN, infinities, -0) become `{"$number": "NaN"}`.
 * All others are written by JavaScript with as many digits as it takes to read the same double again.
 */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'number') return part;
    const name = Object.is(part, -0) ? '-0' : String(part);
    return UNSPEAKABLE.includes(name) ? { $number: name } : part;
  });
}

/** Reads what `stringifyExact` wrote. @throws InputError if the text is not JSON */
export function parseExact(text: string, name: string): unknown {
  return parseJson(text, name, (_, part) => {
    if (typeof part !== 'object' || part === null || !('$number' in part)) return part;
    const { $number: word } = part;
    return typeof word === 'string' && UNSPEAKABLE.includes(word) ? Number(word) : part;
  });
}
