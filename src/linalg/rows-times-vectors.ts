import { paysInPanels } from './panel-products.js';
import { largeProduct } from './product-team.js';
import { type Reals, rowsTimesVector } from './row-products.js';

/**
 * out[i K + k] = <row i, x_k> for the first `count` rows, row-major with p columns, from number `from` on, and K vectors one
 * below the other. Many vectors at once take the compiled kernel: several times quicker than one after the other.
 *
 * @param vectors K x p. @param p length of a row. @param out count x K.
 */
export function rowsTimesVectors(
  rows: Reals,
  from: number,
  count: number,
  vectors: Float64Array,
  p: number,
  out: Float64Array,
): void {
  const many = vectors.length / p;
  if (many === 1) return rowsTimesVector(rows, from, count, vectors, out);
  if (paysInPanels(count, many, p)) {
    const a = rows.subarray(from, from + count * p);
    return largeProduct({ a, m: count, b: vectors, n: many, k: p, out, shape: 'any' });
  }
  const column = new Float64Array(count);
  for (let k = 0; k < many; k++) {
    rowsTimesVector(rows, from, count, vectors.subarray(k * p, (k + 1) * p), column);
    for (let i = 0; i < count; i++) out[i * many + k] = column[i]!;
  }
}
