import { type MatrixBlock, type MatrixSource, blockNumbers } from '../theory/matrix-source.js';
import { type BinaryArray, binaryMatrix } from './binary-matrix.js';
import { InputError } from './input-error.js';

/** A Jacobian (c, n, p) as samples with c rows each. @throws InputError for another shape */
export function outputsFirst({ bytes, layout }: BinaryArray): MatrixSource {
  const [c, n, p] = layout.shape;
  if (layout.shape.length !== 3) {
    throw new InputError(
      `${bytes.name}: shape must be (outputs, samples, p) with --axes cnp; got (${layout.shape.join(', ')})`,
    );
  }
  const flat = binaryMatrix({ bytes, layout: { ...layout, shape: [c! * n!, p!] } });
  // In Fortran order the outputs of a sample lie together.
  const place = (sample: number, output: number): number =>
    layout.fortran ? sample * c! + output : output * n! + sample;
  const byOutput = (
    block: Omit<MatrixBlock, 'fromSample' | 'toSample'>,
    from: number,
    to: number,
    out: Float64Array,
  ) => {
    const width = block.toColumn - block.fromColumn;
    let at = 0;
    for (let sample = from; sample < to; sample++) {
      for (let output = 0; output < c!; output++, at += width) {
        const row = place(sample, output);
        flat.readBlock({ ...block, fromSample: row, toSample: row + 1 }, out.subarray(at, at + width));
      }
    }
    return out;
  };
  const shape = { factorsPerSample: c! };
  return {
    ...flat,
    ...shape,
    readColumns: (fromColumn, toColumn, out = new Float64Array(flat.rows * (toColumn - fromColumn))) =>
      byOutput({ fromColumn, toColumn }, 0, n!, out),
    readBlock: (block, out = new Float64Array(blockNumbers(shape, block))) =>
      byOutput(block, block.fromSample, block.toSample, out),
  };
}
