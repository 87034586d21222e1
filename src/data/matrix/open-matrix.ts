import { InputError } from '../problem-file.js';
import { csvTable, withoutColumn } from './csv-table.js';
import type { MatrixPlace } from './matrix-place.js';
import { memoryMatrix } from './memory-matrix.js';
import { openNumbers, textOf, type BinaryPlace } from './open-numbers.js';
import type { OpenedMatrix } from './opened-matrix.js';
import { storedMatrix, type AllowedTypes } from './stored-matrix.js';

/** Name of the column of a .csv file that is no feature. */
export const LABEL_COLUMN = 'label';

/** Features of samples, a row each, and the labels beside them: null if the file has none. */
export type OpenedFeatures = OpenedMatrix & { readonly labels: Float64Array | null };

/** Opens a matrix of factors. @throws InputError in one line; nothing stays open then. */
export function openMatrix(place: MatrixPlace, allowed: AllowedTypes = 'floats'): Promise<OpenedMatrix> {
  if (place.kind === 'csv') return openFeatures(place);
  return openNumbers(place as BinaryPlace, allowed, storedMatrix);
}

/** Opens features: integers are allowed, one row a sample. @throws InputError in one line; nothing stays open then. */
export async function openFeatures(place: MatrixPlace): Promise<OpenedFeatures> {
  if (place.kind === 'csv') {
    const { table, column } = withoutColumn(csvTable(textOf(place.path), place.path), LABEL_COLUMN);
    return { source: memoryMatrix(table, 'csv'), labels: column, close: () => undefined };
  }
  const opened = await openNumbers(place as BinaryPlace, 'numbers', (numbers) => {
    const { shape } = numbers.layout;
    if (shape.length === 2) return storedMatrix(numbers);
    throw new InputError(
      `${numbers.bytes.name}: features must have the shape (samples, p); got (${shape.join(', ')})`,
    );
  });
  return { ...opened, labels: null };
}
