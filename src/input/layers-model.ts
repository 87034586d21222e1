import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { layers, LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { StartedTensorflow, TensorflowLayers } from '../network/tfjs-backend.js';
import { MissingKernelError, UnusableModelError } from './input-error.js';
import type { LayersModelFiles } from './layers-model-files.js';
import type { LossKind } from '../unlearning/output-loss.js';
import type { Model } from './problem-source.js';

type WantedLoss = Model<'layers-model'>['loss'];

/** A trained model whose outputs are differentiated in its trainable weights. */
export interface DifferentiableModel {
  /** p, numbers in trainable weights. */
  readonly parameters: number;
  /** c. */
  readonly outputs: number;
  /** The loss kind that its end and the wish amount to. */
  readonly loss: LossKind;
  /** Lengths of one input; null where the model takes any. */
  readonly inputShape: readonly (number | null)[];
  /** What computes: "tfjs-core 4.22.0, wasm". */
  readonly version: string;
  /**
   * Outputs (logits, for cross-entropy) of one sample, and their Jacobian, c x p row-major, in float32 precision.
   *
   * @throws UnusableModelError if numbers are not finite or a layer has no derivative, MissingKernelError.
   */
  differentiate(
    input: Float64Array,
    shape: readonly number[],
  ): { readonly outputs: Float64Array; readonly jacobian: Float64Array };
  dispose(): void;
}

/**
 * Builds a model on TensorFlow.js, in inference mode: batch normalisation uses its moving averages, dropout passes all.
 *
 * @throws UnusableModelError if it cannot be built, has several inputs or outputs, or does not end as the loss needs.
 */
export async function buildLayersModel(
  started: StartedTensorflow,
  tfLayers: TensorflowLayers,
  artifacts: LayersModelFiles,
  wanted: WantedLoss,
): Promise<DifferentiableModel> {
  const { tf } = started;
  const { name } = artifacts;
  started.activate();
  const model = await loaded(tfLayers, artifacts);
  try {
    const outputs = outputCount(name, model, wanted);
    const loss = lossKind(
      name,
      wanted,
      wanted === 'squared' ? 'linear' : logitsInPlaceOf(name, model, tfLayers),
      outputs,
    );
    const variables = model.trainableWeights.map(variableOf);
    const parameters = variables.reduce((sum, { size }) => sum + size, 0);
    if (parameters === 0) throw new UnusableModelError(name, 'has no trainable weights');
    for (const weight of model.weights) {
      if (!weight.read().dataSync().every(Number.isFinite)) {
        throw new UnusableModelError(name, `weight ${weight.originalName} has numbers that are not finite`);
      }
    }
    const { dtype, shape } = model.inputs[0]!;

    /** The c outputs of one sample, as a vector. */
    const forward = (input: Tensor): Tensor =>
      tf.reshape(model.apply(input, { training: false }) as Tensor, [outputs]);

    return {
      parameters,
      outputs,
      loss,
      inputShape: shape.slice(1),
      version: started.version,
      differentiate(numbers, lengths) {
        started.activate();
        return guarded(name, () => {
          const input = tf.tensor(
            Float32Array.from(numbers),
            [1, ...lengths],
            dtype === 'int32' ? 'int32' : 'float32',
          );
          try {
            const values = tf.tidy(
              () => Float64Array.from(forward(input).dataSync()) as never,
            ) as Float64Array;
            const jacobian = new Float64Array(outputs * parameters);
            for (let k = 0; k < outputs; k++) {
              writeGradient(k, input, jacobian.subarray(k * parameters, (k + 1) * parameters));
            }
            return {
              outputs: finite(name, values, 'outputs'),
              jacobian: finite(name, jacobian, 'gradients'),
            };
          } finally {
            input.dispose();
          }
        });
      },
      dispose: () => void model.dispose(),
    };

    /** Gradient of output k in all trainable weights, one after another. */
    function writeGradient(k: number, input: Tensor, row: Float64Array): void {
      tf.tidy(() => {
        const { grads } = tf.variableGrads(
          () => tf.sum<Scalar>(tf.slice(forward(input), [k], [1])),
          variables,
        );
        let at = 0;
        for (const { name: key, size } of variables) {
          // A weight that output k does not depend on has no gradient.
          if (Object.hasOwn(grads, key)) row.set(grads[key]!.dataSync(), at);
          at += size;
        }
      });
    }
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** A layer variable reads its variable out as a tensor. */
function variableOf(weight: { read(): Tensor }): Variable {
  const variable: unknown = weight.read();
  return variable as Variable;
}

async function loaded(
  tfLayers: TensorflowLayers,
  { name, modelTopology, weightSpecs, weightData }: LayersModelFiles,
): Promise<LayersModel> {
  const handler = {
    load: () =>
      Promise.resolve({ modelTopology, weightSpecs: [...weightSpecs], weightData, format: 'layers-model' }),
  };
  try {
    const model = await tfLayers.loadLayersModel(handler as Parameters<typeof tfLayers.loadLayersModel>[0]);
    if (model.inputs.length === 1 && model.outputs.length === 1) return model;
    model.dispose();
  } catch (error) {
    throw new UnusableModelError(name, `cannot be built by TensorFlow.js (${firstLine(error)})`);
  }
  throw new UnusableModelError(name, `must have one input and one output`);
}

function outputCount(name: string, model: LayersModel, wanted: WantedLoss): number {
  const shape = model.outputs[0]!.shape.slice(1);
  const known = shape.every((length): length is number => length !== null);
  if (known && (wanted === 'squared' || shape.length <= 1)) return shape.reduce((a, b) => a * b, 1);
  const allowed = wanted === 'squared' ? 'known lengths' : 'the shape (samples, classes)';
  throw new UnusableModelError(
    name,
    `must have outputs of ${allowed}; got (samples, ${shape.map((length) => length ?? '?').join(', ')})`,
  );
}

function lossKind(name: string, wanted: WantedLoss, end: ModelEnd, outputs: number): LossKind {
  if (wanted === 'squared') return 'squared';
  if (end === 'softmax' && outputs === 1) {
    throw new UnusableModelError(name, 'ends in a softmax of one output, which is always 1');
  }
  return end === 'sigmoid' || outputs === 1 ? 'sigmoid' : 'softmax';
}

function finite<Numbers extends ArrayLike<number>>(name: string, numbers: Numbers, what: string): Numbers {
  for (let k = 0; k < numbers.length; k++) {
    if (!Number.isFinite(numbers[k])) throw new UnusableModelError(name, `has ${what} that are not finite`);
  }
  return numbers;
}

/** Mistakes of TensorFlow.js in words of ours. */
function guarded<Result>(name: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof UnusableModelError) throw error;
    const kernel = /Kernel '(\w+)' not registered for backend '(\w+)'/.exec(String(error));
    if (kernel) throw new MissingKernelError(kernel[1]!, kernel[2]!);
    throw new UnusableModelError(name, `cannot be differentiated by TensorFlow.js (${firstLine(error)})`);
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]!.slice(0, 200);
}

/** Last activation of a model, applied to its logits. */
type ModelEnd = 'linear' | 'softmax' | 'sigmoid';

type Layer = layers.Layer;

/** Layers that pass their input on when nothing is trained. */
const TRANSPARENT: readonly string[] = ['Flatten', 'Reshape', 'Dropout'];

/** Ends whose outputs are logits: log p is one, as softmax(log p) = p. */
const LOGITS: readonly string[] = ['linear', 'logSoftmax', 'log_softmax'];

/**
 * Makes a model return its logits: takes the softmax or sigmoid off its last layer.
 *
 * @param name how messages call it.
 * @returns what was there.
 * @throws UnusableModelError if the model ends in something else, whose inputs are no logits.
 */
function logitsInPlaceOf(name: string, model: LayersModel, tfLayers: TensorflowLayers): ModelEnd {
  const layer = lastLayer(model);
  const kind = layer.getClassName();
  const end = kind === 'Softmax' ? 'softmax' : activationOf(layer);
  if (LOGITS.includes(end)) return 'linear';
  if (end !== 'softmax' && end !== 'sigmoid') {
    throw new UnusableModelError(
      name,
      `must end in logits (linear), softmax or sigmoid for cross-entropy; got ${end} (layer ${layer.name})`,
    );
  }
  const { shape } = layer.output as SymbolicTensor;
  if (end === 'softmax' && shape.length !== 2) {
    throw new UnusableModelError(
      name,
      `must apply its softmax to the shape (samples, classes); got ${shape.length} dimensions (layer ${layer.name})`,
    );
  }
  // The layers keep what they apply in a field: softmax layers a function, the others an activation.
  if (kind === 'Softmax') Object.assign(layer, { softmax: (x: unknown) => x });
  else
    Object.assign(layer, {
      activation: activationField(tfLayers.layers.activation({ activation: 'linear' })),
    });
  return end;
}

/** The last layer that computes, inside models that are layers of others too. */
function lastLayer(model: LayersModel): Layer {
  let layer = model.outputs[0]!.sourceLayer;
  for (;;) {
    const inner = (layer as Partial<LayersModel>).outputs?.[0];
    const below = TRANSPARENT.includes(layer.getClassName()) ? layer.inboundNodes[0]?.inboundLayers[0] : null;
    const next = inner?.sourceLayer ?? below;
    if (!next) return layer;
    layer = next;
  }
}

function activationOf(layer: Layer): string {
  const { activation } = layer.getConfig();
  return typeof activation === 'string' ? activation : layer.getClassName() === 'Activation' ? '?' : 'linear';
}

function activationField(layer: Layer): unknown {
  return (layer as unknown as { readonly activation: unknown }).activation;
}
