import type { FactorSet } from '../../src/theory/problem.js';
import { blockNumbers, type MatrixSource } from '../../src/theory/matrix-source.js';

/** A set with equally many factors a sample as a source; `onRead` hears of every block. */
export function memorySource(
  { dimension, sampleCount, factors }: FactorSet,
  onRead: (from: number, to: number) => void = () => undefined,
): MatrixSource {
  const rows = factors.length / dimension;
  return {
    name: 'memory',
    rows,
    columns: dimension,
    factorsPerSample: rows / sampleCount,
    dtype: 'f8',
    readColumns(from, to, out = new Float64Array(rows * (to - from))) {
      onRead(from, to);
      for (let row = 0; row < rows; row++) {
        for (let column = from; column < to; column++) {
          out[row * (to - from) + column - from] = factors[row * dimension + column]!;
        }
      }
      return out;
    },
    readBlock(block, out = new Float64Array(blockNumbers({ factorsPerSample: rows / sampleCount }, block))) {
      const width = block.toColumn - block.fromColumn;
      const firstRow = (block.fromSample * rows) / sampleCount;
      for (let k = 0; k < out.length; k++) {
        out[k] = factors[(firstRow + Math.floor(k / width)) * dimension + block.fromColumn + (k % width)]!;
      }
      return out;
    },
    order: 'samples',
  };
}
