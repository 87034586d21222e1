import { crc32, deflateRawSync } from 'node:zlib';

/** A member of an archive as a test wants it. */
export interface ZipEntry {
  readonly name: string;
  readonly data: Buffer;
  readonly deflated?: boolean;
  readonly method?: number;
  readonly encrypted?: boolean;
  /** What the directory says of it, where it lies. */
  readonly checksum?: number;
  readonly size?: number;
  readonly storedSize?: number;
  /** Its extra field there. */
  readonly extra?: Buffer;
}

/** A zip archive; with `zip64` sizes and positions stand in the 64-bit records alone. */
export function zipBytes(entries: readonly ZipEntry[], { zip64 = false, comment = '' } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name);
    const stored = entry.deflated ? deflateRawSync(entry.data) : entry.data;
    const method = entry.method ?? (entry.deflated ? 8 : 0);
    const checksum = entry.checksum ?? crc32(entry.data);
    const size = entry.size ?? entry.data.length;
    const flags = entry.encrypted ? 1 : 0;
    // The local header has an extra field that the directory has not: the data lies behind it.
    const local = numbers('4 2 2 2 4 4 4 4 2 2', [
      ...[0x04034b50, 45, flags, method, 0, checksum, stored.length, size, name.length, 5],
    ]);
    const storedSize = entry.storedSize ?? stored.length;
    const extra = zip64
      ? numbers('2 2 8 8 8', [1, 24, size, stored.length, position])
      : (entry.extra ?? Buffer.alloc(0));
    const narrow = (value: number): number => (zip64 ? 0xffffffff : value);
    const described = numbers('4 2 2 2 2 4 4 4 4 2 2 2 2 2 4 4', [
      ...[0x02014b50, 45, 45, flags, method, 0, checksum, narrow(storedSize), narrow(size)],
      ...[name.length, extra.length, 0, 0, 0, 0, narrow(position)],
    ]);
    const pieces = [local, name, Buffer.from([9, 9, 1, 0, 7]), stored];
    parts.push(...pieces);
    directory.push(described, name, extra);
    position += lengthOf(pieces);
  }
  const size = lengthOf(directory);
  const count = entries.length;
  const wide = zip64
    ? [
        numbers('4 8 2 2 4 4 8 8 8 8', [0x06064b50, 44, 45, 45, 0, 0, count, count, size, position]),
        numbers('4 4 8 4', [0x07064b50, 0, position + size, 1]),
      ]
    : [];
  const end = numbers('4 2 2 2 2 4 4 2', [
    ...[0x06054b50, 0, 0, count, count, zip64 ? 0xffffffff : size, zip64 ? 0xffffffff : position],
    comment.length,
  ]);
  return Buffer.concat([...parts, ...directory, ...wide, end, Buffer.from(comment)]);
}

/** Little-endian numbers of the given widths in bytes. */
function numbers(widths: string, values: readonly number[]): Buffer {
  return Buffer.concat(
    widths.split(' ').map((width, k) => {
      const bytes = Buffer.alloc(Number(width));
      if (width === '8') bytes.writeBigUInt64LE(BigInt(values[k]!));
      else bytes.writeUIntLE(values[k]!, 0, Number(width));
      return bytes;
    }),
  );
}

function lengthOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}
