import { blockNumbers, type MatrixSource } from '../theory/matrix-source.js';
import { fileText } from './file-text.js';
import { InputError } from './input-error.js';

/** Rows of numbers, all of one length. */
interface CsvTable {
  readonly name: string;
  /** Names of the columns; null if the file has no header. */
  readonly header: readonly string[] | null;
  readonly rows: number;
  readonly columns: number;
  /** rows x columns, row-major. */
  readonly numbers: Float64Array;
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Rows of numbers separated by commas. A first line in which no cell is a number is a header.
 *
 * By hand: a table of numbers has no quotes to parse, and messages must name line and column.
 * Lines and columns count from 1 in messages, the header included. A line end after the last row is allowed.
 *
 * @param name how messages call the file.
 * @throws InputError naming line, column, value and what is allowed.
 */
function csvTable(text: string, name: string): CsvTable {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const header = lines.length > 0 ? headerOf(lines[0]!) : null;
  const skipped = header === null ? 0 : 1;
  const rows = lines.length - skipped;
  if (rows === 0) throw new InputError(`${name}: must have at least one row of numbers; got none`);
  const columns = lines[0]!.split(',').length;
  const numbers = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const cells = lines[row + skipped]!.split(',');
    const place = `${name}: line ${row + skipped + 1}`;
    if (cells.length !== columns) {
      throw new InputError(`${place} must have ${columns} numbers, as line 1; got ${cells.length}`);
    }
    cells.forEach((cell, column) => {
      numbers[row * columns + column] = finiteNumber(cell.trim(), `${place}, column ${column + 1}`);
    });
  }
  return { name, header, rows, columns, numbers };
}

/** Name of the column of a .csv file that is no feature. */
const LABEL_COLUMN = 'label';

/** Reads a .csv file. @throws InputError if it cannot be read, or is no table of numbers. */
export function csvFile(path: string): CsvTable {
  return csvTable(fileText(path), path);
}

/**
 * Features and labels of a table: its column `label` apart from the others.
 *
 * @returns the table without that column, and its numbers: null if there is no such column.
 * @throws InputError if it is there twice, or nothing is left without it.
 */
export function featuresAndLabels(table: CsvTable): {
  readonly features: CsvTable;
  readonly labels: Float64Array | null;
} {
  const { name, header, rows, columns, numbers } = table;
  const at = header?.indexOf(LABEL_COLUMN) ?? -1;
  if (header === null || at < 0) return { features: table, labels: null };
  if (header.includes(LABEL_COLUMN, at + 1)) {
    throw new InputError(`${name}: must have one column named ${LABEL_COLUMN}; got several`);
  }
  if (columns === 1) throw new InputError(`${name}: must have a column beside ${LABEL_COLUMN}; got none`);
  return {
    features: {
      name,
      header: header.toSpliced(at, 1),
      rows,
      columns: columns - 1,
      numbers: numbers.filter((_, k) => k % columns !== at),
    },
    labels: numbers.filter((_, k) => k % columns === at),
  };
}

/** Names of columns: words, none of them a number or what programs write in place of one. */
function headerOf(line: string): string[] | null {
  const cells = line.split(',').map((cell) => cell.trim());
  const areNames = cells.every(
    (cell) => cell !== '' && !NUMBER.test(cell) && !/^[+-]?(nan|inf|infinity)$/i.test(cell),
  );
  return areNames ? cells.map((cell) => cell.replace(/^"(.*)"$/, '$1')) : null;
}

function finiteNumber(cell: string, place: string): number {
  const value = NUMBER.test(cell) ? Number(cell) : NaN;
  if (Number.isFinite(value)) return value;
  const shown = cell === '' ? 'nothing' : JSON.stringify(cell.slice(0, 20));
  throw new InputError(`${place} must be a finite number; got ${shown}`);
}

/** A table as factors or features, a row a sample. */
export function csvMatrix({ name, rows, columns, numbers }: CsvTable): MatrixSource {
  return {
    name,
    rows,
    columns,
    factorsPerSample: 1,
    dtype: 'csv',
    readColumns(from, to, out = new Float64Array(rows * (to - from))) {
      for (let row = 0; row < rows; row++) {
        out.set(numbers.subarray(row * columns + from, row * columns + to), row * (to - from));
      }
      return out;
    },
    readBlock(block, out = new Float64Array(blockNumbers({ factorsPerSample: 1 }, block))) {
      const width = block.toColumn - block.fromColumn;
      for (let row = block.fromSample; row < block.toSample; row++) {
        const from = row * columns + block.fromColumn;
        out.set(numbers.subarray(from, from + width), (row - block.fromSample) * width);
      }
      return out;
    },
    order: 'samples',
  };
}
