import { UsageError } from './usage-error.js';

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
