import type { MatrixSource } from '../../curvature/matrix-source.js';
import { InputError } from '../problem-file.js';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Rows of numbers separated by commas, held in memory. A first line in which no cell is a number is a header.
 *
 * Lines and columns count from 1 in messages, the header included. A line end after the last row is allowed.
 *
 * @param name how messages call the file.
 * @throws InputError naming line, column, value and what is allowed.
 */
export function csvMatrix(text: string, name: string): MatrixSource {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  const skipped = lines.length > 0 && isHeader(lines[0]!) ? 1 : 0;
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
  };
}

/** Names of columns: words, none of them a number or what programs write in place of one. */
function isHeader(line: string): boolean {
  const cells = line.split(',').map((cell) => cell.trim());
  return cells.every((cell) => cell !== '' && !NUMBER.test(cell) && !/^[+-]?(nan|inf|infinity)$/i.test(cell));
}

function finiteNumber(cell: string, place: string): number {
  const value = NUMBER.test(cell) ? Number(cell) : NaN;
  if (Number.isFinite(value)) return value;
  const shown = cell === '' ? 'nothing' : JSON.stringify(cell.slice(0, 20));
  throw new InputError(`${place} must be a finite number; got ${shown}`);
}
