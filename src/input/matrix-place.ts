import { existsSync, statSync } from 'node:fs';
import { bytesAt, openFileBytes, reading } from './file-bytes.js';
import { InputError } from './input-error.js';

/** How a file of matrices is named: its path, its kind, and the part behind `#`, null if there is none. */
export interface MatrixPlace {
  readonly path: string;
  readonly kind: 'npy' | 'npz' | 'safetensors' | 'csv' | 'raw';
  readonly part: string | null;
}

/**
 * Takes FILE.npy, FILE.npz[#MEMBER], FILE.safetensors[#TENSOR] or FILE.csv apart; a file of another name is taken for what
 * its first bytes say, or for bare numbers if FILE.json lies beside it.
 *
 * @throws InputError for others, and where there is no such file.
 */
export function matrixPlace(text: string): MatrixPlace {
  const withPart = /^(.*?\.(npz|safetensors))#(.+)$/is.exec(text);
  if (withPart) return { path: withPart[1]!, kind: kindOf(withPart[2]!), part: withPart[3]! };
  const plain = /\.(npy|npz|safetensors|csv)$/i.exec(text);
  if (plain) return { path: text, kind: kindOf(plain[1]!), part: null };
  for (const [path, part] of [[text, null] as const, ...splitAtPart(text)]) {
    const kind = kindByBytes(path);
    if (kind !== null && (part === null || kind !== 'npy')) return { path, kind, part };
  }
  if (!splitAtPart(text).some(([path]) => existsSync(path))) reading(text, () => statSync(text));
  if (existsSync(sidecarPath(text))) return { path: text, kind: 'raw', part: null };
  throw new InputError(
    `${text}: must be named .npy, .npz, .npz#MEMBER, .safetensors, .safetensors#TENSOR or .csv, or have ${sidecarPath(text)} beside it, with dtype and shape of bare numbers`,
  );
}

/** The file beside one of bare numbers that says how they lie. */
export function sidecarPath(path: string): string {
  return `${path}.json`;
}

/** Path and part of PATH#PART. */
function splitAtPart(text: string): (readonly [path: string, part: string])[] {
  const at = text.lastIndexOf('#');
  return at > 0 && at < text.length - 1 ? [[text.slice(0, at), text.slice(at + 1)]] : [];
}

/** Bytes that a kind of file starts with, from a position on. */
const FIRST_BYTES: readonly (readonly [kind: MatrixPlace['kind'], position: number, bytes: string])[] = [
  ['npy', 0, '\x93NUMPY'],
  ['npz', 0, 'PK\x03\x04'],
  // Behind the length of the header, its dictionary of tensors.
  ['safetensors', 8, '{"'],
];

/** The kind of a file by its first bytes; null if there is none, or no such file. */
function kindByBytes(path: string): MatrixPlace['kind'] | null {
  if (!existsSync(path) || !statSync(path).isFile()) return null;
  const file = openFileBytes(path);
  try {
    const start = bytesAt(file, 0, Math.min(16, file.size), 'the first bytes').toString('latin1');
    return FIRST_BYTES.find(([, at, bytes]) => start.startsWith(bytes, at))?.[0] ?? null;
  } finally {
    file.close();
  }
}

function kindOf(extension: string): MatrixPlace['kind'] {
  return extension.toLowerCase() as MatrixPlace['kind'];
}

/** Parts that a message lists at most. */
const LISTED = 20;

/**
 * The part of a file with several that was asked for; without a wish the only one.
 *
 * @param noun what the file calls its parts.
 * @throws InputError listing the parts, if there is none of that name, or several and no wish.
 */
export function chosenPart<Part>(
  parts: ReadonlyMap<string, Part>,
  wished: string | null,
  path: string,
  noun: string,
): { name: string; part: Part } {
  const names = [...parts.keys()];
  const name = wished ?? (names.length === 1 ? names[0]! : null);
  const part = name === null ? undefined : parts.get(name);
  if (name !== null && part !== undefined) return { name, part };
  const more = names.length > LISTED ? `, and ${names.length - LISTED} more` : '';
  const listed = names.length === 0 ? 'has none' : `has ${names.slice(0, LISTED).join(', ')}${more}`;
  throw new InputError(
    wished === null
      ? `${path}: must name its ${noun}, as ${path}#NAME; it ${listed}`
      : `${path}: no ${noun} ${JSON.stringify(wished)}; it ${listed}`,
  );
}
