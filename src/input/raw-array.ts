import { z } from 'zod';
import type { BinaryArray, NumberKinds } from './binary-matrix.js';
import { parseJson, parseSchema } from './checked-json.js';
import { type ByteRange, fileText, partOfBytes } from './file-bytes.js';
import { InputError } from './input-error.js';
import { sidecarPath } from './matrix-place.js';
import { numberTypeOf } from './numpy.js';

/** What NumPy writes shortly. */
const LONG_NAMES: Readonly<Record<string, string>> = {
  ...{ float16: '<f2', float32: '<f4', float64: '<f8', bfloat16: '<V2', bool: '|b1' },
  ...{ int8: '|i1', int16: '<i2', int32: '<i4', int64: '<i8' },
  ...{ uint8: '|u1', uint16: '<u2', uint32: '<u4', uint64: '<u8' },
};

const wholeNumber = z.int('must be an integer').min(0, 'must be >= 0');
const sidecarSchema = z.strictObject({
  dtype: z.string('must be a type as NumPy calls it, as float32 or <f4'),
  shape: z.array(wholeNumber, 'must be a list of lengths').min(1, 'must have a length'),
  order: z.enum(['C', 'F'], 'must be C or F').default('C'),
  offset: wholeNumber.default(0),
});

/**
 * The numbers of a raw memory map (`numpy.memmap`, `tofile`): bytes without a header, and beside them FILE.json with
 * `dtype` and `shape`, and maybe `order` (C or F) and `offset` (bytes before the first number).
 *
 * @throws InputError in one line that names the file beside it.
 */
export function rawArray(bytes: ByteRange, allowed: NumberKinds): BinaryArray {
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
