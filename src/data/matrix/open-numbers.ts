import { readFileSync } from 'node:fs';
import { fileErrorReason } from '../file-error-reason.js';
import { InputError } from '../problem-file.js';
import { openFileBytes, type OpenBytes } from './byte-range.js';
import type { MatrixPlace } from './matrix-place.js';
import { npyNumbers } from './npy-numbers.js';
import { npzMember } from './npz-member.js';
import { safetensorsNumbers } from './safetensors-numbers.js';
import type { AllowedTypes, StoredNumbers } from './stored-matrix.js';

/** A place with numbers in binary form. */
export type BinaryPlace = MatrixPlace & { readonly kind: Exclude<MatrixPlace['kind'], 'csv'> };

/** What was read of the numbers of a file, which is open until `close`. */
export interface Opened<Result> {
  readonly source: Result;
  readonly close: () => void;
}

/**
 * Opens the numbers of a binary file, and takes what is wanted of them.
 *
 * @param read sees where the numbers are.
 * @throws InputError in one line; nothing stays open then.
 */
export async function openNumbers<Result>(
  { path, kind, part }: BinaryPlace,
  allowed: AllowedTypes,
  read: (numbers: StoredNumbers) => Result,
): Promise<Opened<Result>> {
  const file = openFileBytes(path);
  const bytes: OpenBytes = kind === 'npz' ? await npzMember(file, part) : file;
  try {
    const numbers =
      kind === 'safetensors' ? safetensorsNumbers(bytes, part, allowed) : npyNumbers(bytes, allowed);
    return { source: read(numbers), close: bytes.close };
  } catch (error) {
    bytes.close();
    throw error;
  }
}

/** Text of a .csv file. @throws InputError if it cannot be read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${fileErrorReason(error)})`);
  }
}
