import type { MatrixSource } from '../theory/matrix-source.js';
import {
  type BinaryArray,
  binaryMatrix,
  checkFilled,
  type NumberKinds,
  shapeWords,
  sideBySide,
  outputsFirst,
} from './binary-matrix.js';
import { csvFile, csvMatrix, featuresAndLabels } from './csv-table.js';
import { openFileBytes, type ByteRange, fileText, partOfBytes } from './file-bytes.js';
import { InputError } from './input-error.js';
import { type MatrixPlace, sidecarPath } from './matrix-place.js';
import { npyArray, npzMember, numberTypeOf } from './numpy.js';
import { safetensorsArray } from './safetensors.js';
import { z } from 'zod';
import { lengths, parseJson, parseSchema, wholeNumber } from './checked-json.js';

/** A matrix whose file is open until `close`. */
interface MatrixFile {
  readonly source: MatrixSource;
  readonly close: () => void;
}

/** Features of samples, a row each, and the labels beside them: null if the file has none. */
export type FeatureFile = MatrixFile & { readonly labels: Float64Array | null };

/** Order of the axes of stored Jacobians and factors: samples first, or outputs first. */
export type JacobianAxes = 'ncp' | 'cnp';

/** Opens a matrix of factors. @throws InputError in one line; nothing stays open then. */
export async function matrixFile(
  place: MatrixPlace,
  allowed: NumberKinds = 'floats',
  axes: JacobianAxes = 'ncp',
): Promise<MatrixFile> {
  const read = axes === 'cnp' ? outputsFirst : binaryMatrix;
  if (place.kind === 'csv') return csvFeatures(place);
  const { kind, part } = place;
  const names = kind === 'safetensors' ? (part?.split('+') ?? []) : [];
  if (names.length < 2) return binaryFile(place, allowed, read);
  // A tensor may have a + in its name.
  const whole = await binaryFile(place, allowed, read).catch((error: unknown) => {
    if (error instanceof InputError) return null;
    throw error;
  });
  if (whole) return whole;
  const files: MatrixFile[] = [];
  const close = (): void => files.forEach((file) => file.close());
  try {
    for (const name of names) {
      files.push(await binaryFile({ ...place, part: name }, allowed, read));
    }
    const sources = files.map(({ source }) => source);
    return { source: sideBySide(`${place.path}#${part!}`, sources), close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Opens features: integers are allowed, one row a sample. @throws InputError in one line; nothing stays open then. */
export async function featureFile(place: MatrixPlace): Promise<FeatureFile> {
  if (place.kind === 'csv') return csvFeatures(place);
  const file = await binaryFile(place, 'numbers', (array) => {
    const { shape } = array.layout;
    if (shape.length === 2) return binaryMatrix(array);
    throw new InputError(
      `${array.bytes.name}: features must have the shape (samples, p); got (${shape.join(', ')})`,
    );
  });
  return { ...file, labels: null };
}

function csvFeatures({ path }: MatrixPlace): FeatureFile {
  const { features, labels } = featuresAndLabels(csvFile(path));
  return { source: csvMatrix(features), labels, close: () => undefined };
}

/**
 * What `read` makes of the numbers of a binary file, which is open until `close`.
 *
 * @throws InputError in one line; nothing stays open then.
 */
async function binaryFile<Result>(
  { path, kind, part }: MatrixPlace,
  allowed: NumberKinds,
  read: (array: BinaryArray) => Result,
): Promise<{ readonly source: Result; readonly close: () => void }> {
  const file = openFileBytes(path);
  const bytes = kind === 'npz' ? await npzMember(file, part) : file;
  try {
    const array =
      kind === 'safetensors'
        ? safetensorsArray(bytes, part, allowed)
        : kind === 'raw'
          ? rawArray(bytes, allowed)
          : npyArray(bytes, allowed);
    return { source: read(array), close: bytes.close };
  } catch (error) {
    bytes.close();
    throw error;
  }
}

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

/** What NumPy writes shortly. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  ...{ float16: '<f2', float32: '<f4', float64: '<f8', bfloat16: '<V2', bool: '|b1' },
  ...{ int8: '|i1', int16: '<i2', int32: '<i4', int64: '<i8' },
  ...{ uint8: '|u1', uint16: '<u2', uint32: '<u4', uint64: '<u8' },
};

const sidecarSchema = z.strictObject({
  dtype: z.string('must be a type as NumPy calls it, as float32 or <f4'),
  shape: lengths.min(1, 'must have a length'),
  order: z.enum(['C', 'F'], 'must be C or F').default('C'),
  offset: wholeNumber.default(0),
});

/**
 * The numbers of a raw memory map (`numpy.memmap`, `tofile`): bytes without a header, and beside them FILE.json with
 * `dtype` and `shape`, and maybe `order` (C or F) and `offset` (bytes before the first number).
 *
 * @throws InputError in one line that names the file beside it.
 */
function rawArray(bytes: ByteRange, allowed: NumberKinds): BinaryArray {
  const { name, size } = bytes;
  const path = sidecarPath(name);
  const given = parseSchema(sidecarSchema, parseJson(fileText(path), path), path);
  const { dtype, shape, order, offset } = given;
  if (offset > size)
    throw new InputError(`${path}: offset must be in 0..${size}, the bytes of ${name}; got ${offset}`);
  const layout = {
    ...numberTypeOf(LONG_NAMES[dtype] ?? dtype, path, allowed),
    shape,
    fortran: order === 'F',
  };
  return { bytes: partOfBytes(bytes, name, offset, size - offset), layout };
}
