import { multiplyTransposed, multiplyTransposedSymmetric } from './multiply-transposed.js';
import { rowsTimesTransposed, subtractFromRows } from './row-updates.js';
import { transpose } from './vectors.js';

/** Householder reflections H_k = I - s_k v_k v_k^T of R^m, k = 0 .. count-1, and their product H_0 H_1 .. */
export interface Reflections {
  readonly count: number;
  readonly m: number;
  /** s_k. */
  readonly scales: Float64Array;
  /** v_k is in row `row(k)` of `vectors`, row-major with m columns, in columns [from, to) of it; it is 0 elsewhere. */
  readonly vectors: Float64Array;
  readonly row: (k: number) => number;
  readonly support: (k: number) => readonly [from: number, to: number];
}

/** Reflections that are applied at once. */
const WIDTH = 64;

/**
 * The rows x_j of X (rows x m, in place) become H_0 H_1 .. x_j, by blocks H_k .. H_(k+w-1) = I - V T V^T (compact WY form:
 * Schreiber & Van Loan, SIAM J. Sci. Stat. Comput. 10, 1989), so that the work is products.
 *
 * @param firstRow rows before that are not changed by a block that begins with H_k: 0 unless x_j is known to be 0 there.
 */
export function reflectRows(
  reflections: Reflections,
  x: Float64Array,
  rows: number,
  firstRow: (k: number) => number = () => 0,
): void {
  const { count, m } = reflections;
  const last = Math.floor((count - 1) / WIDTH) * WIDTH;
  for (let k = last; k >= 0; k -= WIDTH) {
    const width = Math.min(WIDTH, count - k);
    const { from, length, vectors } = block(reflections, k, width);
    const first = firstRow(k);
    const part = { numbers: x, at: first * m + from, stride: m, count: rows - first };
    const along = rowsTimesTransposed(part, length, vectors, width);
    const scaled = multiplyTransposed(
      along,
      part.count,
      triangle(reflections, k, vectors, width, length),
      width,
      width,
    );
    subtractFromRows(part, scaled, transpose(vectors, width, length), length, width);
  }
}

/** The vectors of some reflections as rows, cut to the columns where one of them is not 0. */
function block({ m, vectors, row, support }: Reflections, k: number, width: number) {
  let [from, to] = [m, 0];
  for (let l = k; l < k + width; l++) {
    from = Math.min(from, support(l)[0]);
    to = Math.max(to, support(l)[1]);
  }
  const length = Math.max(0, to - from);
  const out = new Float64Array(width * length);
  for (let l = 0; l < width; l++) {
    const [own, end] = support(k + l);
    const start = row(k + l) * m;
    if (end > own) out.set(vectors.subarray(start + own, start + end), l * length + own - from);
  }
  return { from: Math.min(from, to), length, vectors: out };
}

/** T of I - V T V^T: upper triangular, width x width. */
function triangle({ scales }: Reflections, k: number, vectors: Float64Array, width: number, length: number) {
  const products = multiplyTransposedSymmetric(vectors, vectors, width, length);
  const t = new Float64Array(width * width);
  for (let l = 0; l < width; l++) {
    const s = scales[k + l]!;
    t[l * width + l] = s;
    for (let i = 0; i < l; i++) {
      let sum = 0;
      for (let j = i; j < l; j++) sum += t[i * width + j]! * products[j * width + l]!;
      t[i * width + l] = -s * sum;
    }
  }
  return t;
}
