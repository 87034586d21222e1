import { describe, expect, it } from 'vitest';
import { pivotedQr } from '../../src/linalg/pivoted-qr.js';
import { randomSource } from '../../src/statistics/generator.js';
import { integerEntries, normalEntries } from '../sample-problems.js';

/** max over the entries of |Q R - A P|, relative to the sizes given for rows and columns. */
function residual(
  a: Float64Array,
  [m, n]: readonly [number, number],
  sizes: { rows?: Float64Array; columns?: Float64Array } = {},
): number {
  const qr = pivotedQr(a, m, n);
  const q = qr.orthonormal();
  let largest = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let entry = 0;
      for (let k = 0; k < qr.rank; k++) entry += q[i * qr.rank + k]! * qr.triangle[k * n + j]!;
      const column = qr.pivots[j]!;
      const size = (sizes.rows?.[i] ?? 1) * (sizes.columns?.[column] ?? 1);
      largest = Math.max(largest, Math.abs(entry - a[i * n + column]!) / size);
    }
  }
  return largest;
}

const SHAPES = [[7, 7], [30, 6], [4, 9], [5, 1], [1, 5]] as const; // prettier-ignore

describe('pivotedQr', () => {
  it.each(SHAPES)('is Q R with orthonormal columns and a falling diagonal (%i x %i)', (m, n) => {
    const a = normalEntries(randomSource('qr', m, n), m, n);
    const qr = pivotedQr(a, m, n);
    expect(residual(a, [m, n])).toBeLessThan(1e-14);
    expect(qr.rank).toBe(Math.min(m, n));
    expect([qr.left, qr.leftColumns]).toEqual([0, 0]);
    const q = qr.orthonormal();
    for (let k = 0; k < qr.rank; k++) {
      for (let l = 0; l < qr.rank; l++) {
        let product = 0;
        for (let i = 0; i < m; i++) product += q[i * qr.rank + k]! * q[i * qr.rank + l]!;
        expect(Math.abs(product - Number(k === l))).toBeLessThan(1e-14);
      }
      if (k > 0) {
        const diagonal = (l: number) => Math.abs(qr.triangle[l * n + l]!);
        expect(diagonal(k)).toBeLessThanOrEqual(diagonal(k - 1) * (1 + 1e-12));
      }
    }
  });

  it('is exact to rounding of every row and every column by itself, over 16 orders of size of each', () => {
    const random = randomSource('qr', 'graded');
    for (let draw = 0; draw < 20; draw++) {
      const [m, n] = [12, 5];
      const rows = Float64Array.from({ length: m }, () => 10 ** (16 * random.uniform() - 8));
      const columns = Float64Array.from({ length: n }, () => 10 ** (16 * random.uniform() - 8));
      const one = new Float64Array(m).fill(1);
      const inRows = normalEntries(random, m, n).map((x, k) => x * rows[Math.floor(k / n)]!);
      expect(residual(inRows, [m, n], { rows })).toBeLessThan(1e-13);
      const inColumns = normalEntries(random, m, n).map((x, k) => x * columns[k % n]!);
      expect(residual(inColumns, [m, n], { rows: one, columns })).toBeLessThan(1e-13);
    }
  });

  it('finds the rank of products of whole numbers, and says what it cuts', () => {
    const random = randomSource('qr', 'rank');
    for (let rank = 1; rank <= 5; rank++) {
      const [left, right] = [integerEntries(random, 9, rank), integerEntries(random, rank, 6)];
      const a = Float64Array.from({ length: 54 }, (_, k) => {
        let entry = 0;
        for (let c = 0; c < rank; c++) entry += left[Math.floor(k / 6) * rank + c]! * right[c * 6 + (k % 6)]!;
        return entry;
      });
      const qr = pivotedQr(a, 9, 6, 1e-11);
      expect(qr.rank).toBe(rank);
      expect(qr.left).toBeLessThan(1e-11);
      expect(pivotedQr(a, 9, 6, 0).rank).toBeGreaterThanOrEqual(rank);
    }
  });

  it('cuts columns up to the tolerance and none beyond it', () => {
    const a = Float64Array.of(1, 0, 0, 1e-3);
    expect(pivotedQr(a, 2, 2, 1e-3)).toMatchObject({ rank: 1, left: 1e-3, leftColumns: 1 });
    expect(pivotedQr(a, 2, 2, 0.999e-3)).toMatchObject({ rank: 2, left: 0, leftColumns: 0 });
    expect(pivotedQr(new Float64Array(6), 2, 3)).toMatchObject({ rank: 0, left: 0, leftColumns: 0 });
  });
});
