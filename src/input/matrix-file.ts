import type { MatrixSource } from '../theory/matrix-source.js';
import { type BinaryArray, binaryMatrix, type NumberKinds } from './binary-matrix.js';
import { openFileBytes } from './byte-range.js';
import { csvFile, csvMatrix, featuresAndLabels } from './csv-table.js';
import { InputError } from './input-error.js';
import type { MatrixPlace } from './matrix-place.js';
import { npyArray } from './npy.js';
import { npzMember } from './npz.js';
import { safetensorsArray } from './safetensors.js';

/** A matrix whose file is open until `close`. */
interface MatrixFile {
  readonly source: MatrixSource;
  readonly close: () => void;
}

/** Features of samples, a row each, and the labels beside them: null if the file has none. */
export type FeatureFile = MatrixFile & { readonly labels: Float64Array | null };

/** Opens a matrix of factors. @throws InputError in one line; nothing stays open then. */
export async function matrixFile(place: MatrixPlace, allowed: NumberKinds = 'floats'): Promise<MatrixFile> {
  return place.kind === 'csv' ? csvFeatures(place) : binaryFile(place, allowed, binaryMatrix);
}

/** Opens features: integers are allowed, one row a sample. @throws InputError in one line; nothing stays open then. */
export async function featureFile(place: MatrixPlace): Promise<FeatureFile> {
  if (place.kind === 'csv') return csvFeatures(place);
  const file = await binaryFile(place, 'numbers', (array) => {
    const { shape } = array.layout;
    if (shape.length === 2) return binaryMatrix(array);
    throw new InputError(
      `${array.bytes.name}: features must have the shape (samples, p); got (${shape.join(', ')})`,
    );
  });
  return { ...file, labels: null };
}

function csvFeatures({ path }: MatrixPlace): FeatureFile {
  const { features, labels } = featuresAndLabels(csvFile(path));
  return { source: csvMatrix(features), labels, close: () => undefined };
}

/**
 * What `read` makes of the numbers of an .npy, .npz or .safetensors file, which is open until `close`.
 *
 * @throws InputError in one line; nothing stays open then.
 */
export async function binaryFile<Result>(
  { path, kind, part }: MatrixPlace,
  allowed: NumberKinds,
  read: (array: BinaryArray) => Result,
): Promise<{ readonly source: Result; readonly close: () => void }> {
  const file = openFileBytes(path);
  const bytes = kind === 'npz' ? await npzMember(file, part) : file;
  try {
    const array = kind === 'safetensors' ? safetensorsArray(bytes, part, allowed) : npyArray(bytes, allowed);
    return { source: read(array), close: bytes.close };
  } catch (error) {
    bytes.close();
    throw error;
  }
}
