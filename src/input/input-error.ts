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

/** Why the file system refused, in words for a message. */
export function fileErrorReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Record<string, string> = {
    ENOENT: 'no such file or folder',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'a file of that name is in the way',
    EROFS: 'read-only file system',
    ENOSPC: 'no space left',
    Z_DATA_ERROR: 'damaged data',
    Z_BUF_ERROR: 'truncated data',
    ERR_STRING_TOO_LONG: 'larger than 512 MB of text',
  };
  return words[code] ?? (code || (error instanceof Error ? error.message : String(error)));
}
