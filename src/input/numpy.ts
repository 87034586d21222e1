import { writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import {
  type BinaryArray,
  type BinaryLayout,
  NUMBER_TYPES,
  type NumberKinds,
  type NumberType,
} from './binary-matrix.js';
import {
  type ByteRange,
  bytesAt,
  descriptorBytes,
  fileErrorReason,
  type OpenBytes,
  partOfBytes,
  temporaryFile,
} from './file-bytes.js';
import { InputError } from './input-error.js';
import { chosenPart } from './matrix-place.js';

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

/** NumPy's own limit for headers it reads without being told to trust them. */
const LONGEST_HEADER = 10_000;

const FLOATS: Readonly<Record<string, NumberType>> = {
  f2: NUMBER_TYPES.float16,
  f4: NUMBER_TYPES.float32,
  f8: NUMBER_TYPES.float64,
};

/** Type under which ml_dtypes (of JAX) saves bfloat16: two bytes that NumPy has no name for. */
const BRAIN_FLOAT = 'V2';

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
 * The numbers of a .npy file: f2, f4, f8 or bfloat16 (and integers and booleans, if they are allowed) in either byte order and
 * either index order, format versions 1.0 to 3.0.
 * By hand: npm packages for it read whole files, and a matrix here may be larger than memory.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @throws InputError in one line for anything else.
 */
export function npyArray(bytes: ByteRange, allowed: NumberKinds): BinaryArray {
  const { header, data } = npyParts(bytes);
  return { bytes: data, layout: npyLayout(header, bytes.name, allowed) };
}

/** The text of a .npy file that holds one word, of NumPy's U or S; null if it holds something else. @throws InputError */
export function npyWord(bytes: ByteRange): string | null {
  const { header, data } = npyParts(bytes);
  const [, order, kind, digits] = /'descr': '([<>|])([US])(\d+)'/.exec(header) ?? [];
  const length = Number(digits) * (kind === 'U' ? 4 : 1);
  if (kind === undefined || data.size !== length) return null;
  const stored = bytesAt(data, 0, length, 'the word');
  const codes =
    kind === 'S'
      ? [...stored]
      : Array.from({ length: length / 4 }, (_, k) =>
          order === '>' ? stored.readUInt32BE(4 * k) : stored.readUInt32LE(4 * k),
        );
  return codes.every((code) => code <= 0x10ffff)
    ? String.fromCodePoint(...codes.filter((code) => code > 0))
    : null;
}

/** Header and numbers. @throws InputError */
function npyParts(bytes: ByteRange): { readonly header: string; readonly data: ByteRange } {
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
  return { header: header.trim(), data: partOfBytes(bytes, name, from, bytes.size - from) };
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
  const shape = field('shape', '\\(([\\dL\\s,]*)\\)');
  return {
    ...numberTypeOf(dtype, name, allowed),
    fortran: field('fortran_order', '(True|False)') === 'True',
    shape: [...shape.matchAll(/\d+/g)].map(([digits]) => Number(digits)),
  };
}

/** The type of numbers that NumPy calls so: <f4. @throws InputError for one that is not allowed. */
export function numberTypeOf(
  dtype: string,
  name: string,
  allowed: NumberKinds,
): Pick<BinaryLayout, 'dtype' | 'type' | 'littleEndian'> {
  const [order, kind] = [dtype.slice(0, 1), dtype.slice(1)];
  const isBrainFloat = kind === BRAIN_FLOAT;
  const type = isBrainFloat
    ? NUMBER_TYPES.bfloat16
    : (FLOATS[kind] ?? (allowed === 'numbers' ? INTEGERS[kind] : undefined));
  // Numbers of one byte have no order, which NumPy writes as |.
  if (!type || !(order === '<' || order === '>' || (order === '|' && (isBrainFloat || type.bytes === 1)))) {
    const words =
      allowed === 'floats' ? 'f2, f4 or f8 (floating point), < or >' : 'f2, f4, f8, i1 .. u8 or b1, < or >';
    throw new InputError(`${name}: dtype must be ${words}; got ${quoted(dtype)}`);
  }
  return { dtype: isBrainFloat ? 'bfloat16' : dtype, type, littleEndian: order !== '>' };
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

const STORED = 0;

/** Writes a piece from a position on; returns how many bytes were written. */
type PieceWriter = (descriptor: number, piece: Buffer, from: number) => number;

/**
 * The bytes of one member of an .npz archive, an .npy file. A stored one (numpy.savez) is read in place, a deflated one
 * (numpy.savez_compressed) from a temporary file that it is inflated to, and then its CRC-32 is verified.
 *
 * @param wished the member, with or without .npy; null for the only one.
 * @param write to the temporary file.
 * @throws InputError in one line; the archive is closed then.
 */
export async function npzMember(
  archive: OpenBytes,
  wished: string | null,
  write: PieceWriter = writeSync,
): Promise<OpenBytes> {
  try {
    const { zip, members } = await refusing(`${archive.name}: not an .npz file`, () => npyMembers(archive));
    const name = wished?.replace(/\.npy$/, '') ?? null;
    const { name: own, part: entry } = chosenPart(members, name, archive.name, 'member');
    const place = `${archive.name}#${own}`;
    if (entry.isEncrypted()) throw new InputError(`${place}: must not be encrypted`);
    if (!entry.canDecodeFileData()) {
      throw new InputError(
        `${place}: compression method must be 0 (stored) or 8 (deflated); got ${entry.compressionMethod}`,
      );
    }
    if (entry.compressionMethod === STORED) {
      const { fileDataStart } = await refusing(`${place}: damaged`, () =>
        zip.readLocalFileHeaderPromise(entry, { minimal: true }),
      );
      const bytes = partOfBytes(archive, place, fileDataStart, entry.compressedSize);
      return { ...bytes, close: archive.close };
    }
    const inflated = await inflatedMember(zip, entry, place, write);
    archive.close();
    return inflated;
  } catch (error) {
    archive.close();
    throw error;
  }
}

/** Names of the members of an archive, without .npy; it stays open. @throws InputError in one line */
export async function npzNames(archive: ByteRange): Promise<readonly string[]> {
  const { members } = await refusing(`${archive.name}: not an .npz file`, () => npyMembers(archive));
  return [...members.keys()];
}

/** Bytes that yauzl reads of an archive at once. */
const PIECE_BYTES = 2 ** 20;

/** A range of bytes as yauzl reads it. */
class ArchiveReader extends RandomAccessReader {
  constructor(private readonly archive: ByteRange) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    const { archive } = this;
    function* pieces(): Generator<Buffer> {
      for (let at = start; at < end; at += PIECE_BYTES) {
        const piece = Buffer.alloc(Math.min(PIECE_BYTES, end - at));
        archive.read(at, piece);
        yield piece;
      }
    }
    return Readable.from(pieces());
  }
}

/** The .npy files of an archive by their names without .npy. @throws Error of yauzl; InputError for two of one name */
async function npyMembers(archive: ByteRange): Promise<{ zip: ZipFile; members: Map<string, Entry> }> {
  const zip = await fromRandomAccessReaderPromise(new ArchiveReader(archive), archive.size, {
    autoClose: false,
    // Sizes are checked together with the CRC-32.
    validateEntrySizes: false,
  });
  const members = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.endsWith('.npy')) continue;
    const name = entry.fileName.slice(0, -'.npy'.length);
    if (members.has(name)) throw new InputError(`${archive.name}: must have one member ${name}; got several`);
    members.set(name, entry);
  }
  return { zip, members };
}

/** A deflated member, inflated piece by piece into a temporary file for positioned reads; `close` removes it. */
async function inflatedMember(
  zip: ZipFile,
  entry: Entry,
  place: string,
  write: PieceWriter,
): Promise<OpenBytes> {
  const cannot = `${place}: cannot be inflated`;
  const file = temporaryFile(cannot);
  let [size, checksum] = [0, 0];
  const asPromised = (): void => {
    if (size === entry.uncompressedSize && checksum === entry.crc32) return;
    throw new InputError(
      `${place}: must inflate to ${entry.uncompressedSize} bytes with CRC-32 ${hex(entry.crc32)}; got ${size} with ${hex(checksum)} (damaged)`,
    );
  };
  // A stream that is left early may end in an error of its own, which must not stand for what the disk said.
  const refused: InputError[] = [];
  const append = (piece: Buffer): void => {
    try {
      for (let done = 0; done < piece.length;) done += write(file.descriptor, piece, done);
    } catch (error) {
      refused.push(new InputError(`${cannot} into ${tmpdir()} (${fileErrorReason(error)})`));
      throw refused[0]!;
    }
  };
  try {
    await refusing(cannot, async () => {
      for await (const piece of (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>) {
        size += piece.length;
        checksum = crc32(piece, checksum);
        if (size > entry.uncompressedSize) asPromised();
        append(piece);
      }
    });
    asPromised();
    return { ...descriptorBytes(file.descriptor, place, size), close: file.close };
  } catch (error) {
    file.close();
    throw refused[0] ?? error;
  }
}

/** Errors of yauzl, zlib and the file system in one line that begins with `what`. */
async function refusing<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${what} (${fileErrorReason(error)})`);
  }
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}
