import { csvTable, withoutColumn } from './csv-table.js';
import type { MatrixPlace } from './matrix-place.js';
import { readArray, type NumberArray } from './number-array.js';
import { LABEL_COLUMN } from './open-matrix.js';
import { textOf } from './open-numbers.js';

/** Labels: one or several numbers a sample. */
export type LabelArray = Omit<NumberArray, 'labels'>;

/**
 * Reads labels: of a .csv file its column `label`, if it has one beside others.
 *
 * @throws InputError in one line.
 */
export async function readLabels(place: MatrixPlace): Promise<LabelArray> {
  if (place.kind !== 'csv') return readArray(place);
  const table = csvTable(textOf(place.path), place.path);
  const { name, rows, columns, numbers } = table;
  if (columns === 1) return { name, shape: [rows], numbers };
  const { column } = withoutColumn(table, LABEL_COLUMN);
  return column ? { name, shape: [rows], numbers: column } : { name, shape: [rows, columns], numbers };
}
