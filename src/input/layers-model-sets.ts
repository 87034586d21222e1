import type { CliContext } from '../cli/context.js';
import { UsageError } from '../cli/options.js';
import type { FilesRequest, LayersModelRequest } from '../cli/problem-options.js';
import { progressLine } from '../jobs/progress-line.js';
import { importLayers, type StartedTensorflow, startTensorflow } from '../network/load-backend.js';
import { InputError, MissingKernelError } from './input-error.js';
import { type Labels, readLabels, targetsOf } from './labels.js';
import { readLayersModel } from './layers-model-files.js';
import { buildLayersModel, type DifferentiableModel } from './layers-model.js';
import { factorFile, modelFactors, type ModelFactors } from './model-factors.js';
import { type NumberArray, readArray } from './number-array.js';
import { OUTPUT_LOSSES } from './output-loss.js';
import type { Closing, SetFactors } from './read-problem.js';
import { trainingFit } from './training-fit.js';

/** Generalised Gauss-Newton factors of a TensorFlow.js model from its inputs. */
export async function layersModelSets(
  context: Pick<CliContext, 'stderr' | 'now'>,
  request: FilesRequest,
  wish: LayersModelRequest,
  closing: Closing,
): Promise<Omit<SetFactors, 'close'>> {
  const inputs = [await readArray(request.retain), await readArray(request.forget)];
  const labels = await labelsOf(inputs, wish);
  const model = await differentiable(context, wish, inputs[0]!);
  closing(() => model.dispose());
  const samples = inputs.map((array, g) => samplesOf(model, array, labels?.[g] ?? null));
  const total = samples.reduce((sum, { count }) => sum + count, 0);
  const progress = progressLine(context, `Gradients (${model.version})`, total, 0);
  closing(() => progress.clear());
  let done = 0;
  const factors = samples.map((own, g) => {
    const perSample = OUTPUT_LOSSES[model.loss].factorsPerSample(model.outputs);
    const file = factorFile(inputs[g]!.name, own.count, perSample, model.parameters);
    closing(() => file.close());
    return modelFactors(model, own, file, () => progress.update(++done));
  }) as [ModelFactors, ModelFactors];
  const [retain, forget] = factors;
  return {
    retain: retain.source,
    forget: forget.source,
    training: () =>
      retain.collector && forget.collector
        ? trainingFit(model.loss, request.alpha, retain.collector, forget.collector)
        : null,
  };
}

async function labelsOf(
  inputs: readonly NumberArray[],
  { labels }: LayersModelRequest,
): Promise<readonly Labels[] | null> {
  if (labels !== null) return Promise.all([labels.retain, labels.forget].map(readLabels));
  const columns = inputs.flatMap(({ name, shape, labels: numbers }) =>
    numbers === null ? [] : [{ name, shape: [shape[0]!], numbers }],
  );
  return columns.length === inputs.length ? columns : null;
}

/**
 * The model on the backend that was asked for, or on the first one that starts and has all derivatives: that of wasm for
 * convolutions are missing, those of cpu are all there.
 */
async function differentiable(
  { stderr }: Pick<CliContext, 'stderr'>,
  { path, loss, backend }: LayersModelRequest,
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
      const other = started.name === 'cpu' ? 'none has it' : 'give --backend cpu';
      throw new UsageError(
        `${path}: cannot be differentiated on --backend ${started.name}, which lacks ${error.kernel}; ${other}`,
      );
    }
    stderr.write(`${started.version} lacks ${error.kernel} for ${path}: cpu computes the gradients\n`);
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
export function inputLengths(
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
  const shown = ['samples', ...inputShape.map((length) => length ?? 'any')].join(', ');
  throw new InputError(
    `${name}: must have the shape (${shown}) of the model's input, or as many numbers a sample; got (${shape.join(', ')})`,
  );
}
