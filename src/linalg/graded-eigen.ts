import { identityMatrix, type SymmetricEigen } from './symmetric-eigen.js';
import { dot, norm } from './vectors.js';

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

/** Rows scaled by powers of two to lengths within a factor sqrt 2 of 1, columns left as they are; zeros stay. */
export function unitRows(x: Float64Array, m: number, n: number): Equilibrated {
  const rows = Float64Array.from({ length: m }, (_, i) => inverseScale(norm(x.subarray(i * n, (i + 1) * n))));
  const scaled = x.map((value, k) => value * rows[Math.floor(k / n)]!);
  return { scaled, rows, columns: new Float64Array(n).fill(1) };
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

/** Rounds through all pairs at most; matrices that are graded take about eight. */
const MAX_ROUNDS = 40;

/**
 * Eigendecomposition of a symmetric row-major n x n matrix by Jacobi's rotations (1846): of A = S B S, S diagonal with
 * entries of any size and B well-conditioned, small eigenvalues get as many digits as large ones (Demmel & Veselic,
 * SIAM J. Matrix Anal. Appl. 13, 1992), which no method by way of a tridiagonal matrix gives. Takes about 40 n^3
 * multiplications, ten times those of `symmetricEigen`.
 */
export function gradedEigen(matrix: Float64Array, n: number): SymmetricEigen {
  const a = matrix.slice();
  const v = identityMatrix(n);
  for (let round = 0, rotated = true; rotated && round < MAX_ROUNDS; round++) {
    rotated = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const off = a[p * n + q]!;
        const [x, y] = [a[p * n + p]!, a[q * n + q]!];
        if (!(Math.abs(off) > (Number.EPSILON / 4) * Math.sqrt(Math.abs(x)) * Math.sqrt(Math.abs(y))))
          continue;
        rotated = true;
        rotatePair(a, v, n, p, q);
      }
    }
  }
  const order = Array.from({ length: n }, (_, k) => k).sort((i, j) => a[i * n + i]! - a[j * n + j]! || i - j);
  const rows = new Float64Array(n * n);
  order.forEach((from, k) => rows.set(v.subarray(from * n, (from + 1) * n), k * n));
  return { values: Float64Array.from(order, (k) => a[k * n + k]!), rows };
}

/** Rotates coordinates p and q so that the entry (p, q) vanishes; the rows of v follow. */
function rotatePair(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const off = a[p * n + q]!;
  const theta = (a[q * n + q]! - a[p * n + p]!) / (2 * off);
  const t = Number.isFinite(theta) ? (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1)) : 0;
  const c = 1 / Math.hypot(1, t);
  const s = t * c;
  a[p * n + p]! -= t * off;
  a[q * n + q]! += t * off;
  a[p * n + q] = a[q * n + p] = 0;
  for (let k = 0; k < n; k++) {
    if (k !== p && k !== q) {
      const [x, y] = [a[p * n + k]!, a[q * n + k]!];
      a[p * n + k] = a[k * n + p] = c * x - s * y;
      a[q * n + k] = a[k * n + q] = s * x + c * y;
    }
    const [x, y] = [v[p * n + k]!, v[q * n + k]!];
    v[p * n + k] = c * x - s * y;
    v[q * n + k] = s * x + c * y;
  }
}

/**
 * Rotates the r rows (of n numbers, in place) among each other until they are orthogonal to rounding of their own lengths:
 * Jacobi's rotations from one side (Hestenes, 1958). Fast where they are nearly orthogonal already.
 */
export function orthogonaliseRows(x: Float64Array, r: number, n: number): void {
  for (let round = 0, rotated = true; rotated && round < MAX_ROUNDS; round++) {
    rotated = false;
    for (let p = 0; p < r; p++) {
      for (let q = p + 1; q < r; q++) {
        const [one, other] = [x.subarray(p * n, (p + 1) * n), x.subarray(q * n, (q + 1) * n)];
        const [a, b, off] = [dot(one, one), dot(other, other), dot(one, other)];
        if (!(Math.abs(off) > n * Number.EPSILON * Math.sqrt(a) * Math.sqrt(b))) continue;
        rotated = true;
        const theta = (b - a) / (2 * off);
        const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const c = 1 / Math.hypot(1, t);
        for (let k = 0; k < n; k++) {
          const [u, v] = [one[k]!, other[k]!];
          one[k] = c * (u - t * v);
          other[k] = c * (v + t * u);
        }
      }
    }
  }
}
