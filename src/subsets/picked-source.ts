import { blockNumbers, type MatrixSource } from '../curvature/matrix-source.js';
import { BLOCK_NUMBERS } from './survey.js';

/** The picked samples of a source as a source of their own, in the given order; nothing is read before it is asked for. */
export function pickedSource(source: MatrixSource, picked: readonly number[]): MatrixSource {
  const { factorsPerSample: c } = source;
  const n = source.rows / c;

  /** Sample by sample where its numbers lie together; else all samples of a few columns, of which most are dropped. */
  function read(samples: readonly number[], from: number, to: number, out: Float64Array): Float64Array {
    const width = to - from;
    if (source.order === 'samples') {
      samples.forEach((i, k) => {
        const part = out.subarray(k * c * width, (k + 1) * c * width);
        source.readBlock({ fromSample: i, toSample: i + 1, fromColumn: from, toColumn: to }, part);
      });
      return out;
    }
    const step = Math.max(1, Math.floor(BLOCK_NUMBERS / source.rows));
    for (let first = from; first < to; first += step) {
      const last = Math.min(to, first + step);
      const numbers = source.readBlock({ fromSample: 0, toSample: n, fromColumn: first, toColumn: last });
      samples.forEach((i, k) => {
        for (let factor = 0; factor < c; factor++) {
          const at = (i * c + factor) * (last - first);
          out.set(numbers.subarray(at, at + last - first), (k * c + factor) * width + first - from);
        }
      });
    }
    return out;
  }

  return {
    ...source,
    rows: picked.length * c,
    readColumns: (from, to, out = new Float64Array(picked.length * c * (to - from))) =>
      read(picked, from, to, out),
    readBlock: (block, out = new Float64Array(blockNumbers(source, block))) =>
      read(picked.slice(block.fromSample, block.toSample), block.fromColumn, block.toColumn, out),
  };
}
