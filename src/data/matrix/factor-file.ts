import { ftruncateSync, writeSync } from 'node:fs';
import type { MatrixSource } from '../../curvature/matrix-source.js';
import { fileErrorReason } from '../file-error-reason.js';
import { InputError } from '../problem-file.js';
import { descriptorBytes } from './byte-range.js';
import { NUMBER_TYPES } from './number-type.js';
import { storedMatrix } from './stored-matrix.js';
import { temporaryFile } from './temporary-file.js';

/** A matrix of factors that is written sample by sample, in float32, to a temporary file, and may be larger than memory. */
export interface FactorFile {
  /** Writes all factors of sample i, c x p row-major. @throws InputError if there is no room. */
  write(sample: number, factors: Float64Array): void;
  /** What was written; zeros where nothing was. */
  readonly source: MatrixSource;
  close(): void;
}

/** @throws InputError naming the folder of temporary files if it cannot be written. */
export function factorFile(
  name: string,
  samples: number,
  factorsPerSample: number,
  columns: number,
): FactorFile {
  const cannot = `${name}: cannot write its factors`;
  const { descriptor, close } = temporaryFile(cannot);
  const bytesPerSample = 4 * factorsPerSample * columns;
  const size = samples * bytesPerSample;
  ftruncateSync(descriptor, size);
  return {
    write(sample, factors) {
      const numbers = Float32Array.from(factors);
      const bytes = new Uint8Array(numbers.buffer);
      try {
        for (let done = 0; done < bytes.length;) {
          const at = sample * bytesPerSample + done;
          done += writeSync(descriptor, bytes, done, bytes.length - done, at);
        }
      } catch (error) {
        throw new InputError(`${cannot} (${fileErrorReason(error)}); TMPDIR names another folder`);
      }
    },
    source: storedMatrix({
      bytes: descriptorBytes(descriptor, name, size),
      layout: {
        shape: [samples, factorsPerSample, columns],
        dtype: 'float32',
        type: NUMBER_TYPES.float32,
        littleEndian: new Uint8Array(Uint16Array.of(1).buffer)[0] === 1,
        fortran: false,
      },
    }),
    close,
  };
}
