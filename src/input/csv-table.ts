import { blockNumbers, type MatrixSource } from '../theory/matrix-source.js';
import { fileText } from './file-bytes.js';
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

/** Meaning of a table of one column: features, of which a first line `0` may be the name, or a list of numbers. */
type SingleColumn = 'features' | 'list';

/**
 * Rows of numbers (or booleans, 1 and 0) separated by commas. A first line of names, or 0,1,..,p-1 as pandas names
 * columns without names, is a header.
 *
 * By hand: a table of numbers has no quotes to parse, and messages must name line and column.
 * Lines and columns count from 1 in messages, the header included. A line end after the last row is allowed.
 *
 * @param name how messages call the file.
 * @throws InputError naming line, column, value and what is allowed.
 */
function csvTable(text: string, name: string, singleColumn: SingleColumn): CsvTable {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const header = lines.length > 0 ? headerOf(lines[0]!, name, singleColumn) : null;
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
export function csvFile(path: string, singleColumn: SingleColumn = 'features'): CsvTable {
  return csvTable(fileText(path), path, singleColumn);
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

/**
 * Names of the columns in a first line: words, or 0,1,..,p-1; null if it holds values: a number among them, a boolean,
 * or nothing but words for missing values.
 *
 * @throws InputError for a first line that may be either, and for a column without a name: the index of a table.
 */
function headerOf(line: string, name: string, singleColumn: SingleColumn): string[] | null {
  const cells = line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
  const [first, ...rest] = cells;
  if (rest.length > 0 && (first === '' || first === 'Unnamed: 0') && (isHeader(rest) || isCount(rest))) {
    throw new InputError(
      `${name}: line 1, column 1 must have a name; got ${JSON.stringify(first)}, an index that is no feature (leave it out: index=False in pandas)`,
    );
  }
  if (isHeader(cells)) return cells;
  if (!isCount(cells) || (cells.length === 1 && singleColumn === 'list')) return null;
  if (cells.length > MOST_LIKELY_NUMBERS) return cells;
  const numbers = cells.map((cell) => `${cell}.0`).join(',');
  throw new InputError(
    `${name}: line 1 must be names or numbers; got ${cells.join(',')}, which pandas writes as names: name the columns, or leave the line out (header=False); as numbers write ${numbers}`,
  );
}

/** Up to so many cells 0,1,.. are as likely the features of a sample as names. */
const MOST_LIKELY_NUMBERS = 2;

function isHeader(cells: readonly string[]): boolean {
  const areNames = cells.every(
    (cell) => cell !== '' && !NUMBER.test(cell) && !NO_NUMBER.test(cell) && booleanOf(cell) === null,
  );
  return areNames && !cells.every((cell) => MISSING.test(cell));
}

/** 0,1,2,.. as pandas names columns. */
function isCount(cells: readonly string[]): boolean {
  return cells.every((cell, k) => cell === String(k));
}

/** Words that programs write in place of numbers; the first is never a name, the second may be: Na is sodium. */
const NO_NUMBER = /^[+-]?(nan|inf|infinity)$/i;
const MISSING = /^(<na>|na|nat|n\/a|#n\/a|#na|null|none|nil|missing|-|\?|\.)$/i;

function booleanOf(cell: string): number | null {
  if (/^(true|True|TRUE)$/.test(cell)) return 1;
  return /^(false|False|FALSE)$/.test(cell) ? 0 : null;
}

function finiteNumber(cell: string, place: string): number {
  const value = NUMBER.test(cell) ? Number(cell) : booleanOf(cell);
  if (value !== null && Number.isFinite(value)) return value;
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
