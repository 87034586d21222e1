import { blockNumbers, type MatrixBlock, type MatrixSource } from '../theory/matrix-source.js';
import { InputError } from './input-error.js';
import { checkMagnitude } from './problem-file.js';

/** A matrix whose numbers are checked as they are read. */
export interface ValidatedMatrix extends MatrixSource {
  /**
   * To be called when all columns were read.
   *
   * @throws InputError if all are 0, or the largest is beyond `ALLOWED_SIZES`, or some sample is 0 where none may be.
   */
  checkRead(): void;
}

/**
 * The source, whose reading throws an InputError at a NaN or an infinity, naming row and column.
 *
 * @param zeroSamplesOption what allows samples without a number other than 0, as messages call it; null: they are
 *   taken as they are, without curvature.
 * @param rowNumbers how messages number the samples, where they are some of a larger file.
 */
export function validatedMatrix(
  source: MatrixSource,
  zeroSamplesOption: string | null = null,
  rowNumbers?: readonly number[],
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
        if (!(size < Infinity)) {
          throw notFinite(source, numbers[k]!, firstRow + i, from + k - i * width, rowNumbers);
        }
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
      if (zeroSamplesOption !== null) checkSamples(source, isNonzero, zeroSamplesOption, rowNumbers);
    },
  };
}

function checkSamples(
  { name, factorsPerSample }: MatrixSource,
  isNonzero: Uint8Array,
  option: string,
  rowNumbers?: readonly number[],
): void {
  const zeros: number[] = [];
  for (let row = 0; row < isNonzero.length; row += factorsPerSample) {
    if (!isNonzero.subarray(row, row + factorsPerSample).includes(1)) zeros.push(row / factorsPerSample);
  }
  if (zeros.length === 0) return;
  const others = zeros.length > 1 ? ` and ${zeros.length - 1} more` : '';
  throw new InputError(
    `${name}: row ${rowNumbers?.[zeros[0]!] ?? zeros[0]!} (from 0)${others} must not be all zeros, unless ${option} takes them as samples without curvature`,
  );
}

function notFinite(
  { name, factorsPerSample }: MatrixSource,
  value: number,
  row: number,
  column: number,
  rowNumbers?: readonly number[],
): InputError {
  const position = Math.floor(row / factorsPerSample);
  const sample = rowNumbers?.[position] ?? position;
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
  readonly hasFactorAxis?: boolean;
}

/**
 * Sets of one model with several factors a sample, one for each output, have equally many: (c, n, p) in place of
 * (n, c, p) would be read as c samples. Gradients, one a sample, may stand beside them, unless they look like a set of
 * one sample whose axes are swapped: (c, 1, p) beside (c, n, p).
 *
 * @throws InputError if both sets have several and not as many, or one of them looks like that.
 */
export function checkSameFactors(retain: SetShape, forget: SetShape): void {
  const [c, other] = [retain.factorsPerSample, forget.factorsPerSample];
  if (c === other) return;
  const likeSwapped = retain.samples === forget.samples;
  const haveAxes = retain.hasFactorAxis === true && forget.hasFactorAxis === true;
  if ((c === 1 || other === 1) && !(likeSwapped && haveAxes)) return;
  const hint = likeSwapped ? `; both have ${retain.samples} samples: are the first two axes swapped?` : '';
  throw new InputError(
    `${forget.name}: must have ${c} factors a sample, as ${retain.name}; got ${other} (shapes are (samples, factors, p)${hint})`,
  );
}

/** A matrix with a last column of ones: the input of a bias. One factor a sample. */
export function withOnes(source: MatrixSource): MatrixSource {
  const { rows, columns } = source;
  function readBlock(
    block: MatrixBlock,
    out: Float64Array = new Float64Array(blockNumbers(source, block)),
  ): Float64Array {
    const { fromSample, toSample, fromColumn, toColumn } = block;
    if (toColumn <= columns) return source.readBlock(block, out);
    const width = toColumn - fromColumn;
    const numbers = width > 1 ? source.readBlock({ ...block, toColumn: columns }) : new Float64Array(0);
    for (let i = 0; i < toSample - fromSample; i++) {
      out.set(numbers.subarray(i * (width - 1), (i + 1) * (width - 1)), i * width);
      out[(i + 1) * width - 1] = 1;
    }
    return out;
  }
  return {
    ...source,
    columns: columns + 1,
    readColumns(from, to, out) {
      if (to <= columns) return source.readColumns(from, to, out);
      return readBlock({ fromSample: 0, toSample: rows, fromColumn: from, toColumn: to }, out);
    },
    readBlock,
  };
}

/** A matrix whose rows are multiplied by numbers: w_i x_i. One factor a sample. */
export function weightedRows(source: MatrixSource, weights: Float64Array): MatrixSource {
  const weighted = (numbers: Float64Array, firstRow: number, width: number): Float64Array => {
    for (let k = 0; k < numbers.length; k++) numbers[k]! *= weights[firstRow + Math.floor(k / width)]!;
    return numbers;
  };
  return {
    ...source,
    readColumns: (from, to, out) => weighted(source.readColumns(from, to, out), 0, to - from),
    readBlock(block, out) {
      return weighted(source.readBlock(block, out), block.fromSample, block.toColumn - block.fromColumn);
    },
  };
}

/** A matrix whose columns are multiplied by numbers. */
export function weightedColumns<Source extends MatrixSource>(
  source: Source,
  weights: readonly number[],
): Source {
  const weighted = (numbers: Float64Array, from: number, to: number): Float64Array => {
    const width = to - from;
    for (let k = 0; k < numbers.length; k++) numbers[k]! *= weights[from + (k % width)]!;
    return numbers;
  };
  return {
    ...source,
    readColumns: (from, to, out) => weighted(source.readColumns(from, to, out), from, to),
    readBlock(block, out) {
      return weighted(source.readBlock(block, out), block.fromColumn, block.toColumn);
    },
  };
}

/** Numbers of a block of columns that are in memory at once: 32 MB. */
const BLOCK_NUMBERS = 2 ** 22;

/** Reads all columns in blocks, from the first on; `visit` sees rows x (to - from) numbers, row-major. */
export function forColumnBlocks(
  source: MatrixSource,
  visit: (block: Float64Array, from: number, to: number) => void,
): void {
  const { rows, columns } = source;
  const width = Math.max(1, Math.min(columns, Math.floor(BLOCK_NUMBERS / rows)));
  for (let from = 0; from < columns; from += width) {
    const to = Math.min(columns, from + width);
    visit(source.readColumns(from, to), from, to);
  }
}

/** X w: the rows times one vector. */
export function rowProducts(source: MatrixSource, w: Float64Array): Float64Array {
  const products = new Float64Array(source.rows);
  forColumnBlocks(source, (block, from, to) => {
    const width = to - from;
    for (let row = 0; row < source.rows; row++) {
      for (let k = 0; k < width; k++) products[row]! += block[row * width + k]! * w[from + k]!;
    }
  });
  return products;
}
