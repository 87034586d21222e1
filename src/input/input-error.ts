/** Input that is not what it should be; the message is one line: where, what, what is allowed. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** How messages call a field: `batch.retain`, `model.labels.retain`. */
export type FieldName = (field: string) => string;

/** A model that the theory cannot be applied to. */
export class UnusableModelError extends InputError {
  /** @param model how messages call it; @param reason goes on from there: "has no trainable weights". */
  constructor(
    readonly model: string,
    readonly reason: string,
  ) {
    super(`${model}: ${reason}`);
  }
}

/** A backend of TensorFlow.js lacks an operation that a derivative needs; another may have it. */
export class MissingKernelError extends Error {
  override readonly name = 'MissingKernelError';
  constructor(
    readonly kernel: string,
    readonly backend: string,
  ) {
    super(`${kernel} is missing in backend ${backend}`);
  }
}

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
