import type { layers, LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers';
import type { TensorflowLayers } from '../network/load-backend.js';
import { UnusableModelError } from './input-error.js';

/** What a model applies last to its logits. */
export type ModelEnd = 'linear' | 'softmax' | 'sigmoid';

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
export function logitsInPlaceOf(name: string, model: LayersModel, tfLayers: TensorflowLayers): ModelEnd {
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
