import { describe, expect, it } from 'vitest';
import {
  multiplyTransposed,
  multiplyTransposedSymmetric,
  quadraticForms,
} from '../../src/linalg/multiply-transposed.js';
import { randomSource } from '../../src/random/generator.js';
import { denseMatrix, entriesOf, integerEntries } from '../sample-problems.js';

/** A B^T by ml-matrix. On integer entries every sum is exact, so products are compared without tolerance. */
function referenceProduct(a: Float64Array, m: number, b: Float64Array, n: number, k: number): Float64Array {
  return entriesOf(denseMatrix(a, m, k).mmul(denseMatrix(b, n, k).transpose()));
}

/** Around the stretch of 512 columns that is worked on at once: one less, exact, one more, several with a rest. */
const LONG_ROWS = [511, 512, 513, 1023, 1024, 1025, 1700];

describe('multiplyTransposed', () => {
  it("equals ml-matrix's product for every shape up to 9 x 9 with 1 to 9 columns", () => {
    const random = randomSource('multiplyTransposed', 'small');
    for (let m = 1; m <= 9; m++) {
      for (let n = 1; n <= 9; n++) {
        for (let k = 1; k <= 9; k++) {
          const a = integerEntries(random, m, k);
          const b = integerEntries(random, n, k);
          expect(multiplyTransposed(a, m, b, n, k), `${m} x ${n} over ${k}`).toEqual(
            referenceProduct(a, m, b, n, k),
          );
        }
      }
    }
  });

  it.each(LONG_ROWS)("equals ml-matrix's product for rows of %i, with every remainder of the blocks", (k) => {
    const random = randomSource('multiplyTransposed', 'long', k);
    for (const [m, n] of [
      [1, 1],
      [4, 4],
      [5, 7],
      [6, 4],
      [3, 9],
      [8, 5],
    ] as const) {
      const a = integerEntries(random, m, k);
      const b = integerEntries(random, n, k);
      expect(multiplyTransposed(a, m, b, n, k)).toEqual(referenceProduct(a, m, b, n, k));
    }
  });

  it('is not the product with the arguments exchanged', () => {
    const random = randomSource('multiplyTransposed', 'exchanged');
    const a = integerEntries(random, 5, 3);
    const b = integerEntries(random, 5, 3);
    expect(multiplyTransposed(b, 5, a, 5, 3)).not.toEqual(referenceProduct(a, 5, b, 5, 3));
  });

  it('is zero for rows of length 0, and empty without rows', () => {
    const none = new Float64Array(0);
    expect(multiplyTransposed(none, 5, none, 6, 0)).toEqual(new Float64Array(30));
    expect(multiplyTransposed(none, 0, new Float64Array(8), 4, 2)).toEqual(none);
  });

  it('overwrites the m n entries of `out` and leaves what lies behind them', () => {
    const random = randomSource('multiplyTransposed', 'out');
    const a = integerEntries(random, 5, 6);
    const b = integerEntries(random, 6, 6);
    const out = new Float64Array(33).fill(1000);
    expect(multiplyTransposed(a, 5, b, 6, 6, out)).toBe(out);
    expect(out.slice(0, 30)).toEqual(referenceProduct(a, 5, b, 6, 6));
    expect(Array.from(out.slice(30))).toEqual([1000, 1000, 1000]);
  });
});

describe('multiplyTransposedSymmetric', () => {
  it("equals ml-matrix's product and is exactly symmetric, for every size up to 13", () => {
    const random = randomSource('multiplyTransposedSymmetric', 'small');
    for (let n = 1; n <= 13; n++) {
      for (const k of [1, 3, 8, 513]) {
        const rows = integerEntries(random, n, k);
        const weights = integerEntries(random, 1, k);
        const weighted = rows.map((x, position) => x * weights[position % k]!);
        const product = multiplyTransposedSymmetric(weighted, rows, n, k);
        expect(product, `${n} over ${k}`).toEqual(referenceProduct(weighted, n, rows, n, k));
      }
    }
  });

  it('mirrors the upper triangle, so that a product that is not symmetric comes out wrong below the diagonal', () => {
    const random = randomSource('multiplyTransposedSymmetric', 'not symmetric');
    const n = 7;
    const a = integerEntries(random, n, 5);
    const b = integerEntries(random, n, 5);
    const whole = referenceProduct(a, n, b, n, 5);
    const mirrored = multiplyTransposedSymmetric(a, b, n, 5);
    for (let i = 0; i < n; i++) {
      for (let j = i; j < n; j++) {
        expect(mirrored[i * n + j]).toBe(whole[i * n + j]);
        expect(mirrored[j * n + i]).toBe(whole[i * n + j]);
      }
    }
    expect(mirrored).not.toEqual(whole);
  });

  it('overwrites an `out` that holds other numbers', () => {
    const rows = integerEntries(randomSource('multiplyTransposedSymmetric', 'out'), 6, 4);
    const out = new Float64Array(36).fill(-5);
    multiplyTransposedSymmetric(rows, rows, 6, 4, out);
    expect(out).toEqual(referenceProduct(rows, 6, rows, 6, 4));
  });
});

describe('quadraticForms', () => {
  it('are x_i^T M x_i for a symmetric M, for every size up to 13 and across a stretch', () => {
    const random = randomSource('quadraticForms');
    for (const r of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 515]) {
      for (const n of [1, 3, 4, 6]) {
        const square = integerEntries(random, r, r);
        const m = square.map((x, k) => x + square[(k % r) * r + Math.floor(k / r)]!);
        const rows = integerEntries(random, n, r);
        const dense = denseMatrix(rows, n, r);
        const expected = dense
          .mmul(denseMatrix(m, r, r))
          .mmul(dense.transpose())
          .diagonal();
        expect(quadraticForms(m, rows, n, r), `${n} rows of ${r}`).toEqual(Float64Array.from(expected));
      }
    }
  });

  it('read only the lower triangle and the diagonal', () => {
    const rows = Float64Array.of(1, 10);
    expect(Array.from(quadraticForms(Float64Array.of(1, 999, 2, 3), rows, 1, 2))).toEqual([1 + 2 * 20 + 300]);
  });
});
