import { accessSync, constants, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './usage-error.js';

/** Text of an input file. @throws UsageError if it cannot be read; `hint` says what to do then. */
export function readInputFile(path: string, hint = ''): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${reason(error)})${hint}`);
  }
}

/** Changes a file. @throws UsageError naming the file if the file system refuses. */
export function changeFile(path: string, change: () => void): void {
  try {
    change();
  } catch (error) {
    throw new UsageError(`${path}: cannot be written (${reason(error)})`);
  }
}

/**
 * Creates the folder if needed and makes sure, before any long work, that files can be written there.
 *
 * @param option that named the folder.
 */
export function prepareOutputFolder(folder: string, option: '--out' | '--resume' = '--out'): void {
  const probe = join(folder, `.write-probe-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    throw new UsageError(
      `${option} ${folder}: cannot be written to (${reason(error)}); give a folder that can`,
    );
  }
}

/** Writes a file so that readers see the old or the new one, never half of it. */
export function writeFileWhole(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${process.pid}.part`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Record<string, string> = {
    ENOENT: 'no such file or folder',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'a file of that name is in the way',
    EROFS: 'read-only file system',
    ENOSPC: 'no space left',
    ERR_STRING_TOO_LONG: 'larger than 512 MB of text',
  };
  return words[code] ?? (code || String(error));
}
