import { InputError } from '../problem-file.js';
import { partOfBytes, type OpenBytes } from './byte-range.js';
import { chosenPart } from './chosen-part.js';
import { inflatedBytes } from './inflated-bytes.js';
import { memberDataAt, zipDirectory } from './zip-directory.js';

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
