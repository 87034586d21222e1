/** Types of stored numbers, as the tests write them. */
export type StoredType = 'f2' | 'f4' | 'f8' | 'bf16' | 'i4' | 'i8';

const SIZES: Record<StoredType, number> = { f2: 2, f4: 4, f8: 8, bf16: 2, i4: 4, i8: 8 };

/** Numbers one after another, in a type and byte order. Half precision takes normal numbers and zero. */
export function numberBytes(numbers: ArrayLike<number>, type: StoredType, bigEndian = false): Buffer {
  const size = SIZES[type];
  const bytes = Buffer.alloc(numbers.length * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let k = 0; k < numbers.length; k++) {
    const [at, x, little] = [k * size, numbers[k]!, !bigEndian];
    if (type === 'f8') view.setFloat64(at, x, little);
    else if (type === 'f4') view.setFloat32(at, x, little);
    else if (type === 'i4') view.setInt32(at, x, little);
    else if (type === 'i8') view.setBigInt64(at, BigInt(x), little);
    else view.setUint16(at, type === 'bf16' ? singleBits(x) >>> 16 : halfBits(x), little);
  }
  return bytes;
}

function singleBits(x: number): number {
  return new Uint32Array(Float32Array.of(x).buffer)[0]!;
}

function halfBits(x: number): number {
  if (x === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(x)));
  const fraction = (Math.abs(x) / 2 ** exponent - 1) * 1024;
  return (x < 0 ? 0x8000 : 0) + ((exponent + 15) << 10) + fraction;
}

/** Quarters between -8 and 8, which all types hold exactly, without a pattern, in C order. */
export function quarters(shape: readonly number[]): Float64Array {
  const count = shape.reduce((product, length) => product * length, 1);
  let state = 1;
  return Float64Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return ((state % 65) - 32) / 4;
  });
}
