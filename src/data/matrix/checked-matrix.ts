import type { MatrixSource } from '../../curvature/matrix-source.js';
import { checkMagnitude, InputError } from '../problem-file.js';

/** A matrix whose numbers are checked as they are read. */
export interface CheckedMatrix extends MatrixSource {
  /** To be called when all columns were read. @throws InputError if all are 0, or the largest is beyond 1e-70..1e70. */
  checkRead(): void;
}

/** The source, whose reading throws an InputError at a NaN or an infinity, naming row and column. */
export function checkedMatrix(source: MatrixSource): CheckedMatrix {
  let largest = 0;
  const checked = (numbers: Float64Array, firstRow: number, from: number, width: number): Float64Array => {
    for (let k = 0; k < numbers.length; k++) {
      const size = Math.abs(numbers[k]!);
      if (size > largest) largest = size;
      if (!(size < Infinity)) {
        throw notFinite(source, numbers[k]!, firstRow + Math.floor(k / width), from + (k % width));
      }
    }
    return numbers;
  };
  return {
    ...source,
    readColumns(from, to, out) {
      return checked(source.readColumns(from, to, out), 0, from, to - from);
    },
    readBlock(block, out) {
      const { fromSample, fromColumn, toColumn } = block;
      const firstRow = fromSample * source.factorsPerSample;
      return checked(source.readBlock(block, out), firstRow, fromColumn, toColumn - fromColumn);
    },
    checkRead: () => checkMagnitude(largest, source.name),
  };
}

function notFinite(
  { name, factorsPerSample }: MatrixSource,
  value: number,
  row: number,
  column: number,
): InputError {
  const sample = Math.floor(row / factorsPerSample);
  const factor = factorsPerSample > 1 ? `, factor ${row % factorsPerSample}` : '';
  return new InputError(
    `${name}: row ${sample}${factor}, column ${column} (from 0) must be a finite number; got ${value}`,
  );
}
