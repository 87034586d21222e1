import { describe, expect, it } from 'vitest';
import {
  multiplyTransposed,
  multiplyTransposedSymmetric,
  quadraticForms,
} from '../../src/linalg/multiply-transposed.js';
import { panelProducts, paysInPanels } from '../../src/linalg/panel-products.js';
import { multiplyInLoops } from '../../src/linalg/product-loops.js';
import { randomSource } from '../../src/statistics/generator.js';
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

describe('panelProducts', () => {
  /** Entries of many magnitudes, so that another order of summation shows. */
  function realEntries(random: ReturnType<typeof randomSource>, rows: number, columns: number): Float64Array {
    return integerEntries(random, rows, columns).map(
      (x) => (x + random.uniform()) * 10 ** (6 * random.uniform()),
    );
  }

  /** Sizes around the panels of 4, the tiles of 256 and the stretches of 512. */
  const SHAPES = [
    [1, 1, 1],
    [3, 5, 7],
    [4, 4, 512],
    [6, 7, 513],
    [9, 257, 40],
    [255, 8, 31],
    [258, 261, 20],
    [13, 11, 1100],
  ] as const;

  it('is compiled: without WebAssembly these tests would compare the loops with themselves', () => {
    expect(paysInPanels(100, 100, 100), 'npm run build compiles the kernel').toBe(true);
    expect(paysInPanels(100, 3, 1000)).toBe(false);
    expect(paysInPanels(100, 100, 0)).toBe(false);
  });

  it.each(SHAPES)('equals the plain loops to the last bit for %i x %i over %i', (m, n, k) => {
    const random = randomSource('panelProducts', m, n, k);
    const a = realEntries(random, m, k);
    const b = realEntries(random, n, k);
    const out = new Float64Array(m * n).fill(NaN);
    panelProducts({ a, m, b, n, k, out, shape: 'any' });
    expect(out).toEqual(multiplyInLoops(a, m, b, n, k, new Float64Array(m * n)));
    const whole = multiplyInLoops(a, m, a, m, k, new Float64Array(m * m));
    expect(multiplyTransposedSymmetric(a, a, m, k)).toEqual(whole);
  });

  it('takes single precision as the doubles that it stands for', () => {
    const random = randomSource('panelProducts', 'single');
    const single = Float32Array.from(realEntries(random, 10, 600));
    const double = Float64Array.from(single);
    const out = new Float64Array(100);
    panelProducts({ a: single, m: 10, b: single, n: 10, k: 600, out, shape: 'any' });
    expect(out).toEqual(multiplyInLoops(double, 10, double, 10, 600, new Float64Array(100)));
  });

  it('sums from left to right: the sum in another order differs in the last bits', () => {
    const random = randomSource('panelProducts', 'order');
    const row = realEntries(random, 1, 1000);
    const out = new Float64Array(1);
    panelProducts({ a: row, m: 1, b: row, n: 1, k: 1000, out, shape: 'any' });
    const backwards = row.slice().reverse();
    const other = multiplyInLoops(backwards, 1, backwards, 1, 1000, new Float64Array(1));
    expect(out).not.toEqual(other);
    expect(out[0]! / other[0]!).toBeCloseTo(1, 12);
  });

  it('quadratic forms of large matrices are those of the loops', () => {
    const random = randomSource('panelProducts', 'forms');
    const [n, r] = [9, 530];
    const rows = realEntries(random, n, r);
    const factor = realEntries(random, 3, r);
    const matrix = new Float64Array(r * r);
    for (let i = 0; i < r; i++) {
      for (let j = 0; j < r; j++) {
        for (let l = 0; l < 3; l++) matrix[i * r + j]! += factor[l * r + i]! * factor[l * r + j]!;
      }
    }
    const forms = quadraticForms(matrix, rows, n, r);
    for (let i = 0; i < n; i++) {
      const alone = quadraticForms(matrix, rows.slice(i * r, (i + 1) * r), 1, r);
      expect(forms[i]).toBe(alone[0]);
    }
  });
});
