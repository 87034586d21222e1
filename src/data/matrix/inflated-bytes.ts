import { writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { fileErrorReason } from '../file-error-reason.js';
import { InputError } from '../problem-file.js';
import { descriptorBytes, type ByteRange, type OpenBytes } from './byte-range.js';
import { crc32 } from './crc32.js';
import { temporaryFile } from './temporary-file.js';

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
