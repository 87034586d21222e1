import type { MatrixSource } from '../theory/matrix-source.js';
import { InputError } from './input-error.js';
import { checkMagnitude } from './problem-file.js';

/** A matrix whose numbers are checked as they are read. */
interface ValidatedMatrix extends MatrixSource {
  /**
   * To be called when all columns were read.
   *
   * @throws InputError if all are 0, or the largest is beyond 1e-70..1e70, or some sample is 0 where none may be.
   */
  checkRead(): void;
}

/**
 * The source, whose reading throws an InputError at a NaN or an infinity, naming row and column.
 *
 * @param zeroSamplesOption what allows samples without a number other than 0, as messages call it; null: they are
 *   taken as they are, without curvature.
 */
export function validatedMatrix(
  source: MatrixSource,
  zeroSamplesOption: string | null = null,
): ValidatedMatrix {
  let largest = 0;
  const isNonzero = new Uint8Array(source.rows);
  const checked = (numbers: Float64Array, firstRow: number, from: number, width: number): Float64Array => {
    const rows = numbers.length / width;
    for (let i = 0; i < rows; i++) {
      let ofRow = 0;
      for (let k = i * width; k < (i + 1) * width; k++) {
        const size = Math.abs(numbers[k]!);
        if (size > ofRow) ofRow = size;
        if (!(size < Infinity)) throw notFinite(source, numbers[k]!, firstRow + i, from + k - i * width);
      }
      if (ofRow > 0) isNonzero[firstRow + i] = 1;
      if (ofRow > largest) largest = ofRow;
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
    checkRead() {
      checkMagnitude(largest, source.name);
      if (zeroSamplesOption !== null) checkSamples(source, isNonzero, zeroSamplesOption);
    },
  };
}

function checkSamples({ name, factorsPerSample }: MatrixSource, isNonzero: Uint8Array, option: string): void {
  const zeros: number[] = [];
  for (let row = 0; row < isNonzero.length; row += factorsPerSample) {
    if (!isNonzero.subarray(row, row + factorsPerSample).includes(1)) zeros.push(row / factorsPerSample);
  }
  if (zeros.length === 0) return;
  const others = zeros.length > 1 ? ` and ${zeros.length - 1} more` : '';
  throw new InputError(
    `${name}: row ${zeros[0]!} (from 0)${others} must not be all zeros, unless ${option} takes them as samples without curvature`,
  );
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

/** @throws InputError if the second of two matrices has other columns than the first. */
export function checkSameColumns([retain, forget]: readonly MatrixSource[]): void {
  if (forget!.columns !== retain!.columns) {
    throw new InputError(
      `${forget!.name}: must have ${retain!.columns} columns, as ${retain!.name}; got ${forget!.columns}`,
    );
  }
}

/** A set as its file or array says: n samples of c factors each. */
interface SetShape {
  readonly name: string;
  readonly samples: number;
  readonly factorsPerSample: number;
}

/**
 * Sets of one model with several factors a sample, one for each output, have equally many: (c, n, p) in place of
 * (n, c, p) would be read as c samples. Gradients, one a sample, may stand beside them.
 *
 * @throws InputError if both sets have several and not as many.
 */
export function checkSameFactors(retain: SetShape, forget: SetShape): void {
  const [c, other] = [retain.factorsPerSample, forget.factorsPerSample];
  if (c === other || c === 1 || other === 1) return;
  const hint =
    retain.samples === forget.samples
      ? `; both have ${retain.samples} samples: are the first two axes swapped?`
      : '';
  throw new InputError(
    `${forget.name}: must have ${c} factors a sample, as ${retain.name}; got ${other} (shapes are (samples, factors, p)${hint})`,
  );
}
