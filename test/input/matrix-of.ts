import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { MatrixSource } from '../../src/theory/matrix-source.js';
import { matrixPlace } from '../../src/input/matrix-place.js';
import { matrixFile } from '../../src/input/matrix-file.js';
import { temporaryFolder } from '../cli/captured-context.js';

/** Writes a file and opens it as the command line would; `name` may have a part behind `#`. */
export async function opened(content: Uint8Array | string, name: string): Promise<MatrixSource> {
  const place = matrixPlace(join(temporaryFolder(), name));
  writeFileSync(place.path, content);
  const { source, close } = await matrixFile(place);
  onTestFinished(close);
  return source;
}

/** All numbers of a matrix, row-major, read by blocks of so many columns. */
export function allNumbers(source: MatrixSource, atOnce = source.columns): Float64Array {
  const { rows, columns } = source;
  const out = new Float64Array(rows * columns);
  for (let from = 0; from < columns; from += atOnce) {
    const to = Math.min(columns, from + atOnce);
    const block = source.readColumns(from, to);
    for (let row = 0; row < rows; row++) {
      out.set(block.subarray(row * (to - from), (row + 1) * (to - from)), row * columns + from);
    }
  }
  return out;
}
