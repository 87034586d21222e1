import { createHash } from 'node:crypto';

/** A log that cannot be taken up or united: one line that names file, line and what must stand there. */
export class LogError extends Error {
  override readonly name = 'LogError';
}

/**
 * Writes the lines of a log, each with its line break: `{"checksum":"..","entry":{..}}`, the checksum the first 16
 * hexadecimal digits of a SHA-256. That of a later line covers that of the header too: a line moved in from another run
 * does not fit.
 */
interface CheckedLines {
  readonly header: string;
  line(entry: unknown): string;
}

export function checkedLines(header: unknown): CheckedLines {
  const text = stringifyExact(header);
  const key = checksum('', text);
  return {
    header: formatLine(key, text),
    line(entry) {
      const body = stringifyExact(entry);
      return formatLine(checksum(key, body), body);
    },
  };
}

/** A file of checked lines as it was read. */
interface ReadLines {
  readonly header: unknown;
  /** Entries behind the header, each with its place for messages. */
  readonly entries: readonly { readonly entry: unknown; readonly place: string }[];
  /** Text of the whole lines. */
  readonly intact: string;
  /** Number of a last line that was not written to its end, and is left out. */
  readonly tornLine: number | null;
}

/**
 * Reads a file of checked lines.
 *
 * @param name how messages call the file; `noun` what its lines are.
 * @throws LogError naming file and line, unless the only damage is a last line without its end.
 */
export function readCheckedLines(text: string, name: string, noun: string): ReadLines {
  const intact = text.slice(0, text.lastIndexOf('\n') + 1);
  const [first, ...rest] = intact.split('\n').slice(0, -1);
  if (first === undefined) {
    throw new LogError(`${name}: line 1 must be a whole line, the header of a ${noun}; got ${shown(text)}`);
  }
  const { sum, entry: header } = readLine(first, '', `${name}: line 1`, noun);
  return {
    header,
    entries: rest.map((line, k) => {
      const place = `${name}: line ${k + 2}`;
      return { entry: readLine(line, sum, place, noun).entry, place };
    }),
    intact,
    tornLine: intact.length < text.length ? rest.length + 2 : null,
  };
}

const CHECKSUM_DIGITS = 16;
const LINE = new RegExp(`^\\{"checksum":"([0-9a-f]{${CHECKSUM_DIGITS}})","entry":(.*)\\}$`, 's');

function formatLine(sum: string, entry: string): string {
  return `{"checksum":"${sum}","entry":${entry}}\n`;
}

function checksum(key: string, entry: string): string {
  return createHash('sha256').update(`${key}${entry}`).digest('hex').slice(0, CHECKSUM_DIGITS);
}

/** Entry of a line whose checksum fits. */
function readLine(text: string, key: string, place: string, noun: string): { sum: string; entry: unknown } {
  const match = LINE.exec(text);
  if (!match) {
    throw new LogError(`${place} must be a ${noun} line {"checksum": .., "entry": ..}; got ${shown(text)}`);
  }
  const [, sum, entry] = match as unknown as [string, string, string];
  const expected = checksum(key, entry);
  if (sum !== expected) {
    throw new LogError(
      `${place}: checksum must be ${expected}, as its entry says; got ${sum} (edited or damaged)`,
    );
  }
  try {
    return { sum, entry: parseExact(entry) };
  } catch (error) {
    throw new LogError(`${place}: not JSON (${(error as Error).message.slice(0, 120)})`);
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 37)}...` : text);
}

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
