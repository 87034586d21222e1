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
