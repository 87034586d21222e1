import { blockNumbers, type MatrixBlock, type MatrixSource } from '../theory/matrix-source.js';
import type { ByteRange } from './file-bytes.js';
import { InputError } from './input-error.js';

/** How one number is stored. */
export interface NumberType {
  readonly bytes: number;
  read(view: DataView, at: number, littleEndian: boolean): number;
}

/** IEEE 754 double, single and half precision, bfloat16 (the upper half of a single), and integers. */
export const NUMBER_TYPES = {
  float64: { bytes: 8, read: (view, at, little) => view.getFloat64(at, little) },
  float32: { bytes: 4, read: (view, at, little) => view.getFloat32(at, little) },
  float16: { bytes: 2, read: (view, at, little) => halfPrecision(view.getUint16(at, little)) },
  bfloat16: { bytes: 2, read: (view, at, little) => brainFloat(view.getUint16(at, little)) },
  int64: { bytes: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  int32: { bytes: 4, read: (view, at, little) => view.getInt32(at, little) },
  int16: { bytes: 2, read: (view, at, little) => view.getInt16(at, little) },
  int8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  uint64: { bytes: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  uint32: { bytes: 4, read: (view, at, little) => view.getUint32(at, little) },
  uint16: { bytes: 2, read: (view, at, little) => view.getUint16(at, little) },
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
} as const satisfies Record<string, NumberType>;

/** 1 sign, 5 exponent and 10 fraction bits. */
function halfPrecision(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

const scratch = new DataView(new ArrayBuffer(4));

function brainFloat(bits: number): number {
  scratch.setUint16(0, bits);
  return scratch.getFloat32(0);
}

/** How a matrix lies in a range of bytes, from its first on. */
export interface BinaryLayout {
  readonly shape: readonly number[];
  /** What the file calls the type of its numbers. */
  readonly dtype: string;
  readonly type: NumberType;
  readonly littleEndian: boolean;
  /** True if the first index runs fastest (Fortran order), false if the last one does (C order). */
  readonly fortran: boolean;
}

/** Numbers in a range of bytes, that are to be read as a matrix or as an array. */
export interface BinaryArray {
  readonly bytes: ByteRange;
  readonly layout: BinaryLayout;
}

/** Types of numbers that a reader takes: floating point alone, or integers and booleans too. */
export type NumberKinds = 'floats' | 'numbers';

/** Numbers that are read and decoded at once. */
const PIECE_NUMBERS = 2 ** 17;

/**
 * A matrix in a range of bytes, read by positioned reads: C order row by row, Fortran order by whole columns.
 *
 * @throws InputError if the shape is none of a matrix, or its numbers do not fill the range exactly.
 */
export function binaryMatrix({ bytes, layout }: BinaryArray): MatrixSource {
  const { dtype, type, littleEndian, fortran } = layout;
  const { rows, columns, factorsPerSample } = matrixShape(layout.shape, bytes.name);
  checkFilled({ bytes, layout }, rows * columns);
  const buffer = new Uint8Array(Math.min(PIECE_NUMBERS, rows * columns) * type.bytes);
  const view = new DataView(buffer.buffer);

  /** Consecutive numbers of the file. */
  function readRun(from: number, out: Float64Array): void {
    for (let done = 0; done < out.length; done += PIECE_NUMBERS) {
      const count = Math.min(PIECE_NUMBERS, out.length - done);
      bytes.read((from + done) * type.bytes, buffer.subarray(0, count * type.bytes));
      for (let k = 0; k < count; k++) out[done + k] = type.read(view, k * type.bytes, littleEndian);
    }
  }

  function readRowMajor(from: number, to: number, out: Float64Array): void {
    const width = to - from;
    if (width === columns) return readRun(0, out);
    for (let row = 0; row < rows; row++) {
      readRun(row * columns + from, out.subarray(row * width, (row + 1) * width));
    }
  }

  function readColumnMajor(from: number, to: number, out: Float64Array): void {
    const width = to - from;
    const samples = rows / factorsPerSample;
    const atOnce = Math.max(1, Math.floor(PIECE_NUMBERS / rows));
    for (let first = 0; first < width; first += atOnce) {
      const last = Math.min(width, first + atOnce);
      const run = new Float64Array((last - first) * rows);
      readRun((from + first) * rows, run);
      for (let column = first, k = 0; column < last; column++) {
        for (let factor = 0; factor < factorsPerSample; factor++) {
          for (let i = 0; i < samples; i++) out[(i * factorsPerSample + factor) * width + column] = run[k++]!;
        }
      }
    }
  }

  /** Rows of the block one by one in C order; its columns in Fortran order, where samples of one factor lie together. */
  function readSamples({ fromSample, toSample, fromColumn, toColumn }: MatrixBlock, out: Float64Array): void {
    const width = toColumn - fromColumn;
    const [count, samples] = [toSample - fromSample, rows / factorsPerSample];
    if (!fortran && width === columns) return readRun(fromSample * factorsPerSample * columns, out);
    if (!fortran) {
      for (let row = 0; row < count * factorsPerSample; row++) {
        const from = (fromSample * factorsPerSample + row) * columns + fromColumn;
        readRun(from, out.subarray(row * width, (row + 1) * width));
      }
      return;
    }
    const run = new Float64Array(count);
    for (let column = 0; column < width; column++) {
      for (let factor = 0; factor < factorsPerSample; factor++) {
        readRun(((fromColumn + column) * factorsPerSample + factor) * samples + fromSample, run);
        for (let i = 0; i < count; i++) out[(i * factorsPerSample + factor) * width + column] = run[i]!;
      }
    }
  }

  return {
    name: bytes.name,
    rows,
    columns,
    factorsPerSample,
    hasFactorAxis: layout.shape.length === 3,
    dtype,
    readColumns(from, to, out = new Float64Array(rows * (to - from))) {
      (fortran ? readColumnMajor : readRowMajor)(from, to, out);
      return out;
    },
    readBlock(block, out = new Float64Array(blockNumbers({ factorsPerSample }, block))) {
      readSamples(block, out);
      return out;
    },
    order: fortran ? 'columns' : 'samples',
  };
}

/**
 * Matrices of the same samples as one, their columns side by side: the parameters of several tensors.
 *
 * @throws InputError if they differ in samples, factors a sample or type.
 */
export function sideBySide(name: string, parts: readonly MatrixSource[]): MatrixSource {
  const first = parts[0]!;
  const shapeOf = ({ rows, factorsPerSample: c, dtype }: MatrixSource): string =>
    `${rows / c} samples of ${c} factors in ${dtype}`;
  const other = parts.find((part) => shapeOf(part) !== shapeOf(first));
  if (other) {
    throw new InputError(
      `${other.name}: must have ${shapeOf(first)}, as ${first.name}; got ${shapeOf(other)}`,
    );
  }
  function readBlock(
    block: MatrixBlock,
    out: Float64Array = new Float64Array(blockNumbers(first, block)),
  ): Float64Array {
    const { fromColumn, toColumn } = block;
    const width = toColumn - fromColumn;
    let start = 0;
    for (const part of parts) {
      const [from, to] = [Math.max(fromColumn, start), Math.min(toColumn, start + part.columns)];
      if (from < to) {
        const numbers = part.readBlock({ ...block, fromColumn: from - start, toColumn: to - start });
        for (let row = 0; row * (to - from) < numbers.length; row++) {
          const run = numbers.subarray(row * (to - from), (row + 1) * (to - from));
          out.set(run, row * width + from - fromColumn);
        }
      }
      start += part.columns;
    }
    return out;
  }
  const toSample = first.rows / first.factorsPerSample;
  return {
    ...first,
    name,
    columns: parts.reduce((sum, { columns }) => sum + columns, 0),
    readColumns: (from, to, out) =>
      readBlock({ fromSample: 0, toSample, fromColumn: from, toColumn: to }, out),
    readBlock,
  };
}

/** @throws InputError unless so many numbers fill the range exactly. */
export function checkFilled({ bytes, layout }: BinaryArray, count: number): void {
  const expected = count * layout.type.bytes;
  if (bytes.size === expected) return;
  const what = bytes.size < expected ? 'truncated' : 'the header says less';
  throw new InputError(
    `${bytes.name}: shape (${layout.shape.join(', ')}) of ${layout.dtype} must be ${expected} bytes; got ${bytes.size} (${what})`,
  );
}

/** Rows, columns and factors a sample of a stored shape. */
interface MatrixShape {
  readonly rows: number;
  readonly columns: number;
  readonly factorsPerSample: number;
}

/** Reads the shape n x p, or n x c x p. @throws InputError for any other, and for one without numbers. */
export function matrixShape(shape: readonly number[], name: string): MatrixShape {
  if (shape.length !== 2 && shape.length !== 3) {
    throw new InputError(
      `${name}: shape must be (samples, p) or (samples, factors, p); got ${shapeWords(shape)}`,
    );
  }
  const numbers = shape.reduce((product, length) => product * length, 1);
  if (
    !shape.every((length) => Number.isSafeInteger(length) && length >= 1) ||
    !Number.isSafeInteger(numbers)
  ) {
    throw new InputError(
      `${name}: shape must have at least 1 sample, factor and column; got ${shapeWords(shape)}`,
    );
  }
  const factorsPerSample = shape.length === 3 ? shape[1]! : 1;
  return { rows: shape[0]! * factorsPerSample, columns: shape.at(-1)!, factorsPerSample };
}

/** A shape as NumPy writes it: (3, 5), or (3,). */
export function shapeWords(shape: readonly number[]): string {
  return `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
}

/** A Jacobian (c, n, p) as samples with c rows each. @throws InputError for another shape */
export function outputsFirst({ bytes, layout }: BinaryArray): MatrixSource {
  const [c, n, p] = layout.shape;
  if (layout.shape.length !== 3) {
    throw new InputError(
      `${bytes.name}: shape must be (outputs, samples, p) with --axes cnp; got (${layout.shape.join(', ')})`,
    );
  }
  const flat = binaryMatrix({ bytes, layout: { ...layout, shape: [c! * n!, p!] } });
  // In Fortran order the outputs of a sample lie together.
  const place = (sample: number, output: number): number =>
    layout.fortran ? sample * c! + output : output * n! + sample;
  const byOutput = (
    block: Omit<MatrixBlock, 'fromSample' | 'toSample'>,
    from: number,
    to: number,
    out: Float64Array,
  ) => {
    const width = block.toColumn - block.fromColumn;
    let at = 0;
    for (let sample = from; sample < to; sample++) {
      for (let output = 0; output < c!; output++, at += width) {
        const row = place(sample, output);
        flat.readBlock({ ...block, fromSample: row, toSample: row + 1 }, out.subarray(at, at + width));
      }
    }
    return out;
  };
  const shape = { factorsPerSample: c! };
  return {
    ...flat,
    ...shape,
    readColumns: (fromColumn, toColumn, out = new Float64Array(flat.rows * (toColumn - fromColumn))) =>
      byOutput({ fromColumn, toColumn }, 0, n!, out),
    readBlock: (block, out = new Float64Array(blockNumbers(shape, block))) =>
      byOutput(block, block.fromSample, block.toSample, out),
  };
}
