import { describe, expect, test } from 'vitest';
import { lossGradientNote, withRowTotals } from '../../src/input/gradient-signs.js';
import { normals, randomSource } from '../../src/statistics/generator.js';
import { heldMatrix } from '../../src/theory/matrix-source.js';

const [N, M, P] = [150, 30, 6];
const random = randomSource('gradient signs');
/** A regression at its minimum: features about 1, residuals of the least squares. */
const features = normals((N + M) * P, random).map((x) => x + 1);
const residuals = leastSquares(features, normals(N + M, random));

/** What is left of y after the span of the columns: those made orthogonal one after the other. */
function leastSquares(x: Float64Array, y: Float64Array): Float64Array {
  const n = y.length;
  const columns = Array.from({ length: P }, (_, k) =>
    Float64Array.from({ length: n }, (__, i) => x[i * P + k]!),
  );
  const left = y.slice();
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, z, i) => sum + z * b[i]!, 0);
  columns.forEach((column, k) => {
    for (const other of columns.slice(0, k)) {
      const share = dot(column, other) / dot(other, other);
      column.forEach((_, i) => (column[i]! -= share * other[i]!));
    }
    const share = dot(left, column) / dot(column, column);
    left.forEach((_, i) => (left[i]! -= share * column[i]!));
  });
  return left;
}

/** The doubt about rows that were read in blocks of columns, both sets together. */
function doubt(rows: Float64Array, samples = N + M): string | null {
  const first = samples - M;
  const sets = [rows.subarray(0, first * P), rows.subarray(first * P, samples * P)].map((numbers, k) =>
    withRowTotals(heldMatrix('RF'[k]!, numbers, P, 1)),
  );
  for (const set of sets)
    for (let from = 0; from < P; from += 4) set.readColumns(from, Math.min(P, from + 4));
  return lossGradientNote(sets);
}

const scaled = (by: (i: number) => number): Float64Array => features.map((x, k) => x * by(Math.floor(k / P)));

describe('gradients of the loss in place of factors', () => {
  test('are doubted where both sets add up to nothing and some rows are short, as at a minimum', () => {
    expect(doubt(scaled((i) => residuals[i]!))).toMatch(
      /^note: the rows of R and F look like gradients of the loss: they add up to nothing \(\|sum\|\^2 is \S+ of the sum of squares\), and \S+ % of them are shorter than a tenth of the usual; factors are derivatives of the outputs \(docs\/exporting\.md\)$/,
    );
  });

  test('add up to nothing as long as the square of their sum is below a tenth of the sum of squares', () => {
    const gradients = scaled((i) => residuals[i]!);
    const n = N + M;
    const squares = gradients.reduce((sum, x) => sum + x * x, 0);
    const moved = (share: number): Float64Array => {
      const by = Math.sqrt((share * squares) / (n ** 2 - share * n));
      return gradients.map((x, k) => (k % P === 0 ? x + by : x));
    };
    expect(doubt(moved(0.095))).toMatch(/\(\|sum\|\^2 is 0\.09\d* of the sum of squares\)/);
    expect(doubt(moved(0.105))).toBeNull();
  });

  test('factors are not: of the same model, of a logistic one, and centred ones, which cancel but are not short', () => {
    expect(doubt(features)).toBeNull();
    expect(doubt(scaled((i) => Math.exp(-Math.abs(residuals[i]!))))).toBeNull();
    const mean = Array.from(
      { length: P },
      (_, k) => features.reduce((sum, x, at) => sum + (at % P === k ? x : 0), 0) / (N + M),
    );
    expect(doubt(features.map((x, k) => x - mean[k % P]!))).toBeNull();
  });

  test('are doubted where half of the samples are fitted and others are not', () => {
    const fitted = (i: number) => (i % 2 === 0 ? 1 : 4e-4);
    expect(doubt(scaled((i) => fitted(i)))).toMatch(/half of them are shorter than \S+ of the longest; /);
    expect(doubt(scaled((i) => Math.sqrt(fitted(i))))).toBeNull();
  });

  test('few samples, rows that were not all read, and several factors a sample raise no doubt', () => {
    expect(
      doubt(
        scaled((i) => (i % 2 === 0 ? 1 : 1e-5)),
        M + 10,
      ),
    ).not.toBeNull();
    const few = withRowTotals(
      heldMatrix(
        'R',
        Float64Array.from({ length: 19 }, (_, i) => 10 ** -i),
        1,
        1,
      ),
    );
    few.readColumns(0, 1);
    expect(lossGradientNote([few])).toBeNull();
    const gradients = scaled((i) => residuals[i]!);
    const unread = withRowTotals(heldMatrix('R', gradients, P, 1));
    unread.readColumns(0, P - 1);
    expect(lossGradientNote([unread])).toBeNull();
    const several = withRowTotals(heldMatrix('R', gradients, P, 2));
    several.readColumns(0, P);
    expect(lossGradientNote([several])).toBeNull();
  });

  test('rows that are read again count once', () => {
    const gradients = scaled((i) => residuals[i]!);
    const twice = withRowTotals(heldMatrix('R', gradients, P, 1));
    twice.readBlock({ fromSample: 0, toSample: N + M, fromColumn: 0, toColumn: P });
    const before = twice.rowTotals()!.sum.slice();
    twice.readBlock({ fromSample: 3, toSample: 9, fromColumn: 0, toColumn: P });
    expect(twice.rowTotals()!.sum).toEqual(before);
  });
});
