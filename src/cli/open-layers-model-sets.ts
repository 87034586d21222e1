import { startTensorflow, type StartedTensorflow } from '../backends/load-backend.js';
import { importLayers } from '../backends/tfjs-loaders.js';
import { readLayersModel } from '../data/layers-model-files.js';
import { factorFile } from '../data/matrix/factor-file.js';
import { readLabels } from '../data/matrix/label-array.js';
import { readArray, type NumberArray } from '../data/matrix/number-array.js';
import { inputLengths } from '../trained-model/input-lengths.js';
import { buildLayersModel, type DifferentiableModel } from '../trained-model/layers-model.js';
import { MissingKernelError } from '../trained-model/model-errors.js';
import { modelFactors, type ModelFactors } from '../trained-model/model-factors.js';
import { OUTPUT_LOSSES } from '../trained-model/output-loss.js';
import { targetsOf, type Labels } from '../trained-model/targets.js';
import { trainingFit } from '../trained-model/training-fit.js';
import type { FilesRequest } from './analyze-files-options.js';
import type { CliContext } from './context.js';
import type { LayersModelRequest } from './model-options.js';
import type { Closing, OpenedSets } from './open-sets.js';
import { progressLine } from './progress-line.js';
import { UsageError } from './usage-error.js';

/** Generalised Gauss-Newton factors of a TensorFlow.js model from its inputs. */
export async function openLayersModelSets(
  context: Pick<CliContext, 'stderr' | 'now'>,
  request: FilesRequest,
  wish: LayersModelRequest,
  closing: Closing,
): Promise<Omit<OpenedSets, 'close'>> {
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
