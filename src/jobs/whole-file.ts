import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** Writes the bytes of a file. */
type FileWriter = (path: string, content: string | Uint8Array) => void;

/**
 * Writes a file so that readers see the old or the new one, never half of it; if the file system refuses, the old one
 * stays and nothing is left beside it.
 */
export function writeFileWhole(
  path: string,
  content: string | Uint8Array,
  write: FileWriter = writeFileSync,
): void {
  const draft = `${path}.${process.pid}.part`;
  try {
    write(draft, content);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}
