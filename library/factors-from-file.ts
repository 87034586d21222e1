import { checkedMatrix } from '../src/data/matrix/checked-matrix.js';
import { matrixPlace } from '../src/data/matrix/matrix-place.js';
import { openMatrix } from '../src/data/matrix/open-matrix.js';
import type { FactorArray } from './factors-input.js';

/**
 * Reads FILE.npy, FILE.npz[#MEMBER], FILE.safetensors[#TENSOR] or FILE.csv (its rows are the factors) whole, in
 * double precision: 8 bytes a number. Files larger than memory are for `unlearning-stability analyze --retain`.
 *
 * @returns a set for `analyze` and `recommend`.
 * @throws InputError in one line that names the file.
 */
export async function factorsFromFile(path: string): Promise<FactorArray> {
  const { source, close } = await openMatrix(matrixPlace(path));
  try {
    const matrix = checkedMatrix(source);
    const { rows, columns, factorsPerSample: c } = matrix;
    const data = matrix.readColumns(0, columns);
    matrix.checkRead();
    return { data, shape: c === 1 ? [rows, columns] : [rows / c, c, columns] };
  } finally {
    close();
  }
}
