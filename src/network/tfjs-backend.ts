import type * as tfjs from '@tensorflow/tfjs-core';
import type { LossName } from './losses.js';
import type { PatchData, PatchNetwork } from './patch-network.js';
import type { GradientBackend, TensorBackendName } from './gradient-backend.js';

/** The module @tensorflow/tfjs-core, passed as data so that nothing here imports it. */
export type Tensorflow = typeof tfjs;

/** Names of the backends in TensorFlow.js. */
export const REGISTERED_NAMES: Readonly<Record<TensorBackendName, string>> = {
  node: 'tensorflow',
  wasm: 'wasm',
  cpu: 'cpu',
};

/** Largest number of copied weights at once in `outputGradients`: 4 MB a tensor, a handful of them. */
const COPIED_WEIGHTS = 2 ** 20;

/**
 * The network by TensorFlow.js, in float32: a forward pass of tensor operations, differentiated
 * automatically. It shares nothing but types with the closed form, whose second implementation it is.
 *
 * @param tf with the gradients registered and the backend started.
 * @throws Error from every method if the backend has been removed in the meantime.
 */
export function tfjsBackend(tf: Tensorflow, name: TensorBackendName): GradientBackend {
  /** The numbers of the tensor computed by `body`, on this backend; no tensor outlives the call. */
  function numbersOf(body: () => tfjs.Tensor): Float64Array {
    activate(tf, REGISTERED_NAMES[name]);
    const result = tf.tidy(body);
    const numbers = Float64Array.from(result.dataSync());
    result.dispose();
    return numbers;
  }

  /**
   * f of b networks, each on s samples of its own: filters b x 2m x d and patches b x d x sP give b s numbers.
   * In this order the product and its derivative in the filters need no transposed copy of the filters,
   * and of the slow products with a transposed operand (wasm) the faster one.
   */
  function forward({ width }: PatchNetwork, filters: tfjs.Tensor, columns: tfjs.Tensor3D, patches: number) {
    const signs = tf.concat([tf.ones([1, width, 1]), tf.neg(tf.ones([1, width, 1]))], 1);
    const activation = tf.relu(tf.matMul(filters, columns));
    const ofPatches = tf.sum(tf.mul(activation, signs), 1);
    return tf.div<tfjs.Tensor1D>(tf.sum(tf.reshape(ofPatches, [-1, patches]), 1), width);
  }

  /** b x 2m x d: b copies of the filters. */
  function filterTensor({ width, dimension }: PatchNetwork, weights: Float64Array, copies: number) {
    const filters = tf.tensor3d(Float32Array.from(weights), [1, 2 * width, dimension]);
    return copies === 1 ? filters : tf.tile(filters, [copies, 1, 1]);
  }

  /** b x d x sP: the patches of samples `from` .. `to` - 1 as columns, in `groups` b of equal size. */
  function patchColumns(data: PatchData, from: number, to: number, groups: number): tfjs.Tensor3D {
    const { dimension, patches } = data;
    const stride = patches * dimension;
    const rows = Float32Array.from(data.inputs.subarray(from * stride, to * stride));
    return tf.transpose(tf.tensor3d(rows, [groups, ((to - from) / groups) * patches, dimension]), [0, 2, 1]);
  }

  function meanLoss(outputs: tfjs.Tensor1D, labels: tfjs.Tensor1D, loss: LossName): tfjs.Scalar {
    const losses =
      loss === 'squared'
        ? tf.div(tf.square(tf.sub(outputs, labels)), 2)
        : tf.softplus(tf.neg(tf.mul(labels, outputs)));
    return tf.mean(losses);
  }

  return {
    name,
    version: `tfjs-core ${tf.version_core}, ${name}`,
    outputs: (network, weights, data) =>
      numbersOf(() => {
        const columns = patchColumns(data, 0, data.sampleCount, 1);
        return forward(network, filterTensor(network, weights, 1), columns, data.patches);
      }),
    outputGradients(network, weights, data) {
      const gradients = new Float64Array(data.sampleCount * weights.length);
      const atOnce = Math.max(1, Math.floor(COPIED_WEIGHTS / weights.length));
      for (let from = 0; from < data.sampleCount; from += atOnce) {
        const to = Math.min(data.sampleCount, from + atOnce);
        // Every sample has its own copy of the weights, so that one derivative of the sum is all gradients.
        const part = numbersOf(() => {
          const columns = patchColumns(data, from, to, to - from);
          const sum = (w: tfjs.Tensor) => tf.sum(forward(network, w, columns, data.patches));
          return tf.grad(sum)(filterTensor(network, weights, to - from));
        });
        gradients.set(part, from * weights.length);
      }
      return gradients;
    },
    lossGradient: (network, weights, data, loss) =>
      numbersOf(() => {
        const columns = patchColumns(data, 0, data.sampleCount, 1);
        const labels = tf.tensor1d(Float32Array.from(data.labels));
        const mean = (w: tfjs.Tensor) => meanLoss(forward(network, w, columns, data.patches), labels, loss);
        return tf.grad(mean)(filterTensor(network, weights, 1));
      }),
  };
}

/** Makes a started backend the current one: TensorFlow.js has one for the whole process. */
export function activate(tf: Tensorflow, registered: string): void {
  if (tf.getBackend() === registered) return;
  const backend = tf.findBackend(registered) as tfjs.KernelBackend | null;
  // The promise is of a start; a backend that has started is current when the call returns, which is checked.
  if (backend !== null) void tf.setBackend(registered);
  if (backend === null || tf.backend() !== backend) {
    throw new Error(`TensorFlow.js backend ${registered} is no longer available`);
  }
}
