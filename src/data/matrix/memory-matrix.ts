import { blockNumbers, type MatrixSource } from '../../curvature/matrix-source.js';

/** A matrix of numbers in memory, rows x columns row-major. */
export function memoryMatrix(
  {
    name,
    rows,
    columns,
    numbers,
  }: Pick<MatrixSource, 'name' | 'rows' | 'columns'> & { numbers: Float64Array },
  dtype: string,
): MatrixSource {
  return {
    name,
    rows,
    columns,
    factorsPerSample: 1,
    dtype,
    readColumns(from, to, out = new Float64Array(rows * (to - from))) {
      for (let row = 0; row < rows; row++) {
        out.set(numbers.subarray(row * columns + from, row * columns + to), row * (to - from));
      }
      return out;
    },
    readBlock(block, out = new Float64Array(blockNumbers({ factorsPerSample: 1 }, block))) {
      const width = block.toColumn - block.fromColumn;
      for (let row = block.fromSample; row < block.toSample; row++) {
        const from = row * columns + block.fromColumn;
        out.set(numbers.subarray(from, from + width), (row - block.fromSample) * width);
      }
      return out;
    },
    order: 'samples',
  };
}
