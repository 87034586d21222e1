import { InputError } from '../src/data/input-error.js';

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
