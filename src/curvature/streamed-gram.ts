import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import type { MatrixSource } from './matrix-source.js';

/** Numbers of a block of columns that are in memory at once: 128 MB. */
const BLOCK_NUMBERS = 2 ** 24;

/** How a Gram matrix is accumulated. */
export interface StreamedGramOptions {
  /** Called with the columns that are done, after each block. */
  readonly onProgress?: (columnsDone: number) => void;
  /** Numbers of a block, all rows together; at least one column is read. */
  readonly blockNumbers?: number;
}

/**
 * Gram matrix Gamma = [f_i . f_j] of all rows of the sources in order: N x N, row-major.
 *
 * Adds X_b X_b^T over blocks X_b of columns: every number is read once, and memory is two N x N matrices and
 * one block, whatever p is.
 *
 * @throws RangeError if the sources differ in columns; whatever a source throws while it is read.
 */
export function streamedGram(
  sources: readonly MatrixSource[],
  { onProgress = () => undefined, blockNumbers = BLOCK_NUMBERS }: StreamedGramOptions = {},
): Float64Array {
  const columns = sources[0]?.columns ?? 0;
  for (const source of sources) {
    if (source.columns !== columns) {
      throw new RangeError(`all sources must have ${columns} columns; ${source.name} has ${source.columns}`);
    }
  }
  const count = sources.reduce((sum, { rows }) => sum + rows, 0);
  const width = Math.max(1, Math.min(columns, Math.floor(blockNumbers / Math.max(1, count))));
  const gram = new Float64Array(count * count);
  const product = new Float64Array(count * count);
  const block = new Float64Array(count * width);
  for (let from = 0; from < columns; from += width) {
    const to = Math.min(columns, from + width);
    readBlock(sources, from, to, block);
    multiplyTransposedSymmetric(block, block, count, to - from, product);
    for (let k = 0; k < gram.length; k++) gram[k]! += product[k]!;
    onProgress(to);
  }
  return gram;
}

/** Columns from .. to-1 of all sources below each other. */
function readBlock(sources: readonly MatrixSource[], from: number, to: number, block: Float64Array): void {
  let at = 0;
  for (const source of sources) {
    const size = source.rows * (to - from);
    source.readColumns(from, to, block.subarray(at, at + size));
    at += size;
  }
}
