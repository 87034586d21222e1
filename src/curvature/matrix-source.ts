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
}
