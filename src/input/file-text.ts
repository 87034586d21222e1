import { readFileSync } from 'node:fs';
import { InputError } from './input-error.js';

/** Text of a file. @throws InputError if it cannot be read; `hint` says what to do then. */
export function fileText(path: string, hint = ''): string {
  return reading(path, () => readFileSync(path, 'utf8'), hint);
}

/** What `read` gives. @throws InputError naming the file if the file system refuses. */
export function reading<Result>(path: string, read: () => Result, hint = ''): Result {
  try {
    return read();
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${fileErrorReason(error)})${hint}`);
  }
}

/** Why the file system, zlib or yauzl refused, in words for a message. */
export function fileErrorReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Record<string, string> = {
    ENOENT: 'no such file or folder',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'a file of that name is in the way',
    EROFS: 'read-only file system',
    EPERM: 'operation not permitted',
    ENOSPC: 'no space left',
    EDQUOT: 'disk quota exceeded',
    EFBIG: 'larger than files may be',
    EMFILE: 'too many open files',
    ENFILE: 'too many open files in the system',
    ENAMETOOLONG: 'the name is too long',
    ELOOP: 'links that lead round in a circle',
    EBUSY: 'in use',
    EIO: 'the device failed',
    EPIPE: 'the reader is gone',
    Z_DATA_ERROR: 'damaged data',
    Z_BUF_ERROR: 'truncated data',
    ERR_STRING_TOO_LONG: 'larger than 512 MB of text',
  };
  return words[code] ?? (code || (error instanceof Error ? error.message : String(error)));
}
