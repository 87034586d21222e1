import type { MatrixSource } from '../theory/matrix-source.js';

/** Lengths and sum of the rows of a matrix. */
interface RowTotals {
  readonly squaredLengths: Float64Array;
  readonly sum: Float64Array;
}

/** A matrix whose rows are added up as they are read for the first time. */
interface TotalledMatrix {
  /** Null until every number was read, and for matrices that are too wide, or have several factors a sample. */
  rowTotals(): RowTotals | null;
}

/** Most columns of a matrix whose rows are added up: 128 MB. */
const MOST_COLUMNS = 2 ** 24;

/** The source, whose rows are added up as they are read. */
export function withRowTotals<Source extends MatrixSource>(source: Source): Source & TotalledMatrix {
  const { rows, columns, factorsPerSample } = source;
  const isWanted = factorsPerSample === 1 && columns <= MOST_COLUMNS;
  const squaredLengths = new Float64Array(isWanted ? rows : 0);
  const sum = new Float64Array(isWanted ? columns : 0);
  let left = isWanted ? rows * columns : 0;
  const added = (numbers: Float64Array, firstRow: number, from: number, width: number): Float64Array => {
    // Drawn samples are read again.
    if (left === 0) return numbers;
    for (let k = 0, row = firstRow; k < numbers.length; row++) {
      for (let column = from; column < from + width; column++, k++) {
        squaredLengths[row]! += numbers[k]! * numbers[k]!;
        sum[column]! += numbers[k]!;
      }
    }
    left -= numbers.length;
    return numbers;
  };
  return {
    ...source,
    readColumns: (from, to, out) => added(source.readColumns(from, to, out), 0, from, to - from),
    readBlock(block, out) {
      const { fromSample, fromColumn, toColumn } = block;
      return added(source.readBlock(block, out), fromSample, fromColumn, toColumn - fromColumn);
    },
    rowTotals: () => (isWanted && left === 0 ? { squaredLengths, sum } : null),
  };
}

/** Fewer samples than that show nothing. */
const FEWEST_SAMPLES = 20;

/** Rows cancel if the square of their sum is below this share of the sum of their squares: 1 is usual for independent rows. */
const CANCELLING = 0.1;

/** Rows of fitted samples: shorter than a tenth of the root mean square, and that share of them. */
const SHORT = { ratio: 0.1, share: 0.04 };

/** Half of the rows so much shorter than the longest: curvatures that differ by a million. */
const TINY = 1e-3;

/**
 * A doubt about rows that nothing declares to be factors: they look like gradients of the loss at a minimum. Those add up to
 * nothing over both sets, and where samples are fitted they are short; rows of a Jacobian are neither, as a rule. It is a
 * doubt and no more: docs/exporting.md says where it errs.
 *
 * @returns a line, or null if there is no reason for one.
 */
export function lossGradientNote(
  matrices: readonly (TotalledMatrix & Pick<MatrixSource, 'name'>)[],
): string | null {
  const totals = matrices.flatMap((matrix) => matrix.rowTotals() ?? []);
  if (totals.length < matrices.length) return null;
  const squares = Float64Array.from(
    totals.flatMap(({ squaredLengths }) => Array.from(squaredLengths)),
  ).sort();
  const n = squares.length;
  const total = squares.reduce((sum, x) => sum + x, 0);
  if (n < FEWEST_SAMPLES || !(total > 0 && total < Infinity)) return null;
  const first = totals[0]!.sum;
  const together = first.reduce(
    (sum, _, column) => sum + totals.reduce((at, rowTotals) => at + rowTotals.sum[column]!, 0) ** 2,
    0,
  );
  const short = squares.filter((x) => x < (SHORT.ratio ** 2 * total) / n).length / n;
  const median = Math.sqrt(squares[(n - 1) >> 1]! / squares[n - 1]!);
  const cancel = together / total < CANCELLING && short >= SHORT.share;
  if (!cancel && median >= TINY) return null;
  const why = cancel
    ? `they add up to nothing (|sum|^2 is ${shown(together / total)} of the sum of squares), and ${shown(100 * short)} % of them are shorter than a tenth of the usual`
    : `half of them are shorter than ${shown(median)} of the longest`;
  const names = [...new Set(matrices.map(({ name }) => name.replace(/ \((retain|forget) rows\)$/, '')))];
  return `note: the rows of ${names.join(' and ')} look like gradients of the loss: ${why}; factors are derivatives of the outputs (docs/exporting.md)`;
}

function shown(x: number): string {
  return String(Number(x.toPrecision(2)));
}
