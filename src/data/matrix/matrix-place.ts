import { InputError } from '../problem-file.js';

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

function kindOf(extension: string): MatrixPlace['kind'] {
  return extension.toLowerCase() as MatrixPlace['kind'];
}
