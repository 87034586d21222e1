/** Numbers that JSON cannot hold, by their names. */
const WITHOUT_JSON: readonly string[] = ['NaN', 'Infinity', '-Infinity', '-0'];

/**
 * JSON that keeps every number: those that JSON cannot hold (NaN, infinities, -0) become `{"$number": "NaN"}`.
 * All others are written by JavaScript with as many digits as it takes to read the same double again.
 */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part !== 'number') return part;
    const name = Object.is(part, -0) ? '-0' : String(part);
    return WITHOUT_JSON.includes(name) ? { $number: name } : part;
  });
}

/** Reads what `stringifyExact` wrote. @throws SyntaxError if the text is not JSON */
export function parseExact(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) => {
    if (typeof part !== 'object' || part === null || !('$number' in part)) return part;
    const { $number: word } = part;
    return typeof word === 'string' && WITHOUT_JSON.includes(word) ? Number(word) : part;
  }) as unknown;
}
