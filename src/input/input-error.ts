/** Input that is not what it should be; the message is one line: where, what, what is allowed. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

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
