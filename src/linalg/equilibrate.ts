import { norm } from './vectors.js';

/** diag(rows) X diag(columns) of an m x n matrix X, row-major. */
export interface Equilibrated {
  readonly scaled: Float64Array;
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/** The power of two next to 1/x, 1 for x = 0: scaling by it rounds nothing. */
export function inverseScale(x: number): number {
  return x > 0 ? 2 ** -Math.round(Math.log2(x)) : 1;
}

/** Rounds in which rows and columns are brought to a common size by turns. */
const ROUNDS = 8;

/**
 * Rows and columns scaled by powers of two so that the columns (for n > m the rows) have lengths within a factor sqrt 2
 * of 1, and the others are near it; zeros stay.
 *
 * First the mean logarithm of the entries of every row and column is made 0 (Curtis & Reid, 1972), as lengths alone do
 * not tell the unit of a column from a few rows that are large.
 */
export function equilibrated(x: Float64Array, m: number, n: number): Equilibrated {
  const { rows, columns } = meanScales(x, m, n);
  const scaled = x.map((value, k) => value * rows[Math.floor(k / n)]! * columns[k % n]!);
  scaleColumns();
  scaleRows();
  scaleColumns();
  if (n > m) scaleRows();
  return { scaled, rows, columns };

  function scaleColumns(): void {
    const column = new Float64Array(m);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < m; i++) column[i] = scaled[i * n + j]!;
      const scale = inverseScale(norm(column));
      columns[j]! *= scale;
      for (let i = 0; i < m; i++) scaled[i * n + j]! *= scale;
    }
  }

  function scaleRows(): void {
    for (let i = 0; i < m; i++) {
      const row = scaled.subarray(i * n, (i + 1) * n);
      const scale = inverseScale(norm(row));
      rows[i]! *= scale;
      for (let j = 0; j < n; j++) row[j]! *= scale;
    }
  }
}

/** Scales by which the mean logarithm of the nonzero entries of every row and column is about 0. */
function meanScales(x: Float64Array, m: number, n: number) {
  const logs = x.map((value) => Math.log2(Math.abs(value)));
  const [ofRows, ofColumns] = [new Float64Array(m), new Float64Array(n)];
  for (let round = 0; round < ROUNDS; round++) {
    balance(ofColumns, (k) => k % n);
    balance(ofRows, (k) => Math.floor(k / n));
  }
  const scales = (exponents: Float64Array): Float64Array => exponents.map((e) => 2 ** Math.round(e));
  return { rows: scales(ofRows), columns: scales(ofColumns) };

  function balance(exponents: Float64Array, lineOf: (k: number) => number): void {
    const [sums, counts] = [new Float64Array(exponents.length), new Float64Array(exponents.length)];
    for (let k = 0; k < logs.length; k++) {
      if (logs[k] === -Infinity) continue;
      sums[lineOf(k)]! += logs[k]! + ofRows[Math.floor(k / n)]! + ofColumns[k % n]!;
      counts[lineOf(k)]!++;
    }
    for (let line = 0; line < exponents.length; line++) {
      if (counts[line]! > 0) exponents[line]! -= sums[line]! / counts[line]!;
    }
  }
}
