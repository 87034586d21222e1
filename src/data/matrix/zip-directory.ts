import { InputError } from '../problem-file.js';
import { bytesAt, type ByteRange } from './byte-range.js';

/** A member of a zip archive, as its central directory describes it. */
export interface ZipMember {
  readonly name: string;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  /** CRC-32 of the member's bytes. */
  readonly checksum: number;
  readonly storedSize: number;
  readonly fullSize: number;
  /** Position of its local header. */
  readonly headerAt: number;
}

const END_RECORD = { signature: 0x06054b50, bytes: 22, longestComment: 0xffff };
const END_RECORD_64 = { signature: 0x06064b50, bytes: 56 };
const LOCATOR_64 = { signature: 0x07064b50, bytes: 20 };
const ENTRY = { signature: 0x02014b50, bytes: 46 };
const FIELD_64 = 0x0001;
/** A 32-bit field that says: the value is in the 64-bit record. */
const ELSEWHERE = 0xffffffff;

/**
 * Members of a zip archive, of more than 4 GB too (ZIP64).
 * Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 *
 * @throws InputError if it is no archive, truncated, or its directory is damaged.
 */
export function zipDirectory(archive: ByteRange): ZipMember[] {
  const { from, size } = directoryPlace(archive);
  const directory = bytesAt(archive, from, size, 'the zip directory');
  const members: ZipMember[] = [];
  for (let at = 0; at < size;) {
    if (at + ENTRY.bytes > size || directory.readUInt32LE(at) !== ENTRY.signature) throw damaged(archive);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((k) => directory.readUInt16LE(at + k));
    const nameEnd = at + ENTRY.bytes + nameLength!;
    const extra = directory.subarray(nameEnd, nameEnd + extraLength!);
    const [fullSize, storedSize, headerAt] = wideNumbers(
      [24, 20, 42].map((k) => directory.readUInt32LE(at + k)),
      extra,
      archive,
    ) as [number, number, number];
    members.push({
      name: directory.toString('utf8', at + ENTRY.bytes, nameEnd),
      method: directory.readUInt16LE(at + 10),
      encrypted: (directory.readUInt16LE(at + 8) & 1) === 1,
      checksum: directory.readUInt32LE(at + 16),
      storedSize,
      fullSize,
      headerAt,
    });
    at = nameEnd + extraLength! + commentLength!;
  }
  return members;
}

/** Position of a member's stored bytes, behind its local header. */
export function memberDataAt(archive: ByteRange, { name, headerAt }: ZipMember): number {
  const header = bytesAt(archive, headerAt, 30, `the local header of ${name}`);
  if (header.readUInt32LE(0) !== 0x04034b50) throw damaged(archive);
  return headerAt + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

function directoryPlace(archive: ByteRange): { from: number; size: number } {
  const tailSize = Math.min(archive.size, END_RECORD.bytes + END_RECORD.longestComment);
  const tail = bytesAt(archive, archive.size - tailSize, tailSize, 'the end of the archive');
  for (let at = tailSize - END_RECORD.bytes; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== END_RECORD.signature) continue;
    const [size, from] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
    if (size !== ELSEWHERE && from !== ELSEWHERE) return { from, size };
    return wideDirectoryPlace(archive, archive.size - tailSize + at - LOCATOR_64.bytes);
  }
  throw new InputError(`${archive.name}: not an .npz file (no zip directory at its end; truncated?)`);
}

function wideDirectoryPlace(archive: ByteRange, locatorAt: number): { from: number; size: number } {
  const locator = bytesAt(archive, locatorAt, LOCATOR_64.bytes, 'the ZIP64 locator');
  if (locator.readUInt32LE(0) !== LOCATOR_64.signature) throw damaged(archive);
  const at = Number(locator.readBigUInt64LE(8));
  const record = bytesAt(archive, at, END_RECORD_64.bytes, 'the ZIP64 end record');
  if (record.readUInt32LE(0) !== END_RECORD_64.signature) throw damaged(archive);
  return { from: Number(record.readBigUInt64LE(48)), size: Number(record.readBigUInt64LE(40)) };
}

/** Sizes and position, those that do not fit 32 bits from the ZIP64 extra field, where they stand in this order. */
function wideNumbers(narrow: readonly number[], extra: Buffer, archive: ByteRange): number[] {
  if (!narrow.includes(ELSEWHERE)) return [...narrow];
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== FIELD_64) continue;
    let next = at + 4;
    return narrow.map((value) => {
      if (value !== ELSEWHERE) return value;
      if (next + 8 > extra.length) throw damaged(archive);
      next += 8;
      return Number(extra.readBigUInt64LE(next - 8));
    });
  }
  throw damaged(archive);
}

function damaged({ name }: ByteRange): InputError {
  return new InputError(`${name}: not an .npz file (its zip directory is damaged)`);
}
