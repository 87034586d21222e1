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
  return {
    ...source,
    readColumns(from, to, out) {
      const numbers = source.readColumns(from, to, out);
      for (let k = 0; k < numbers.length; k++) {
        const size = Math.abs(numbers[k]!);
        if (size > largest) largest = size;
        if (!(size < Infinity)) throw notFinite(source, numbers[k]!, k, from, to - from);
      }
      return numbers;
    },
    checkRead: () => checkMagnitude(largest, source.name),
  };
}

function notFinite(
  { name, factorsPerSample }: MatrixSource,
  value: number,
  k: number,
  from: number,
  width: number,
): InputError {
  const row = Math.floor(k / width);
  const sample = Math.floor(row / factorsPerSample);
  const factor = factorsPerSample > 1 ? `, factor ${row % factorsPerSample}` : '';
  const column = from + (k % width);
  return new InputError(
    `${name}: row ${sample}${factor}, column ${column} (from 0) must be a finite number; got ${value}`,
  );
}
