import { BackendUnavailableError } from './backend-unavailable-error.js';
import type { GradientBackend, TensorBackendName } from './gradient-backend.js';
import { activate, REGISTERED_NAMES, tfjsBackend, type Tensorflow } from './tfjs-backend.js';
import { TFJS_LOADERS, type BackendLoaders } from './tfjs-loaders.js';
import { withoutNewListeners } from './without-new-listeners.js';

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
