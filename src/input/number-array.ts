import { InputError } from './input-error.js';
import { csvFile, featuresAndLabels } from './csv-table.js';
import type { MatrixPlace } from './matrix-place.js';
import { binaryFile } from './matrix-file.js';
import { checkFilled, type BinaryArray, shapeWords } from './binary-matrix.js';

/** Numbers of any shape, in memory, in C order (the last index runs fastest). */
export interface NumberArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly numbers: Float64Array;
  /** Labels that stand in the same file: the column `label` of a .csv file; null if there are none. */
  readonly labels: Float64Array | null;
}

/** More numbers are not read at once: 512 MB. */
const MAX_NUMBERS = 2 ** 26;

/**
 * Reads a whole array, of integers too; the first length of its shape counts samples.
 *
 * @throws InputError in one line: too large, without numbers, not finite, or not what its header says.
 */
export async function readArray(place: MatrixPlace): Promise<NumberArray> {
  if (place.kind === 'csv') {
    const { features, labels } = featuresAndLabels(csvFile(place.path, 'list'));
    const { name, rows, columns, numbers } = features;
    return { name, shape: [rows, columns], numbers, labels };
  }
  const { source, close } = await binaryFile(place, 'numbers', arrayOf);
  close();
  return source;
}

function arrayOf(array: BinaryArray): NumberArray {
  const { bytes, layout } = array;
  const { shape, type, littleEndian, fortran } = layout;
  const { name } = bytes;
  const count = shape.reduce((product, length) => product * length, 1);
  if (shape.length === 0 || !(count >= 1)) {
    throw new InputError(
      `${name}: shape must have at least 1 sample and 1 number each; got ${shapeWords(shape)}`,
    );
  }
  if (count > MAX_NUMBERS) {
    throw new InputError(
      `${name}: must have at most ${MAX_NUMBERS} numbers; got the shape ${shapeWords(shape)}`,
    );
  }
  checkFilled(array, count);
  const raw = new Uint8Array(bytes.size);
  bytes.read(0, raw);
  const view = new DataView(raw.buffer);
  const numbers = new Float64Array(count);
  const strides = fortranStrides(shape);
  for (let k = 0; k < count; k++) {
    const at = fortran ? positionInFortranOrder(k, shape, strides) : k;
    const value = type.read(view, at * type.bytes, littleEndian);
    if (!Number.isFinite(value)) throw notFinite(name, k / (count / shape[0]!), value);
    numbers[k] = value;
  }
  return { name, shape, numbers, labels: null };
}

/** Distance of neighbours along each index where the first runs fastest. */
function fortranStrides(shape: readonly number[]): number[] {
  let stride = 1;
  return shape.map((length) => (stride *= length) / length);
}

/** Where the k-th number in C order lies in Fortran order. */
function positionInFortranOrder(k: number, shape: readonly number[], strides: readonly number[]): number {
  let [rest, position] = [k, 0];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    position += (rest % shape[axis]!) * strides[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return position;
}

function notFinite(name: string, sample: number, value: number): InputError {
  return new InputError(
    `${name}: sample ${Math.floor(sample)} (from 0) must have finite numbers; got ${value}`,
  );
}
