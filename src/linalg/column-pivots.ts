import { norm } from './vectors.js';

/** The columns of an m x n matrix in the order in which a pivoted factorisation takes them. */
export class ColumnPivots {
  /** Column j in the new order is column pivots[j] of the matrix. */
  readonly pivots: Int32Array;
  /** Norm of what is left of each column. */
  readonly norms: Float64Array;
  /** The norm when it was last computed from the column. */
  readonly fresh: Float64Array;

  /** @param a n x m: row j is column j. */
  constructor(
    private readonly a: Float64Array,
    private readonly m: number,
    private readonly n: number,
  ) {
    this.pivots = Int32Array.from({ length: n }, (_, j) => j);
    this.norms = Float64Array.from({ length: n }, (_, j) => this.normFrom(j, 0));
    this.fresh = this.norms.slice();
  }

  /** The column from k on with the largest norm. */
  largestFrom(k: number): number {
    let largest = k;
    for (let j = k + 1; j < this.n; j++) if (this.norms[j]! > this.norms[largest]!) largest = j;
    return largest;
  }

  /** Norm of rows k .. m-1 of column j. */
  normFrom(j: number, k: number): number {
    return norm(this.a.subarray(j * this.m + k, (j + 1) * this.m));
  }

  /** Computes the norm of rows k .. m-1 of column j anew. */
  measure(j: number, k: number): void {
    this.norms[j] = this.fresh[j] = this.normFrom(j, k);
  }

  /**
   * Takes an entry of R off the norm of its column: sqrt(norm^2 - removed^2).
   *
   * @returns false, with the norm as it was, where it would be at most the share `least` of the one that was computed.
   */
  carry(j: number, removed: number, least: number): boolean {
    const before = this.norms[j]!;
    if (before === 0) return true;
    const ratio = removed / before;
    const after = before * Math.sqrt(Math.max(0, (1 - ratio) * (1 + ratio)));
    if (!(after > least * this.fresh[j]!)) return false;
    this.norms[j] = after;
    return true;
  }

  /** Columns j and k change places. */
  exchange(j: number, k: number): void {
    if (j === k) return;
    const { a, m, pivots, norms, fresh } = this;
    const [first, second] = [k * m, j * m];
    const held = a.slice(first, first + m);
    a.copyWithin(first, second, second + m);
    a.set(held, second);
    for (const list of [pivots, norms, fresh]) [list[k], list[j]] = [list[j]!, list[k]!];
  }
}

/**
 * Householder reflection I - s v v^T that leaves the first entry of a column alone: v, scaled to v_0 = 1, takes the place
 * of the column but for that entry, which becomes that of R. The sign is the one that adds sizes.
 *
 * @returns s.
 */
export function reflectorOf(column: Float64Array): number {
  const length = norm(column);
  const first = column[0]!;
  const diagonal = first > 0 ? -length : length;
  const pivot = first - diagonal;
  for (let i = 1; i < column.length; i++) column[i]! /= pivot;
  column[0] = diagonal;
  return -pivot / diagonal;
}
