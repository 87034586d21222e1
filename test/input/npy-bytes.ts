import { numberBytes, type StoredType } from './number-bytes.js';

/** What differs from a C-order little-endian float64 file of format version 1.0. */
export interface NpyVariant {
  readonly type?: StoredType;
  readonly bigEndian?: boolean;
  readonly fortran?: boolean;
  readonly version?: 1 | 2 | 3;
  /** Replaces the dictionary. */
  readonly header?: string;
}

/** A .npy file of numbers in C order of their shape. */
export function npyBytes(numbers: Float64Array, shape: readonly number[], variant: NpyVariant = {}): Buffer {
  const { type = 'f8', bigEndian = false, fortran = false, version = 1 } = variant;
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dictionary =
    variant.header ??
    `{'descr': '${bigEndian ? '>' : '<'}${type}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${tuple}, }`;
  const lengthBytes = version === 1 ? 2 : 4;
  const padding = 63 - ((8 + lengthBytes + dictionary.length) % 64);
  const text = Buffer.from(`${dictionary}${' '.repeat(padding)}\n`, 'latin1');
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntLE(text.length, 0, lengthBytes);
  const stored = fortran ? fortranOrder(numbers, shape) : numbers;
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from('NUMPY'),
    Buffer.from([version, 0]),
    length,
    text,
    numberBytes(stored, type, bigEndian),
  ]);
}

/** The numbers with the first index running fastest. */
function fortranOrder(numbers: Float64Array, shape: readonly number[]): number[] {
  if (shape.length === 1) return Array.from(numbers);
  const [n, c, p] = shape.length === 3 ? (shape as [number, number, number]) : [shape[0]!, 1, shape[1]!];
  const out: number[] = [];
  for (let j = 0; j < p; j++)
    for (let k = 0; k < c; k++) for (let i = 0; i < n; i++) out.push(numbers[(i * c + k) * p + j]!);
  return out;
}
