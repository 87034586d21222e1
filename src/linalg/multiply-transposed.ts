import { paysInPanels } from './panel-products.js';
import {
  addBlockRow,
  addUpperBlocks,
  multiplyInLoops,
  multiplySmall,
  multiplySmallSymmetric,
  STRETCH,
} from './product-loops.js';
import { beginProduct, largeProduct } from './product-team.js';

/** Up to this order no block of four rows fits, and setting one up costs more than the product. */
const SMALL = 3;

/**
 * out = A B^T for row-major A (m x k) and B (n x k); `out` is m x n.
 *
 * The one dense kernel of the project: rows against rows, in 4 x 4 register blocks, so that symmetric
 * right factors (M = M^T) and Gram matrices need no transposition. Large products go through the compiled kernel
 * (`panelProducts`), to the same last bit.
 */
export function multiplyTransposed(
  a: Float64Array,
  m: number,
  b: Float64Array,
  n: number,
  k: number,
  out: Float64Array = new Float64Array(m * n),
): Float64Array {
  if (m <= SMALL && n <= SMALL && k <= STRETCH) return multiplySmall(a, m, b, n, k, out);
  if (paysInPanels(m, n, k)) {
    largeProduct({ a, m, b, n, k, out, shape: 'any' });
    return out;
  }
  return multiplyInLoops(a, m, b, n, k, out);
}

/**
 * out = A B^T where the product is known to be symmetric: A and B are both row-major n x k.
 * Computes the blocks on and above the diagonal and mirrors them.
 */
export function multiplyTransposedSymmetric(
  a: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  out: Float64Array = new Float64Array(n * n),
): Float64Array {
  return beginSymmetricProduct(a, b, n, k, out)();
}

/** The entries on and above the diagonal of that product; what is below means nothing. */
export function multiplyUpperTransposed(
  a: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  out: Float64Array,
): Float64Array {
  if (paysInPanels(n, n, k)) largeProduct({ a, m: n, b, n, k, out, shape: 'symmetric' });
  else addUpperBlocks(a, b, n, k, out);
  return out;
}

/**
 * Begins `multiplyTransposedSymmetric` on the other processors, where it is large enough; the call that is returned does
 * what is left and gives the product. Until then the factors must not change.
 */
export function beginSymmetricProduct(
  a: Float64Array,
  b: Float64Array,
  n: number,
  k: number,
  out: Float64Array,
): () => Float64Array {
  if (n <= SMALL && k <= STRETCH) return () => multiplySmallSymmetric(a, b, n, k, out);
  const shape = 'symmetric';
  const upper = paysInPanels(n, n, k)
    ? beginProduct({ a, m: n, b, n, k, out, shape })
    : () => addUpperBlocks(a, b, n, k, out);
  return () => {
    upper();
    for (let i = 1; i < n; i++) for (let j = 0; j < i; j++) out[i * n + j] = out[j * n + i]!;
    return out;
  };
}

/** W A W^T for the m rows of W (m x r) and a symmetric r x r matrix A: m x m. */
export function congruence(rows: Float64Array, a: Float64Array, m: number, r: number): Float64Array {
  return multiplyTransposedSymmetric(multiplyTransposed(rows, m, a, r, r), rows, m, r);
}

/**
 * x_i^T M x_i for the rows x_i of X (n x r) and a symmetric r x r matrix M: n numbers. Works on the lower
 * triangle of M alone, for half the cost of the product X M.
 */
export function quadraticForms(m: Float64Array, rows: Float64Array, n: number, r: number): Float64Array {
  const lower = new Float64Array(r * r);
  for (let j = 0; j < r; j++) {
    for (let k = 0; k < j; k++) lower[j * r + k] = 2 * m[j * r + k]!;
    lower[j * r + j] = m[j * r + j]!;
  }
  const products = new Float64Array(n * r);
  if (paysInPanels(n, r, r)) {
    largeProduct({ a: rows, m: n, b: lower, n: r, k: r, out: products, shape: 'lower' });
  } else {
    for (let j = 0; j < r; j += 4) {
      const last = Math.min(r, j + 4);
      for (let from = 0; from < last; from += STRETCH) {
        const to = Math.min(last, from + STRETCH);
        for (let i = 0; i < n; i += 4) addBlockRow(rows, i, n, lower, j, last, r, from, to, products, r);
      }
    }
  }
  return Float64Array.from({ length: n }, (_, i) => {
    let form = 0;
    for (let a = i * r; a < (i + 1) * r; a++) form += products[a]! * rows[a]!;
    return form;
  });
}
