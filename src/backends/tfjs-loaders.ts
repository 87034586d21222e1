import type { TensorBackendName } from './gradient-backend.js';
import type { Tensorflow } from './tfjs-backend.js';

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
