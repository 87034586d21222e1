import type * as tfjs from '@tensorflow/tfjs-core';
import type { LossName } from './losses.js';
import type { PatchData, PatchNetwork } from './patch-network.js';
import type { GradientBackend, TensorBackendName } from './gradient-backend.js';

/** Error of a backend that cannot be used here: one line with the command that installs it. */
export class BackendUnavailableError extends Error {
  override readonly name = 'BackendUnavailableError';
}

const PACKAGES: Readonly<Record<TensorBackendName, string>> = {
  node: '@tensorflow/tfjs-node',
  wasm: '@tensorflow/tfjs-backend-wasm',
  cpu: '@tensorflow/tfjs-backend-cpu',
};

/** The backends in the order in which they are tried, fastest first. */
export const TENSOR_BACKENDS: readonly TensorBackendName[] = ['node', 'wasm', 'cpu'];

/** TensorFlow.js with a started backend. */
export interface StartedTensorflow {
  readonly tf: Tensorflow;
  readonly name: TensorBackendName;
  /** "tfjs-core 4.22.0, wasm". */
  readonly version: string;
  /** Makes the backend the current one again. @throws Error if it was removed in the meantime. */
  activate(): void;
}

/**
 * The network on a TensorFlow.js backend: the one requested, or the first of node, wasm and cpu that starts.
 * Which one it is its `name` and `version` say.
 *
 * @throws BackendUnavailableError if the requested one, or all, are missing or do not start.
 */
export async function loadBackend(
  requested?: TensorBackendName,
  loaders: BackendLoaders = TFJS_LOADERS,
): Promise<GradientBackend> {
  const { tf, name } = await startTensorflow(requested, loaders);
  return tfjsBackend(tf, name);
}

/**
 * TensorFlow.js, its gradients registered, on the backend requested, or the first of node, wasm and cpu that starts.
 *
 * @throws BackendUnavailableError if the requested one, or all, are missing or do not start.
 */
export async function startTensorflow(
  requested?: TensorBackendName,
  loaders: BackendLoaders = TFJS_LOADERS,
): Promise<StartedTensorflow> {
  if (requested !== undefined) return startBackend(requested, loaders);
  const failures: BackendUnavailableError[] = [];
  for (const name of TENSOR_BACKENDS) {
    try {
      return await startBackend(name, loaders);
    } catch (error) {
      if (!(error instanceof BackendUnavailableError)) throw error;
      failures.push(error);
    }
  }
  throw new BackendUnavailableError(
    `no TensorFlow.js backend starts (tried ${TENSOR_BACKENDS.join(', ')}); install one with: npm install ${PACKAGES.wasm}`,
    { cause: failures },
  );
}

async function startBackend(name: TensorBackendName, loaders: BackendLoaders): Promise<StartedTensorflow> {
  try {
    const tf = await loaders[name]();
    if (await withoutNewListeners(() => tf.setBackend(REGISTERED_NAMES[name]))) {
      const version = `tfjs-core ${tf.version_core}, ${name}`;
      return { tf, name, version, activate: () => activate(tf, REGISTERED_NAMES[name]) };
    }
  } catch (cause) {
    throw isMissingPackage(cause) ? notInstalled(name, cause) : notStarting(name, cause);
  }
  throw notStarting(name, `setBackend('${REGISTERED_NAMES[name]}') returned false`);
}

function notInstalled(name: TensorBackendName, cause: unknown): BackendUnavailableError {
  return new BackendUnavailableError(
    `backend ${name} is not installed; install it with: npm install ${PACKAGES[name]}`,
    { cause },
  );
}

/** For tfjs-node it is the native library that is missing: its install script, which downloads it, did not run. */
function notStarting(name: TensorBackendName, cause: unknown): BackendUnavailableError {
  const command = name === 'node' ? `npm rebuild ${PACKAGES.node}` : 'npm ci';
  return new BackendUnavailableError(
    `backend ${name} is installed but does not start; install it again with: ${command}`,
    { cause },
  );
}

function isMissingPackage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}

/** For each backend, what imports its packages; rejects if they are not installed. */
export type BackendLoaders = Readonly<Record<TensorBackendName, () => Promise<Tensorflow>>>;

/**
 * The loaders of the installed packages. Importing takes half a second, so nothing is imported before it is
 * asked for. The wasm package finds its binaries beside itself.
 */
export const TFJS_LOADERS: BackendLoaders = {
  async node() {
    const tf = await importCore();
    // An optional package: the compiler must not look for it.
    const id = '@tensorflow/tfjs-node';
    await import(id);
    return tf;
  },
  async wasm() {
    const tf = await importCore();
    await import('@tensorflow/tfjs-backend-wasm');
    return tf;
  },
  async cpu() {
    const tf = await importCore();
    await import('@tensorflow/tfjs-backend-cpu');
    return tf;
  },
};

/** The module @tensorflow/tfjs-layers, which works on the core of the loaders. */
export type TensorflowLayers = typeof import('@tensorflow/tfjs-layers');

export function importLayers(): Promise<TensorflowLayers> {
  return import('@tensorflow/tfjs-layers');
}

/** The core with its gradients, which in Node only the layers register, and without its banner. */
async function importCore(): Promise<Tensorflow> {
  const tf = await import('@tensorflow/tfjs-core');
  await import('@tensorflow/tfjs-layers');
  tf.enableProdMode();
  return tf;
}

/** Events that decide how the process ends after a mistake. */
const LAST_RESORT = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Does the work and removes the listeners for uncaught errors that it has added to the process. The wasm
 * binaries of TensorFlow.js come with such listeners, which would turn exit code 1 into 7 for the whole program.
 */
export async function withoutNewListeners<T>(work: () => Promise<T>): Promise<T> {
  const before = LAST_RESORT.map((event) => process.listeners(event as 'uncaughtException'));
  try {
    return await work();
  } finally {
    LAST_RESORT.forEach((event, k) => {
      for (const listener of process.listeners(event as 'uncaughtException')) {
        if (!before[k]!.includes(listener)) process.off(event, listener);
      }
    });
  }
}

/** The module @tensorflow/tfjs-core, which `BackendLoaders` import. */
type Tensorflow = typeof tfjs;

/** Names of the backends in TensorFlow.js. */
const REGISTERED_NAMES: Readonly<Record<TensorBackendName, string>> = {
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
function tfjsBackend(tf: Tensorflow, name: TensorBackendName): GradientBackend {
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
function activate(tf: Tensorflow, registered: string): void {
  if (tf.getBackend() === registered) return;
  const backend = tf.findBackend(registered) as tfjs.KernelBackend | null;
  // The promise is of a start; a backend that has started is current when the call returns, which is checked.
  if (backend !== null) void tf.setBackend(registered);
  if (backend === null || tf.backend() !== backend) {
    throw new Error(`TensorFlow.js backend ${registered} is no longer available`);
  }
}
