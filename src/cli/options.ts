import { closest } from 'fastest-levenshtein';
import type { Shard } from '../harness/run-work.js';
import type { Theorem } from '../harness/theorem.js';

/** Wrong usage or bad input: one line that says where, what and what is allowed. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Numbers that an option allows, and how a message says so. */
export interface AllowedNumbers {
  readonly includes: (x: number) => boolean;
  readonly words: string;
}

export const POSITIVE: AllowedNumbers = { includes: (x) => x > 0, words: '> 0' };
export const NOT_NEGATIVE: AllowedNumbers = { includes: (x) => x >= 0, words: '>= 0' };
export const ABOVE_ONE: AllowedNumbers = { includes: (x) => x > 1, words: '> 1' };
export const SHARE: AllowedNumbers = { includes: (x) => x >= 0 && x <= 1, words: 'in [0, 1]' };

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

/** An integer option within bounds. */
export function integerOption(name: string, text: string, min: number, max: number): number {
  const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new UsageError(`--${name} must be an integer in ${min}..${max}; got ${text}`);
  }
  return value;
}

/** Part I of K, written I/K. */
export function shardOption(text: string): Shard {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim());
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || index < 1 || index > count) {
    throw new UsageError(`--shard must be I/K with I in 1..K, such as 2/8; got ${text}`);
  }
  return { index, count };
}

/** A field of options as it is typed, without the dashes: batch-retain of batchRetain, or of batch.retain. */
export function optionName(field: string): string {
  return field.replace(/\./g, '-').replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** One of the allowed words. */
export function wordOption<Word extends string>(name: string, text: string, allowed: readonly Word[]): Word {
  const word = allowed.find((candidate) => candidate === text);
  if (word === undefined) {
    throw new UsageError(
      `--${name} must be one of ${allowed.join(', ')}; got ${text}${suggestion(text, allowed)}`,
    );
  }
  return word;
}

/** The theorem of that id, upper or lower case. */
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
