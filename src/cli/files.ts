import { accessSync, constants, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileErrorReason } from '../input/file-text.js';
import { writeFileWhole } from '../jobs/log.js';
import { UsageError } from './options.js';

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

/** Writes a file whole. @throws UsageError naming it if the file system refuses */
export function writeFile(path: string, content: string | Uint8Array): void {
  changeFile(path, () => writeFileWhole(path, content));
}

/** Writes files by their names in a folder, each whole; returns their paths. @throws UsageError */
export function writeFiles(
  folder: string,
  contents: readonly (readonly [name: string, content: string | Uint8Array])[],
): string[] {
  return contents.map(([name, content]) => {
    const path = join(folder, name);
    writeFile(path, content);
    return path;
  });
}
