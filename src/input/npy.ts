import { InputError } from './input-error.js';
import { bytesAt, partOfBytes, type ByteRange } from './byte-range.js';
import { NUMBER_TYPES, type NumberType } from './number-type.js';
import type { NumberKinds, BinaryLayout, BinaryArray } from './binary-matrix.js';

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

/** NumPy's own limit for headers it reads without being told to trust them. */
const LONGEST_HEADER = 10_000;

const FLOATS: Readonly<Record<string, NumberType>> = {
  f2: NUMBER_TYPES.float16,
  f4: NUMBER_TYPES.float32,
  f8: NUMBER_TYPES.float64,
};

const INTEGERS: Readonly<Record<string, NumberType>> = {
  i1: NUMBER_TYPES.int8,
  i2: NUMBER_TYPES.int16,
  i4: NUMBER_TYPES.int32,
  i8: NUMBER_TYPES.int64,
  u1: NUMBER_TYPES.uint8,
  u2: NUMBER_TYPES.uint16,
  u4: NUMBER_TYPES.uint32,
  u8: NUMBER_TYPES.uint64,
  b1: NUMBER_TYPES.uint8,
};

/**
 * The numbers of a .npy file: f2, f4 or f8 (and integers and booleans, if they are allowed) in either byte order and
 * either index order, format versions 1.0 to 3.0.
 * By hand: npm packages for it read whole files, and a matrix here may be larger than memory.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @throws InputError in one line for anything else.
 */
export function npyArray(bytes: ByteRange, allowed: NumberKinds): BinaryArray {
  const { name } = bytes;
  const start = bytesAt(bytes, 0, 8, 'the magic bytes and version');
  if (!start.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw new InputError(
      `${name}: not an .npy file (must start with 93 "NUMPY"; got ${start.toString('hex', 0, 6)})`,
    );
  }
  const [major, minor] = [start[6]!, start[7]!];
  if (major < 1 || major > 3 || minor !== 0) {
    throw new InputError(`${name}: .npy version must be 1.0, 2.0 or 3.0; got ${major}.${minor}`);
  }
  const lengthBytes = major === 1 ? 2 : 4;
  const length = bytesAt(bytes, 8, lengthBytes, 'the length of the header').readUIntLE(0, lengthBytes);
  if (length > LONGEST_HEADER) {
    throw new InputError(`${name}: the .npy header must have at most ${LONGEST_HEADER} bytes; got ${length}`);
  }
  const from = 8 + lengthBytes + length;
  const header = bytesAt(bytes, 8 + lengthBytes, length, 'the header').toString(
    major === 3 ? 'utf8' : 'latin1',
  );
  const layout = npyLayout(header.trim(), name, allowed);
  return { bytes: partOfBytes(bytes, name, from, bytes.size - from), layout };
}

/** Reads the dictionary {'descr': '<f4', 'fortran_order': False, 'shape': (3, 5), }, its keys in any order. */
function npyLayout(header: string, name: string, allowed: NumberKinds): BinaryLayout {
  const field = (key: string, value: string): string => {
    const found = new RegExp(`['"]${key}['"]\\s*:\\s*${value}`).exec(header)?.[1];
    if (found !== undefined && /^\{.*\}$/s.test(header)) return found;
    throw new InputError(
      `${name}: the .npy header must be a dictionary with a valid ${key}; got ${quoted(header)}`,
    );
  };
  const dtype = field('descr', `(['"][^'"]*['"]|\\[.*?\\](?=\\s*[,}]))`).replace(/^['"]|['"]$/g, '');
  const [order, kind] = [dtype.slice(0, 1), dtype.slice(1)];
  const type = FLOATS[kind] ?? (allowed === 'numbers' ? INTEGERS[kind] : undefined);
  // Numbers of one byte have no order, which NumPy writes as |.
  if (!type || !(order === '<' || order === '>' || (order === '|' && type.bytes === 1))) {
    const words =
      allowed === 'floats' ? 'f2, f4 or f8 (floating point), < or >' : 'f2, f4, f8, i1 .. u8 or b1, < or >';
    throw new InputError(`${name}: dtype must be ${words}; got ${quoted(dtype)}`);
  }
  const shape = field('shape', '\\(([\\dL\\s,]*)\\)');
  return {
    dtype,
    type,
    littleEndian: order !== '>',
    fortran: field('fortran_order', '(True|False)') === 'True',
    shape: [...shape.matchAll(/\d+/g)].map(([digits]) => Number(digits)),
  };
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}
