import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileErrorReason } from '../input/input-error.js';
import { UsageError } from './options.js';

/** Text of an input file. @throws UsageError if it cannot be read; `hint` says what to do then. */
export function readInputFile(path: string, hint = ''): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${fileErrorReason(error)})${hint}`);
  }
}

/** Changes a file. @throws UsageError naming the file if the file system refuses. */
export function changeFile(path: string, change: () => void): void {
  try {
    change();
  } catch (error) {
    throw new UsageError(`${path}: cannot be written (${fileErrorReason(error)})`);
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
      `${option} ${folder}: cannot be written to (${fileErrorReason(error)}); give a folder that can`,
    );
  }
}
