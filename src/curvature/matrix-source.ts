/**
 * A matrix of factors that may be larger than memory: row i c + k is factor k of sample i, for n samples with
 * c factors each. Files implement it (src/data/matrix); what computes with it sees blocks of columns alone.
 */
export interface MatrixSource {
  /** How messages call it. */
  readonly name: string;
  /** n c. */
  readonly rows: number;
  /** p, the length of a factor. */
  readonly columns: number;
  /** c. */
  readonly factorsPerSample: number;
  /** Type of the stored numbers, as their file calls it. */
  readonly dtype: string;
  /** Writes columns from .. to-1 of all rows to `out`, row-major rows x (to - from), and returns it. */
  readColumns(from: number, to: number, out?: Float64Array): Float64Array;
  /** Writes all factors of some samples, cut to some columns, to `out`, row-major, and returns it. */
  readBlock(block: MatrixBlock, out?: Float64Array): Float64Array;
  /** What lies together where the matrix is stored: the numbers of a sample, or those of a column. */
  readonly order: 'samples' | 'columns';
}

/** Samples fromSample .. toSample-1 and columns fromColumn .. toColumn-1. */
export interface MatrixBlock {
  readonly fromSample: number;
  readonly toSample: number;
  readonly fromColumn: number;
  readonly toColumn: number;
}

/** How many numbers a block holds. */
export function blockNumbers(
  { factorsPerSample }: Pick<MatrixSource, 'factorsPerSample'>,
  { fromSample, toSample, fromColumn, toColumn }: MatrixBlock,
): number {
  return (toSample - fromSample) * factorsPerSample * (toColumn - fromColumn);
}
