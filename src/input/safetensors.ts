import { z } from 'zod';
import { lengths, parseJson, parseSchema, wholeNumber } from './checked-json.js';
import { InputError } from './input-error.js';
import { bytesAt, partOfBytes, type ByteRange } from './file-bytes.js';
import { chosenPart } from './matrix-place.js';
import { type BinaryArray, NUMBER_TYPES, type NumberKinds, type NumberType } from './binary-matrix.js';

/** Limit of the format. */
const LONGEST_HEADER = 100_000_000;

const FLOATS: Readonly<Record<string, NumberType>> = {
  F64: NUMBER_TYPES.float64,
  F32: NUMBER_TYPES.float32,
  F16: NUMBER_TYPES.float16,
  BF16: NUMBER_TYPES.bfloat16,
};

const INTEGERS: Readonly<Record<string, NumberType>> = {
  I64: NUMBER_TYPES.int64,
  I32: NUMBER_TYPES.int32,
  I16: NUMBER_TYPES.int16,
  I8: NUMBER_TYPES.int8,
  U64: NUMBER_TYPES.uint64,
  U32: NUMBER_TYPES.uint32,
  U16: NUMBER_TYPES.uint16,
  U8: NUMBER_TYPES.uint8,
  BOOL: NUMBER_TYPES.uint8,
};

const tensorSchema = z.object({
  dtype: z.string('must be a word'),
  shape: lengths,
  data_offsets: z.tuple([wholeNumber, wholeNumber], 'must be [from, to]'),
});
const headerSchema = z.record(z.string(), tensorSchema, 'must be an object of tensors');

/**
 * One tensor of a .safetensors file: F64, F32, F16 or BF16 (and integers and booleans, if they are allowed),
 * little-endian, in C order.
 * By hand: it is a JSON header before the numbers, of which blocks are read.
 * Format: https://huggingface.co/docs/safetensors
 *
 * @param tensor its name; null for the only one.
 * @throws InputError in one line for anything else.
 */
export function safetensorsArray(bytes: ByteRange, tensor: string | null, allowed: NumberKinds): BinaryArray {
  const { name: path } = bytes;
  const length = Number(bytesAt(bytes, 0, 8, 'the length of the header').readBigUInt64LE());
  if (length > LONGEST_HEADER) {
    throw new InputError(
      `${path}: not a .safetensors file (its header must have at most ${LONGEST_HEADER} bytes; got ${length})`,
    );
  }
  const tensors = tensorsOf(bytesAt(bytes, 8, length, 'the header').toString('utf8'), path);
  const data = partOfBytes(bytes, path, 8 + length, bytes.size - 8 - length);
  const end = checkedEnd(tensors, path);
  if (end !== data.size) {
    const what = data.size < end ? 'truncated' : 'the header says less';
    throw new InputError(`${path}: its tensors must be ${end} bytes; got ${data.size} (${what})`);
  }
  const { name, part } = chosenPart(tensors, tensor, path, 'tensor');
  const place = `${path}#${name}`;
  const types = allowed === 'floats' ? FLOATS : { ...FLOATS, ...INTEGERS };
  const type = types[part.dtype];
  if (!type) {
    throw new InputError(
      `${place}: dtype must be one of ${Object.keys(types).join(', ')}; got ${part.dtype}`,
    );
  }
  const [from, to] = part.data_offsets;
  const { dtype, shape } = part;
  const layout = { dtype, shape, type, littleEndian: true, fortran: false };
  return { bytes: partOfBytes(data, place, from, to - from), layout };
}

/**
 * Where the last tensor ends. As the library of the format has it, tensors lie one after the other from byte 0 on,
 * without holes and overlaps, each as long as its shape and type say.
 *
 * @throws InputError naming the first that does not.
 */
function checkedEnd(tensors: ReadonlyMap<string, z.infer<typeof tensorSchema>>, path: string): number {
  const inOrder = [...tensors].sort(([, a], [, b]) => {
    const [[fromA, toA], [fromB, toB]] = [a.data_offsets, b.data_offsets];
    return fromA - fromB || toA - toB;
  });
  let end = 0;
  for (const [name, { dtype, shape, data_offsets: offsets }] of inOrder) {
    const [from, to] = offsets;
    const place = `${path}#${name}`;
    if (from !== end || to < from) {
      const what = from < end ? 'overlaps the one before' : from > end ? 'a hole before it' : 'ends before';
      throw new InputError(
        `${place}: data_offsets must begin at byte ${end}, where the tensor before it ends; got [${from}, ${to}] (${what})`,
      );
    }
    const bytes = { ...FLOATS, ...INTEGERS }[dtype]?.bytes;
    const expected = bytes === undefined ? to - from : shape.reduce((product, n) => product * n, bytes);
    if (expected !== to - from) {
      throw new InputError(
        `${place}: shape (${shape.join(', ')}) of ${dtype} must be ${expected} bytes; got ${to - from} (data_offsets [${from}, ${to}])`,
      );
    }
    end = to;
  }
  return end;
}

function tensorsOf(header: string, path: string): Map<string, z.infer<typeof tensorSchema>> {
  const value = parseJson(header, `${path}: header`);
  const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : value;
  if (typeof entries === 'object' && entries !== null) Reflect.deleteProperty(entries, '__metadata__');
  return new Map(Object.entries(parseSchema(headerSchema, entries, `${path}: header`)));
}
