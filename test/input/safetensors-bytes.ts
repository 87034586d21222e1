import { numberBytes, type StoredType } from './number-bytes.js';

const NAMES = { f2: 'F16', f4: 'F32', f8: 'F64', bf16: 'BF16', i4: 'I32', i8: 'I64' } as const;

/** A tensor of a .safetensors file. */
export interface WrittenTensor {
  readonly numbers: Float64Array;
  readonly shape: readonly number[];
  readonly type: StoredType;
}

/** A .safetensors file of tensors by name; `change` may edit its header. */
export function safetensorsBytes(
  tensors: Readonly<Record<string, WrittenTensor>>,
  change: (header: string) => string = (header) => header,
): Buffer {
  let end = 0;
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  const data = Object.entries(tensors).map(([name, { numbers, shape, type }]) => {
    const bytes = numberBytes(numbers, type);
    header[name] = { dtype: NAMES[type], shape, data_offsets: [end, (end += bytes.length)] };
    return bytes;
  });
  const text = Buffer.from(change(JSON.stringify(header)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...data]);
}
