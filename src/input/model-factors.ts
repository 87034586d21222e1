import { ftruncateSync, writeSync } from 'node:fs';
import type { MatrixSource } from '../theory/matrix-source.js';
import { binaryMatrix } from './binary-matrix.js';
import { descriptorBytes, temporaryFile } from './byte-range.js';
import { fileErrorReason } from './file-text.js';
import { InputError, UnusableModelError } from './input-error.js';
import type { DifferentiableModel } from './layers-model.js';
import { NUMBER_TYPES } from './number-type.js';
import { OUTPUT_LOSSES } from '../unlearning/output-loss.js';
import { combineRows, fitCollector, type FitCollector } from './training-fit.js';

/** The samples of one set: their inputs, and their targets if they are known. */
interface ModelSamples {
  readonly count: number;
  /** Lengths of one input. */
  readonly inputShape: readonly number[];
  /** count x product of the lengths. */
  readonly inputs: Float64Array;
  /** count x c; null if they are not known. */
  readonly targets: Float64Array | null;
}

/** Where factors are kept once they are computed. */
interface FactorStore {
  write(sample: number, factors: Float64Array): void;
  readonly source: MatrixSource;
}

/** Factors of a model, and how it fits the samples whose factors were computed so far. */
export interface ModelFactors {
  readonly source: MatrixSource;
  /** null without targets. */
  readonly collector: FitCollector | null;
}

/**
 * Generalised Gauss-Newton factors R_i J_i of the samples, R_i^T R_i = Lambda_i: computed when they are first read, and kept in the store.
 *
 * @param store for count x m x p numbers.
 * @param onSample is called after every sample that was computed.
 * @throws UnusableModelError naming the sample, from reads.
 */
export function modelFactors(
  model: DifferentiableModel,
  samples: ModelSamples,
  store: FactorStore,
  onSample: () => void = () => undefined,
): ModelFactors {
  const { outputs: c, parameters: p } = model;
  const loss = OUTPUT_LOSSES[model.loss];
  const m = loss.factorsPerSample(c);
  const length = samples.inputs.length / samples.count;
  const collector = samples.targets === null ? null : fitCollector(model.loss, p);
  const computed = new Uint8Array(samples.count);
  const factors = new Float64Array(m * p);

  function compute(i: number): void {
    const input = samples.inputs.subarray(i * length, (i + 1) * length);
    const { outputs, jacobian } = differentiated(model, input, samples.inputShape, i);
    const root = loss.root(outputs);
    for (let k = 0; k < m; k++) {
      combineRows(root.subarray(k * c, (k + 1) * c), jacobian, factors.subarray(k * p, (k + 1) * p));
    }
    store.write(i, factors);
    collector?.add(outputs, samples.targets!.subarray(i * c, (i + 1) * c), jacobian);
    computed[i] = 1;
    onSample();
  }

  function computeMissing(from: number, to: number): void {
    for (let i = from; i < to; i++) if (computed[i] === 0) compute(i);
  }

  return {
    collector,
    source: {
      ...store.source,
      readColumns(from, to, out) {
        computeMissing(0, samples.count);
        return store.source.readColumns(from, to, out);
      },
      readBlock(block, out) {
        computeMissing(block.fromSample, block.toSample);
        return store.source.readBlock(block, out);
      },
    },
  };
}

function differentiated(
  model: DifferentiableModel,
  input: Float64Array,
  shape: readonly number[],
  sample: number,
) {
  try {
    return model.differentiate(input, shape);
  } catch (error) {
    if (!(error instanceof UnusableModelError)) throw error;
    throw new UnusableModelError(error.model, `${error.reason} at sample ${sample} (from 0)`);
  }
}

/** A matrix of factors that is written sample by sample, in float32, to a temporary file, and may be larger than memory. */
interface FactorFile {
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
    source: binaryMatrix({
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
