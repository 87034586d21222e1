import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError } from './input-error.js';

/** Text of a file. @throws InputError if it cannot be read; `hint` says what to do then. */
export function fileText(path: string, hint = ''): string {
  return reading(path, () => readFileSync(path, 'utf8'), hint);
}

/** Result of `read`. @throws InputError naming the file if the file system refuses. */
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

/** Bytes that are read where they are needed. */
export interface ByteRange {
  /** How messages call it. */
  readonly name: string;
  readonly size: number;
  /** Fills `target` from a position on. @throws InputError if the range ends before, or cannot be read. */
  read(position: number, target: Uint8Array): void;
}

/** A range whose file is open until `close`. */
export type OpenBytes = ByteRange & { readonly close: () => void };

/** Opens a file for positioned reads. @throws InputError naming the file and why it cannot be read. */
export function openFileBytes(path: string): OpenBytes {
  const descriptor = reading(path, () => openSync(path, 'r'));
  const status = fstatSync(descriptor);
  if (status.isFile()) {
    return { ...descriptorBytes(descriptor, path, status.size), close: () => closeSync(descriptor) };
  }
  closeSync(descriptor);
  throw new InputError(`${path}: cannot be read (it is a ${status.isDirectory() ? 'folder' : 'stream'})`);
}

/** The first `size` bytes of an open file. */
export function descriptorBytes(descriptor: number, name: string, size: number): ByteRange {
  return {
    name,
    size,
    read(position, target) {
      let done = 0;
      while (done < target.length) {
        const at = position + done;
        const got = reading(name, () => readSync(descriptor, target, done, target.length - done, at));
        if (got === 0) throw new InputError(`${name}: ends at byte ${at}; it must go on (truncated)`);
        done += got;
      }
    },
  };
}

/** `size` bytes of a range, from a position on. */
export function partOfBytes(whole: ByteRange, name: string, from: number, size: number): ByteRange {
  return { name, size, read: (position, target) => whole.read(from + position, target) };
}

/** A few bytes. @throws InputError saying that `what` is cut off. */
export function bytesAt(range: ByteRange, position: number, length: number, what: string): Buffer {
  if (position < 0 || position + length > range.size) {
    throw new InputError(
      `${range.name}: ${what} must be ${length} bytes from byte ${position} on; the file ends at ${range.size} (truncated)`,
    );
  }
  const bytes = Buffer.alloc(length);
  range.read(position, bytes);
  return bytes;
}

/**
 * A file that goes away with its descriptor: at once where open files can be removed, else when it is closed.
 *
 * @param cannot begins the message if the folder of temporary files cannot be written: "FILE: cannot be inflated".
 * @throws InputError then.
 */
export function temporaryFile(cannot: string): { readonly descriptor: number; readonly close: () => void } {
  try {
    const folder = mkdtempSync(join(tmpdir(), 'unlearning-stability-'));
    const descriptor = openSync(join(folder, 'numbers'), 'wx+');
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    if (process.platform !== 'win32') remove();
    return {
      descriptor,
      close() {
        closeSync(descriptor);
        remove();
      },
    };
  } catch (error) {
    throw new InputError(`${cannot} into ${tmpdir()} (${fileErrorReason(error)})`);
  }
}
