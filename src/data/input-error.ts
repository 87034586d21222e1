/** Input that is not what it should be; the message is one line: where, what, what is allowed. */
export class InputError extends Error {
  override readonly name = 'InputError';
}
