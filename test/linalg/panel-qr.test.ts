import { QrDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { multiplyTransposed } from '../../src/linalg/multiply-transposed.js';
import { panelNumbers, reflectPanels } from '../../src/linalg/panel-qr.js';
import { type PivotedQr, pivotedQr } from '../../src/linalg/pivoted-qr.js';
import { reflectOneByOne } from '../../src/linalg/plain-qr.js';
import { workingNumbers } from '../../src/linalg/row-loops.js';
import { transpose } from '../../src/linalg/vectors.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { largestDifference } from '../closeness.js';
import { denseMatrix, normalEntries } from '../sample-problems.js';

/** Some hundred roundings: Householder reductions of order 300 stay a tenth below. */
const ROUNDING = 3e-13;

/** 10^u, u uniform in -12 .. 12. */
const graded = (random: RandomSource, count: number): Float64Array =>
  Float64Array.from({ length: count }, () => 10 ** (24 * random.uniform() - 12));

/** max over the entries of |Q R - A P|, relative to the sizes given for rows and columns. */
function residual(
  a: Float64Array,
  m: number,
  n: number,
  qr: PivotedQr,
  sizes: { rows?: Float64Array; columns?: Float64Array } = {},
): number {
  const product = multiplyTransposed(qr.orthonormal(), m, transpose(qr.triangle, qr.rank, n), n, qr.rank);
  let largest = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const column = qr.pivots[j]!;
      const size = (sizes.rows?.[i] ?? 1) * (sizes.columns?.[column] ?? 1);
      largest = Math.max(largest, Math.abs(product[i * n + j]! - a[i * n + column]!) / size);
    }
  }
  return largest;
}

/** max |Q^T Q - 1|. */
function orthonormalityError(q: Float64Array, m: number, rank: number): number {
  const columns = transpose(q, m, rank);
  const products = multiplyTransposed(columns, rank, columns, rank, m);
  return products.reduce((worst, x, k) => Math.max(worst, Math.abs(x - Number(k % (rank + 1) === 0))), 0);
}

describe('pivotedQr by panels', () => {
  it.each([[300, 300], [340, 270], [270, 340]] as const)('is Q R with orthonormal columns (%i x %i)', (m, n) => {
    const a = normalEntries(randomSource('panel qr', m, n), m, n);
    const qr = pivotedQr(a, m, n);
    expect(qr.rank).toBe(Math.min(m, n));
    expect(residual(a, m, n, qr)).toBeLessThan(ROUNDING);
    expect(orthonormalityError(qr.orthonormal(), m, qr.rank)).toBeLessThan(ROUNDING);
  }); // prettier-ignore

  it("has the diagonal of ml-matrix's factorisation of the same columns", () => {
    const [m, n] = [300, 270];
    const a = normalEntries(randomSource('panel qr', 'reference'), m, n);
    const { pivots, triangle } = pivotedQr(a, m, n);
    const ordered = a.map((_, k) => a[Math.floor(k / n) * n + pivots[k % n]!]!);
    const other = new QrDecomposition(denseMatrix(ordered, m, n)).upperTriangularMatrix;
    const diagonal = (of: (k: number) => number) => Array.from({ length: n }, (_, k) => Math.abs(of(k)));
    expect(
      largestDifference(
        diagonal((k) => triangle[k * n + k]!),
        diagonal((k) => other.get(k, k)),
      ),
    ).toBeLessThan(ROUNDING);
  });

  it('takes the columns that the reflections one by one take, with the same triangle but for rounding', () => {
    const [m, n] = [300, 280];
    const columns = transpose(normalEntries(randomSource('panel qr', 'plain'), m, n), m, n);
    const plain = reflectOneByOne(columns.slice(), m, n, 0);
    const working = new Float64Array(panelNumbers(m, n));
    working.set(columns);
    const panels = reflectPanels(working, m, n, 0);
    expect(panels.columns.pivots).toEqual(plain.columns.pivots);
    expect(largestDifference(working.subarray(0, n * m), plain.a)).toBeLessThan(ROUNDING);
    expect(largestDifference(panels.scales, plain.scales)).toBeLessThan(ROUNDING);
    // In the memory of the kernel, by compiled loops, they are the same to the last bit.
    const compiled = workingNumbers(panelNumbers(m, n));
    expect(compiled.byteOffset, 'npm run build compiles the kernel').toBeGreaterThan(0);
    compiled.set(columns);
    expect(reflectPanels(compiled, m, n, 0).scales).toEqual(panels.scales);
    expect(compiled.slice(0, n * m)).toEqual(working.slice(0, n * m));
  });

  it('is exact to rounding of every row and every column by itself, over 24 orders of size of each', () => {
    const random = randomSource('panel qr', 'graded');
    const [m, n] = [300, 270];
    for (let draw = 0; draw < 2; draw++) {
      const [rows, columns] = [graded(random, m), graded(random, n)];
      const inRows = normalEntries(random, m, n).map((x, k) => x * rows[Math.floor(k / n)]!);
      expect(residual(inRows, m, n, pivotedQr(inRows, m, n), { rows })).toBeLessThan(ROUNDING);
      const inColumns = normalEntries(random, m, n).map((x, k) => x * columns[k % n]!);
      expect(residual(inColumns, m, n, pivotedQr(inColumns, m, n), { columns })).toBeLessThan(ROUNDING);
    }
  });

  /**
   * A hundred large rows of rank 10 above small ones: after ten columns the norms fall by many orders within a panel, and
   * what is left is in rows far smaller than the stored numbers. Without bringing columns up to date, errors here are 1e-6.
   */
  it('keeps the digits of small rows where large ones are used up within a panel', () => {
    const random = randomSource('panel qr', 'stale');
    const [m, n, rank] = [300, 270, 10];
    const [left, right] = [normalEntries(random, 100, rank), normalEntries(random, n, rank)];
    const a = new Float64Array(m * n);
    a.set(multiplyTransposed(left, 100, right, n, rank));
    const rows = Float64Array.from({ length: m }, (_, i) => (i < 100 ? 1 : 10 ** (-12 * random.uniform())));
    for (let i = 100; i < m; i++) for (let j = 0; j < n; j++) a[i * n + j] = rows[i]! * random.normal();
    expect(residual(a, m, n, pivotedQr(a, m, n), { rows })).toBeLessThan(ROUNDING);
  });

  it('finds the rank, and says what it cuts', () => {
    const random = randomSource('panel qr', 'rank');
    const [m, n] = [300, 320];
    for (const rank of [1, 31, 32, 33, 150]) {
      const a = multiplyTransposed(
        normalEntries(random, m, rank),
        m,
        normalEntries(random, n, rank),
        n,
        rank,
      );
      const qr = pivotedQr(a, m, n, 1e-9);
      expect(qr.rank).toBe(rank);
      expect(qr.left).toBeLessThan(1e-10);
      expect(qr.leftColumns).toBeGreaterThan(0);
      expect(residual(a, m, n, qr)).toBeLessThan(1e-10);
      expect(orthonormalityError(qr.orthonormal(), m, rank)).toBeLessThan(ROUNDING);
    }
    expect(pivotedQr(new Float64Array(m * n), m, n)).toMatchObject({ rank: 0, left: 0, leftColumns: 0 });
  });

  it('cuts columns up to the tolerance and none beyond it', () => {
    const n = 300;
    const a = new Float64Array(n * n);
    for (let k = 0; k < n; k++) a[k * (n + 1)] = k === 7 ? 1e-3 : 1;
    expect(pivotedQr(a, n, n, 1e-3)).toMatchObject({ rank: n - 1, left: 1e-3, leftColumns: 1 });
    expect(pivotedQr(a, n, n, 0.999e-3)).toMatchObject({ rank: n, left: 0, leftColumns: 0 });
  });
});
