import type { GradientBackend, TensorBackendName } from './gradient-backend.js';
import { activate, REGISTERED_NAMES, type Tensorflow, tfjsBackend } from './tfjs-backend.js';

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
