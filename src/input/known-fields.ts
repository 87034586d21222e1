import { InputError } from './input-error.js';

/** Every field of a type of options, and nothing else: a field that is added there must be added here. */
export type FieldsOf<Options extends object> = Readonly<Record<keyof Required<Options>, true>>;

/**
 * Options of a call, of which a misspelt one would be ignored.
 *
 * @param call as messages name it: `recommend`.
 * @throws InputError naming a field that is not among those known, or for options that are no object.
 */
export function withKnownFields<Options extends object>(
  call: string,
  options: Options,
  known: FieldsOf<Options>,
): Options {
  // Callers without types can give anything.
  const given: unknown = options;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new InputError(
      `${call}: options must be an object; got ${Array.isArray(given) ? 'a list' : String(given)}`,
    );
  }
  const unknown = Object.keys(given).find((field) => !Object.hasOwn(known, field));
  if (unknown === undefined) return options;
  throw new InputError(`${call}: unknown option ${unknown}; allowed: ${Object.keys(known).join(', ')}`);
}
