import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseDigits, type Digits } from './digit-images.js';

/** Folder of the checkout: two folders up, or three from dist/, where this file is compiled to. */
export const ROOT = fileURLToPath(
  new URL(import.meta.url.includes('/dist/studies/') ? '../../../' : '../../', import.meta.url),
);

/** The built program. */
export const PROGRAM = `${ROOT}dist/bin/unlearning-stability.js`;

/** The handwritten digits of studies/data. */
export function readDigits(): Digits {
  return parseDigits(gunzipSync(readFileSync(`${ROOT}studies/data/digits.csv.gz`)).toString());
}
