import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileErrorReason } from '../file-error-reason.js';
import { InputError } from '../problem-file.js';

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
