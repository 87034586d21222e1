import type { Command } from 'commander';
import { closest } from 'fastest-levenshtein';
import { parseShard, type Shard } from '../jobs/run-jobs.js';
import type { Theorem } from '../harness/theorem.js';

/** Wrong usage or bad input: one line that says where, what and what is allowed. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** An option as commander gives it: its text, all its texts, or whether it stands there. */
type GivenOption = string | readonly string[] | boolean;

/** The given options by the fields of their table. */
export type GivenOptions = Readonly<Record<string, GivenOption | undefined>>;

/** An option of a command; its name is that of its field in the table, --batch-retain of `batchRetain`. */
export interface Option<Value> {
  /** What stands behind the name in the help, such as `<n>`; null: nothing, the option is a switch. */
  readonly word: string | null;
  readonly help: string;
  /** Text that stands for an option that is left out, as the help says. */
  readonly fallback?: string;
  /** True if the option cannot be left out. */
  readonly required?: true;
  /** True for a switch that is on without its option, --no-bias of `bias`. */
  readonly negated?: true;
  /** @throws UsageError naming the option, the value and what is allowed. `earlier`: values of the options above it. */
  readonly read: (given: GivenOption, name: string, earlier: Readonly<Record<string, unknown>>) => Value;
}

/** An option that always has a value. */
type GivenAnyway<Value> = Option<Value> &
  ({ readonly fallback: string } | { readonly required: true } | { readonly negated: true });

/** The options of a command, in the order of its help. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** Values of the options of a table; undefined where one is left out. */
export type OptionValues<Table extends OptionTable> = {
  readonly [Field in keyof Table]: Table[Field] extends GivenAnyway<infer Value>
    ? Value
    : Table[Field] extends Option<infer Value>
      ? Value | undefined
      : never;
};

/** Name of the option of a field as it is typed, without the dashes: batch-retain of batchRetain, or of batch.retain. */
export function optionName(field: string): string {
  return field.replaceAll('.', '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** The option of a field of a table as it is typed, without the dashes: no-bias of a negated `bias`. */
export function typedName(table: OptionTable, field: string): string {
  return `${table[field]?.negated ? 'no-' : ''}${optionName(field)}`;
}

/** Declares the options of a table. */
export function declareOptions(command: Command, table: OptionTable): void {
  for (const [field, { word, help, fallback, required }] of Object.entries(table)) {
    const flag = `--${typedName(table, field)}${word === null ? '' : ` ${word}`}`;
    if (required) command.requiredOption(flag, help);
    else command.option(flag, help, fallback);
  }
}

/** Values of the given options, read in the order of the table. @throws UsageError */
export function readOptions<Table extends OptionTable>(
  table: Table,
  given: GivenOptions,
): OptionValues<Table> {
  const values: Record<string, unknown> = {};
  for (const [field, { read }] of Object.entries(table)) {
    const value = given[field];
    values[field] = value === undefined ? undefined : read(value, optionName(field), values);
  }
  return values as OptionValues<Table>;
}

/** Values of options that must all stand on the command line. @param missing what is said of one that does not. */
export function readAllOptions<Table extends OptionTable>(
  table: Table,
  given: GivenOptions,
  missing: (field: string) => string,
): { readonly [Field in keyof Table]: Table[Field] extends Option<infer Value> ? Value : never } {
  const readOne = ([field, option]: [string, Option<unknown>]): [string, unknown] => {
    if (given[field] === undefined) throw new UsageError(missing(field));
    return [field, option.read(given[field], optionName(field), {})];
  };
  return Object.fromEntries(Object.entries(table).map(readOne)) as ReturnType<typeof readAllOptions<Table>>;
}

/** Fields of a table whose options stand on the command line. */
export function givenFields<Table extends OptionTable>(
  table: Table,
  given: GivenOptions,
): (keyof Table & string)[] {
  return Object.keys(table).filter(
    (field) => given[field] !== undefined && !(table[field]!.negated && given[field] === true),
  );
}

/** A text that is taken as it is. */
export function text(word: string, help: string): Option<string> {
  return parsed(word, help, (given) => given);
}

/** A text with its own parser. */
export function parsed<Value>(
  word: string,
  help: string,
  parse: (text: string, name: string, earlier: Readonly<Record<string, unknown>>) => Value,
): Option<Value> {
  return { word, help, read: (given, name, earlier) => parse(given as string, name, earlier) };
}

/** Several texts. */
export function texts(word: string, help: string): Option<readonly string[]> {
  return { word, help, read: (given) => given as readonly string[] };
}

/** A switch: true where it stands. */
export function flag(help: string): Option<boolean> {
  return { word: null, help, read: () => true };
}

/** A switch that is on, and off where its option with --no- stands. */
export function negatedFlag(help: string): Option<boolean> & { readonly negated: true } {
  return { word: null, help, negated: true, read: (given) => given === true };
}

/** Bound of an integer: a number, or what the options above it say. */
type Bound = number | ((earlier: Readonly<Record<string, unknown>>) => number);

/** An integer from `least` to `most`. */
export function integer(
  word: string,
  help: string,
  least: Bound,
  most: Bound = Number.MAX_SAFE_INTEGER,
): Option<number> {
  return parsed(word, help, (given, name, earlier) => {
    const [from, to] = [least, most].map((bound) => (typeof bound === 'number' ? bound : bound(earlier)));
    return integerOption(name, given, from!, to!);
  });
}

/** A finite number among those allowed. */
export function number(word: string, help: string, allowed: AllowedNumbers): Option<number> {
  return parsed(word, help, (given, name) => numberOption(name, given, allowed));
}

/** One of some words. */
export function oneOf<Word extends string>(
  word: string,
  help: string,
  allowed: readonly Word[],
): Option<Word> {
  return parsed(word, help, (given, name) => wordOption(name, given, allowed));
}

/** The option with a text for where it is left out. */
export function otherwise<Value>(
  fallback: string,
  option: Option<Value>,
): Option<Value> & { readonly fallback: string } {
  return { ...option, fallback };
}

/** Samplings that draw every batch anew, as the help names them. */
export const DRAWN_ANEW = 'bernoulli, with-replacement or without-replacement';

/** Options of commands that run jobs. */
export const WORKERS = integer('<n>', 'worker threads (default: number of processors)', 1, 256);
export const SHARD = parsed('<i/k>', 'only part i of k, to be united by merge', (given): Shard => {
  const shard = parseShard(given);
  if (shard) return shard;
  throw new UsageError(`--shard must be I/K with I in 1..K, such as 2/8; got ${given}`);
});

/** Numbers that an option allows, and how a message says so. */
export interface AllowedNumbers {
  readonly includes: (x: number) => boolean;
  readonly words: string;
}

export const POSITIVE: AllowedNumbers = { includes: (x) => x > 0, words: '> 0' };
export const NOT_NEGATIVE: AllowedNumbers = { includes: (x) => x >= 0, words: '>= 0' };
export const ABOVE_ONE: AllowedNumbers = { includes: (x) => x > 1, words: '> 1' };
export const SHARE: AllowedNumbers = { includes: (x) => x >= 0 && x <= 1, words: 'in [0, 1]' };
export const BELOW_ONE: AllowedNumbers = { includes: (x) => x >= 0 && x < 1, words: 'in [0, 1)' };

/** Between the bounds, neither of them included. */
export function inside(low: number, high: number): AllowedNumbers {
  return { includes: (x) => x > low && x < high, words: `in (${low}, ${high})` };
}

/** A finite number of an option. @throws UsageError naming the option, the value and what is allowed. */
export function numberOption(name: string, text: string, { includes, words }: AllowedNumbers): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : NaN;
  if (Number.isFinite(value) && includes(value)) return value;
  throw new UsageError(`--${name} must be a number ${words}; got ${text}`);
}

/** An integer of an option, within bounds. @throws UsageError */
export function integerOption(name: string, text: string, min: number, max: number): number {
  const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new UsageError(`--${name} must be an integer in ${min}..${max}; got ${text}`);
  }
  return value;
}

/** One of the allowed words. @throws UsageError */
export function wordOption<Word extends string>(name: string, text: string, allowed: readonly Word[]): Word {
  const word = allowed.find((candidate) => candidate === text);
  if (word === undefined) {
    throw new UsageError(
      `--${name} must be one of ${allowed.join(', ')}; got ${text}${suggestion(text, allowed)}`,
    );
  }
  return word;
}

/** The theorem of that id, upper or lower case. @throws UsageError */
export function theoremNamed(theorems: readonly Theorem[], text: string): Theorem {
  const ids = theorems.map(({ id }) => id);
  const theorem = theorems.find(({ id }) => id.toLowerCase() === text.toLowerCase());
  if (!theorem) {
    throw new UsageError(`unknown theorem ${text}${suggestion(text, ids)}; there are ${ids.join(', ')}`);
  }
  return theorem;
}

function suggestion(text: string, allowed: readonly string[]): string {
  const upper = closest(
    text.toUpperCase(),
    allowed.map((word) => word.toUpperCase()),
  );
  const nearest = allowed.find((word) => word.toUpperCase() === upper);
  return nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
}
