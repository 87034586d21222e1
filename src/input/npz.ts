import { writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import {
  type ByteRange,
  bytesAt,
  descriptorBytes,
  type OpenBytes,
  partOfBytes,
  temporaryFile,
} from './byte-range.js';
import { fileErrorReason } from './input-error.js';
import { chosenPart } from './matrix-place.js';
import { InputError } from './problem-file.js';

const STORED = 0;
const DEFLATED = 8;

/**
 * The bytes of one member of an .npz archive, an .npy file. A stored one (numpy.savez) is read in place, a deflated one
 * (numpy.savez_compressed) from a temporary file that it is inflated to.
 *
 * @param wished the member, with or without .npy; null for the only one.
 * @throws InputError in one line; the archive is closed then.
 */
export async function npzMember(archive: OpenBytes, wished: string | null): Promise<OpenBytes> {
  try {
    const members = zipDirectory(archive).filter(({ name }) => name.endsWith('.npy'));
    const { name, part } = chosenPart(
      new Map(members.map((member) => [member.name.replace(/\.npy$/, ''), member])),
      wished?.replace(/\.npy$/, '') ?? null,
      archive.name,
      'member',
    );
    const place = `${archive.name}#${name}`;
    if (part.encrypted) throw new InputError(`${place}: must not be encrypted`);
    if (part.method !== STORED && part.method !== DEFLATED) {
      throw new InputError(
        `${place}: compression method must be 0 (stored) or 8 (deflated); got ${part.method}`,
      );
    }
    const from = memberDataAt(archive, part);
    if (from + part.storedSize > archive.size) {
      throw new InputError(
        `${place}: must end at byte ${from + part.storedSize}; the file ends at ${archive.size} (truncated)`,
      );
    }
    const stored = partOfBytes(archive, place, from, part.storedSize);
    if (part.method === STORED) return { ...stored, close: archive.close };
    const inflated = await inflatedBytes(stored, { size: part.fullSize, checksum: part.checksum });
    archive.close();
    return inflated;
  } catch (error) {
    archive.close();
    throw error;
  }
}

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

/** Compressed bytes that are read at once. */
const PIECE_BYTES = 2 ** 20;

/**
 * Inflates bytes into a temporary file, piece by piece, for positioned reads; `close` removes it.
 *
 * @param deflated raw deflate data, without a header.
 * @param promised size and CRC-32 of the result.
 * @throws InputError if the data is damaged, or the result is not as promised.
 */
export async function inflatedBytes(
  deflated: ByteRange,
  promised: { readonly size: number; readonly checksum: number },
): Promise<OpenBytes> {
  const { name } = deflated;
  const file = temporaryFile(`${name}: cannot be inflated`);
  let [size, checksum] = [0, 0];
  const asPromised = (): void => {
    if (size === promised.size && checksum === promised.checksum) return;
    throw new InputError(
      `${name}: must inflate to ${promised.size} bytes with CRC-32 ${hex(promised.checksum)}; got ${size} with ${hex(checksum)} (damaged)`,
    );
  };
  try {
    await pipeline(Readable.from(pieces(deflated)), createInflateRaw(), async (inflated) => {
      for await (const piece of inflated as AsyncIterable<Buffer>) {
        size += piece.length;
        checksum = crc32(piece, checksum);
        if (size > promised.size) asPromised();
        for (let done = 0; done < piece.length;) done += writeSync(file.descriptor, piece, done);
      }
    });
    asPromised();
    return { ...descriptorBytes(file.descriptor, name, size), close: file.close };
  } catch (error) {
    file.close();
    if (error instanceof InputError) throw error;
    throw new InputError(`${name}: cannot be inflated into ${tmpdir()} (${fileErrorReason(error)})`);
  }
}

function* pieces(range: ByteRange): Generator<Buffer> {
  for (let at = 0; at < range.size; at += PIECE_BYTES) {
    const piece = Buffer.alloc(Math.min(PIECE_BYTES, range.size - at));
    range.read(at, piece);
    yield piece;
  }
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 of zip archives (IEEE 802.3); `earlier` is that of the bytes before. */
export function crc32(bytes: Uint8Array, earlier = 0): number {
  let sum = ~earlier;
  for (let k = 0; k < bytes.length; k++) sum = TABLE[(sum ^ bytes[k]!) & 0xff]! ^ (sum >>> 8);
  return ~sum >>> 0;
}
