import { importLayers, startTensorflow, type StartedTensorflow } from '../network/load-backend.js';
import { InputError, MissingKernelError } from './input-error.js';
import { type Labels, labelsOf, targetsOf } from './labels.js';
import { readLayersModel } from './layers-model-files.js';
import { buildLayersModel, type DifferentiableModel } from './layers-model.js';
import { factorFile, modelFactors, type ModelFactors } from './model-factors.js';
import { type NumberArray, readArray } from './number-array.js';
import { OUTPUT_LOSSES } from '../unlearning/output-loss.js';
import type { CheckedProblemFiles, Model } from './problem-source.js';
import type { Reading, SetFactors } from './reading.js';
import { trainingFit } from './training-fit.js';

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
