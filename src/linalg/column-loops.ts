import { PRODUCT_NUMBERS, startKernel } from './kernel.js';

/** The columns of an m x n matrix as rows of an array, and the loop in which their reflections spend their time. */
export interface ColumnLoops {
  /** n x m: row j is column j. */
  readonly a: Float64Array;
  /** out[j] = <column j, column k> over rows k .. m-1, for the columns behind k, summed from top to bottom. */
  readonly out: Float64Array;
  productsWith(k: number): void;
}

/** Loops in memory that the next decomposition takes again where they are compiled; `a` is of any value. */
export function columnLoops(m: number, n: number): ColumnLoops {
  const kernel = startKernel();
  const numbers = kernel?.numbers(PRODUCT_NUMBERS + n * m + n);
  if (!kernel || !numbers) return plainColumnLoops(m, n);
  const a = numbers.subarray(PRODUCT_NUMBERS, PRODUCT_NUMBERS + n * m);
  const out = numbers.subarray(PRODUCT_NUMBERS + n * m, PRODUCT_NUMBERS + n * m + n);
  const place = (j: number, i: number): number => a.byteOffset + 8 * (j * m + i);
  return {
    ...{ a, out },
    productsWith: (k) =>
      kernel.calls.rowsTimesColumn(
        place(k + 1, k),
        m,
        n - k - 1,
        m - k,
        place(k, k),
        out.byteOffset + 8 * (k + 1),
      ),
  };
}

/** The loops in JavaScript: the same numbers to the last bit. */
export function plainColumnLoops(m: number, n: number): ColumnLoops {
  const a = new Float64Array(n * m);
  const out = new Float64Array(n);
  return {
    ...{ a, out },
    productsWith(k) {
      for (let j = k + 1; j < n; j++) {
        let sum = 0;
        for (let i = k; i < m; i++) sum += a[j * m + i]! * a[k * m + i]!;
        out[j] = sum;
      }
    },
  };
}
