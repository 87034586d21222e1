import { readFileSync } from 'node:fs';
import type { MatrixSource } from '../../curvature/matrix-source.js';
import { fileErrorReason } from '../file-error-reason.js';
import { InputError } from '../problem-file.js';
import { openFileBytes, type OpenBytes } from './byte-range.js';
import { csvMatrix } from './csv-matrix.js';
import { npyMatrix } from './npy-matrix.js';
import { npzMatrix } from './npz-matrix.js';
import type { OpenedMatrix } from './opened-matrix.js';
import { safetensorsMatrix } from './safetensors-matrix.js';

/** How a file of matrices is named: its path, its kind, and the part behind `#`, null if there is none. */
export interface MatrixPlace {
  readonly path: string;
  readonly kind: 'npy' | 'npz' | 'safetensors' | 'csv';
  readonly part: string | null;
}

/** Takes FILE.npy, FILE.npz[#MEMBER], FILE.safetensors[#TENSOR] or FILE.csv apart. @throws InputError for others. */
export function matrixPlace(text: string): MatrixPlace {
  const withPart = /^(.*?\.(npz|safetensors))#(.+)$/is.exec(text);
  if (withPart) return { path: withPart[1]!, kind: kindOf(withPart[2]!), part: withPart[3]! };
  const plain = /\.(npy|npz|safetensors|csv)$/i.exec(text);
  if (plain) return { path: text, kind: kindOf(plain[1]!), part: null };
  throw new InputError(
    `${text}: must be named .npy, .npz, .npz#MEMBER, .safetensors, .safetensors#TENSOR or .csv`,
  );
}

/** Opens a matrix of factors. @throws InputError in one line; nothing stays open then. */
export async function openMatrix({ path, kind, part }: MatrixPlace): Promise<OpenedMatrix> {
  if (kind === 'csv') return { source: csvMatrix(textOf(path), path), close: () => undefined };
  const bytes = openFileBytes(path);
  if (kind === 'npz') return npzMatrix(bytes, part);
  return closingIfRefused(bytes, () => (kind === 'npy' ? npyMatrix(bytes) : safetensorsMatrix(bytes, part)));
}

function closingIfRefused(bytes: OpenBytes, read: () => MatrixSource): OpenedMatrix {
  try {
    return { source: read(), close: bytes.close };
  } catch (error) {
    bytes.close();
    throw error;
  }
}

function kindOf(extension: string): MatrixPlace['kind'] {
  return extension.toLowerCase() as MatrixPlace['kind'];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`${path}: cannot be read (${fileErrorReason(error)})`);
  }
}
