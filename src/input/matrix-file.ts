import { readFileSync } from 'node:fs';
import type { MatrixSource } from '../theory/matrix-source.js';
import { type BinaryArray, binaryMatrix, type NumberKinds } from './binary-matrix.js';
import { type OpenBytes, openFileBytes } from './byte-range.js';
import { csvTable, denseMatrix, withoutColumn } from './csv-table.js';
import { fileErrorReason } from './file-text.js';
import type { MatrixPlace } from './matrix-place.js';
import { npyArray } from './npy.js';
import { npzMember } from './npz.js';
import { InputError } from './input-error.js';
import { safetensorsArray } from './safetensors.js';

/** Name of the column of a .csv file that is no feature. */
export const LABEL_COLUMN = 'label';

/** Features of samples, a row each, and the labels beside them: null if the file has none. */
export type FeatureFile = MatrixFile & { readonly labels: Float64Array | null };

/** Opens a matrix of factors. @throws InputError in one line; nothing stays open then. */
export function matrixFile(place: MatrixPlace, allowed: NumberKinds = 'floats'): Promise<MatrixFile> {
  if (place.kind === 'csv') return featureFile(place);
  return binaryFile(place as BinaryPlace, allowed, binaryMatrix);
}

/** Opens features: integers are allowed, one row a sample. @throws InputError in one line; nothing stays open then. */
export async function featureFile(place: MatrixPlace): Promise<FeatureFile> {
  if (place.kind === 'csv') {
    const { table, column } = withoutColumn(csvTable(csvText(place.path), place.path), LABEL_COLUMN);
    return { source: denseMatrix(table, 'csv'), labels: column, close: () => undefined };
  }
  const opened = await binaryFile(place as BinaryPlace, 'numbers', (numbers) => {
    const { shape } = numbers.layout;
    if (shape.length === 2) return binaryMatrix(numbers);
    throw new InputError(
      `${numbers.bytes.name}: features must have the shape (samples, p); got (${shape.join(', ')})`,
    );
  });
  return { ...opened, labels: null };
}

/** A matrix whose file is open until `close`. */
export interface MatrixFile {
  readonly source: MatrixSource;
  readonly close: () => void;
}

/** A place with numbers in binary form. */
export type BinaryPlace = MatrixPlace & { readonly kind: Exclude<MatrixPlace['kind'], 'csv'> };

/** What was read of the numbers of a file, which is open until `close`. */
export interface BinaryFile<Result> {
  readonly source: Result;
  readonly close: () => void;
}

/**
 * Opens the numbers of a binary file, and takes what is wanted of them.
 *
 * @param read sees where the numbers are.
 * @throws InputError in one line; nothing stays open then.
 */
export async function binaryFile<Result>(
  { path, kind, part }: BinaryPlace,
  allowed: NumberKinds,
  read: (numbers: BinaryArray) => Result,
): Promise<BinaryFile<Result>> {
  const file = openFileBytes(path);
  const bytes: OpenBytes = kind === 'npz' ? await npzMember(file, part) : file;
  try {
    const numbers =
      kind === 'safetensors' ? safetensorsArray(bytes, part, allowed) : npyArray(bytes, allowed);
    return { source: read(numbers), close: bytes.close };
  } catch (error) {
    bytes.close();
    throw error;
  }
}

/** Text of a .csv file. @throws InputError if it cannot be read. */
export function csvText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${fileErrorReason(error)})`);
  }
}
