import { ftruncateSync, writeSync } from 'node:fs';
import { importLayers, type StartedTensorflow, startTensorflow } from '../network/tfjs-backend.js';
import type { MatrixSource } from '../theory/matrix-source.js';
import { binaryMatrix, NUMBER_TYPES } from './binary-matrix.js';
import { descriptorBytes, fileErrorReason, temporaryFile } from './file-bytes.js';
import { InputError, MissingKernelError, UnusableModelError } from './input-error.js';
import { type Labels, labelsOf, targetsOf } from './labels.js';
import { readLayersModel } from './layers-model-files.js';
import { buildLayersModel, type DifferentiableModel } from './layers-model.js';
import { type NumberArray, readArray } from './matrix-file.js';
import { OUTPUT_LOSSES } from '../unlearning/output-loss.js';
import type { CheckedProblemFiles, Model, Reading, SetFactors } from './problem-source.js';
import { combineRows, fitCollector, type FitCollector, trainingFit } from './training-fit.js';

/** Generalised Gauss-Newton factors of a TensorFlow.js model from its inputs. */
export async function layersModelSets(
  reading: Reading,
  files: CheckedProblemFiles<'layers-model'>,
): Promise<SetFactors> {
  const { model: wanted, alpha } = files;
  const inputs = [await readArray(files.retain), await readArray(files.forget)];
  const sets = inputs.map(({ name, shape, labels }) => ({ name, samples: shape[0]!, labels }));
  const labels = await labelsOf(wanted.labels && [wanted.labels.retain, wanted.labels.forget], sets);
  const model = await differentiable(reading, wanted, inputs[0]!);
  reading.closing(() => model.dispose());
  const samples = inputs.map((array, g) => samplesOf(model, array, labels?.[g] ?? null));
  const total = samples.reduce((sum, { count }) => sum + count, 0);
  const progress = reading.progress(`Gradients (${model.version})`, total);
  reading.closing(() => progress.clear());
  let done = 0;
  const [retain, forget] = samples.map((own, g) => {
    const perSample = OUTPUT_LOSSES[model.loss].factorsPerSample(model.outputs);
    const file = factorFile(inputs[g]!.name, own.count, perSample, model.parameters);
    reading.closing(() => file.close());
    return modelFactors(model, own, file, () => progress.update(++done));
  }) as [ModelFactors, ModelFactors];
  return {
    retain: retain.source,
    forget: forget.source,
    training: () =>
      retain.collector && forget.collector
        ? trainingFit(model.loss, alpha, retain.collector, forget.collector)
        : null,
  };
}

/**
 * The model on the backend that was asked for, or on the first one that starts and has all derivatives: that of wasm for
 * convolutions are missing, those of cpu are all there.
 */
async function differentiable(
  { note, fieldName }: Reading,
  { path, loss, backend }: Model<'layers-model'>,
  sample: NumberArray,
): Promise<DifferentiableModel> {
  const files = readLayersModel(path);
  const layers = await importLayers();
  const build = (started: StartedTensorflow) => buildLayersModel(started, layers, files, loss);
  const started = await startTensorflow(backend ?? undefined);
  const model = await build(started);
  try {
    const shape = inputLengths(model.inputShape, sample);
    model.differentiate(sample.numbers.subarray(0, sample.numbers.length / sample.shape[0]!), shape);
    return model;
  } catch (error) {
    model.dispose();
    if (!(error instanceof MissingKernelError)) throw error;
    if (backend !== null || started.name === 'cpu') {
      const option = fieldName('model.backend');
      const other = started.name === 'cpu' ? 'none has it' : `give ${option} cpu`;
      throw new InputError(
        `${path}: cannot be differentiated on ${option} ${started.name}, which lacks ${error.kernel}; ${other}`,
      );
    }
    note(`${started.version} lacks ${error.kernel} for ${path}: cpu computes the gradients`);
    return build(await startTensorflow('cpu'));
  }
}

function samplesOf(model: DifferentiableModel, array: NumberArray, labels: Labels | null) {
  const count = array.shape[0]!;
  const set = { name: array.name, samples: count };
  return {
    count,
    inputShape: inputLengths(model.inputShape, array),
    inputs: array.numbers,
    targets: labels && targetsOf(labels, set, model.loss, model.outputs),
  };
}

/**
 * Lengths of one input of a model, from data of the shape (samples, ...) with as many numbers a sample.
 *
 * @param inputShape of the model, null where it takes any length.
 * @throws InputError if the data do not fit.
 */
function inputLengths(
  inputShape: readonly (number | null)[],
  { name, shape }: { readonly name: string; readonly shape: readonly number[] },
): number[] {
  const own = shape.slice(1);
  if (
    own.length === inputShape.length &&
    inputShape.every((length, k) => length === null || length === own[k])
  ) {
    return own;
  }
  const known = inputShape.every((length) => length !== null);
  const [numbers, wanted] = [own, inputShape].map((lengths) =>
    lengths.reduce<number>((product, length) => product * (length ?? NaN), 1),
  );
  if (known && numbers === wanted) return [...inputShape] as number[];
  const words = ['samples', ...inputShape.map((length) => length ?? 'any')].join(', ');
  throw new InputError(
    `${name}: must have the shape (${words}) of the model's input, or as many numbers a sample; got (${shape.join(', ')})`,
  );
}

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
interface ModelFactors {
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
function modelFactors(
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
