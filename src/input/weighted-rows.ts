import { blockNumbers, type MatrixBlock, type MatrixSource } from '../theory/matrix-source.js';

/** A matrix with a last column of ones: the input of a bias. One factor a sample. */
export function withOnes(source: MatrixSource): MatrixSource {
  const { rows, columns } = source;
  function readBlock(
    block: MatrixBlock,
    out: Float64Array = new Float64Array(blockNumbers(source, block)),
  ): Float64Array {
    const { fromSample, toSample, fromColumn, toColumn } = block;
    if (toColumn <= columns) return source.readBlock(block, out);
    const width = toColumn - fromColumn;
    const numbers = width > 1 ? source.readBlock({ ...block, toColumn: columns }) : new Float64Array(0);
    for (let i = 0; i < toSample - fromSample; i++) {
      out.set(numbers.subarray(i * (width - 1), (i + 1) * (width - 1)), i * width);
      out[(i + 1) * width - 1] = 1;
    }
    return out;
  }
  return {
    ...source,
    columns: columns + 1,
    readColumns(from, to, out) {
      if (to <= columns) return source.readColumns(from, to, out);
      return readBlock({ fromSample: 0, toSample: rows, fromColumn: from, toColumn: to }, out);
    },
    readBlock,
  };
}

/** A matrix whose rows are multiplied by numbers: w_i x_i. One factor a sample. */
export function weightedRows(source: MatrixSource, weights: Float64Array): MatrixSource {
  const weighted = (numbers: Float64Array, firstRow: number, width: number): Float64Array => {
    for (let k = 0; k < numbers.length; k++) numbers[k]! *= weights[firstRow + Math.floor(k / width)]!;
    return numbers;
  };
  return {
    ...source,
    readColumns: (from, to, out) => weighted(source.readColumns(from, to, out), 0, to - from),
    readBlock(block, out) {
      return weighted(source.readBlock(block, out), block.fromSample, block.toColumn - block.fromColumn);
    },
  };
}

/** Numbers of a block of columns that are in memory at once: 32 MB. */
const BLOCK_NUMBERS = 2 ** 22;

/** Reads all columns in blocks, from the first on; `visit` sees rows x (to - from) numbers, row-major. */
export function forColumnBlocks(
  source: MatrixSource,
  visit: (block: Float64Array, from: number, to: number) => void,
): void {
  const { rows, columns } = source;
  const width = Math.max(1, Math.min(columns, Math.floor(BLOCK_NUMBERS / rows)));
  for (let from = 0; from < columns; from += width) {
    const to = Math.min(columns, from + width);
    visit(source.readColumns(from, to), from, to);
  }
}

/** X w: the rows times one vector. */
export function rowProducts(source: MatrixSource, w: Float64Array): Float64Array {
  const products = new Float64Array(source.rows);
  forColumnBlocks(source, (block, from, to) => {
    const width = to - from;
    for (let row = 0; row < source.rows; row++) {
      for (let k = 0; k < width; k++) products[row]! += block[row * width + k]! * w[from + k]!;
    }
  });
  return products;
}
