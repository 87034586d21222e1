import { createRequire } from 'node:module';
import { afterEach, describe, expect, test, vi } from 'vitest';
import {
  type BackendLoaders,
  BackendUnavailableError,
  loadBackend,
  TENSOR_BACKENDS,
  TFJS_LOADERS,
} from '../../src/network/tfjs-backend.js';
import { networkSample } from '../sample-networks.js';

const require = createRequire(import.meta.url);

/** Modules of TensorFlow.js in this thread. */
function tensorflowModules(): string[] {
  return Object.keys(require.cache).filter((file) => file.includes('@tensorflow'));
}

const loadedAtImport = tensorflowModules();

/** As if the package were not there: the error of Node itself. */
function missing(): Promise<never> {
  return Promise.resolve().then(() => require('@tensorflow/tfjs-backend-of-nobody') as never);
}

/** As if the package were damaged: it loads, and its backend reports that it could not start. */
async function damaged() {
  return { ...(await TFJS_LOADERS.cpu()), setBackend: () => Promise.resolve(false) };
}

function unexpected(): Promise<never> {
  return Promise.reject(new TypeError('must not be asked for'));
}

function loaders(changed: Partial<BackendLoaders>): BackendLoaders {
  return { node: missing, wasm: unexpected, cpu: unexpected, ...changed };
}

async function failureOf(work: Promise<unknown>): Promise<BackendUnavailableError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof BackendUnavailableError)) throw new Error('expected BackendUnavailableError');
  expect(error.message).not.toContain('\n');
  return error;
}

afterEach(() => {
  vi.restoreAllMocks();
});

// First in this file: later tests have loaded everything.
test('importing the loader imports no TensorFlow.js, asking for a backend does', async () => {
  expect(loadedAtImport).toEqual([]);
  await loadBackend('cpu');
  expect(tensorflowModules().length).toBeGreaterThan(0);
});

test('loading and computing prints nothing and leaves the listeners for uncaught errors as they were', async () => {
  const printing = [
    vi.spyOn(process.stdout, 'write').mockReturnValue(true),
    ...(['log', 'info', 'debug', 'warn', 'error'] as const).map((method) =>
      vi.spyOn(console, method).mockReturnValue(undefined),
    ),
  ];
  const listeners = () =>
    ['uncaughtException', 'unhandledRejection'].map((event) => process.listeners(event as never));
  const before = listeners();
  const { network, weights, data } = networkSample(
    { width: 2, dimension: 3, samples: 2, patches: 1 },
    'silent',
  );
  for (const name of ['wasm', 'cpu'] as const) {
    const backend = await loadBackend(name);
    backend.outputs(network, weights, data);
    backend.outputGradients(network, weights, data);
    backend.lossGradient(network, weights, data, 'logistic');
  }
  expect(listeners()).toEqual(before);
  for (const method of printing) expect(method).not.toHaveBeenCalled();
  // What the spies are for.
  console.log('a banner');
  expect(printing[1]).toHaveBeenCalledOnce();
});

describe('without a request', () => {
  test('takes node before the others', async () => {
    const backend = await loadBackend(undefined, loaders({ node: () => startedAs('tensorflow') }));
    expect(backend.name).toBe('node');
  });

  test('takes wasm if node is missing', async () => {
    expect((await loadBackend(undefined, loaders({ wasm: TFJS_LOADERS.wasm }))).name).toBe('wasm');
  });

  test('takes cpu if wasm is missing too', async () => {
    const backend = await loadBackend(undefined, loaders({ wasm: missing, cpu: TFJS_LOADERS.cpu }));
    expect(backend.name).toBe('cpu');
  });

  test('takes cpu if wasm is there and does not start', async () => {
    const backend = await loadBackend(undefined, loaders({ wasm: damaged, cpu: TFJS_LOADERS.cpu }));
    expect(backend.name).toBe('cpu');
    expect(backend.version).toMatch(/, cpu$/);
  });

  test('throws BackendUnavailableError with the reasons as cause if none starts', async () => {
    const error = await failureOf(loadBackend(undefined, { node: missing, wasm: damaged, cpu: missing }));
    expect(error.message).toBe(
      'no TensorFlow.js backend starts (tried node, wasm, cpu); install one with: npm install @tensorflow/tfjs-backend-wasm',
    );
    expect((error.cause as Error[]).map(({ message }) => message.split(';')[0])).toEqual([
      'backend node is not installed',
      'backend wasm is installed but does not start',
      'backend cpu is not installed',
    ]);
  });
});

describe('a requested backend', () => {
  test.each(['wasm', 'cpu'] as const)('%s is loaded, whatever else there is, also twice', async (name) => {
    for (let time = 0; time < 2; time++) {
      const backend = await loadBackend(name, { ...TFJS_LOADERS, node: unexpected });
      expect(backend.name).toBe(name);
    }
  });

  test.each([
    ['node', '@tensorflow/tfjs-node'],
    ['wasm', '@tensorflow/tfjs-backend-wasm'],
    ['cpu', '@tensorflow/tfjs-backend-cpu'],
  ] as const)('%s that is missing is not replaced, but named with its command', async (name, id) => {
    const others = { node: unexpected, wasm: unexpected, cpu: unexpected };
    const error = await failureOf(loadBackend(name, { ...others, [name]: missing }));
    expect(error.message).toBe(`backend ${name} is not installed; install it with: npm install ${id}`);
  });

  test('that does not start is not called missing', async () => {
    const error = await failureOf(loadBackend('wasm', loaders({ wasm: damaged })));
    expect(error.message).toBe('backend wasm is installed but does not start; install it again with: npm ci');
    expect(error.cause).toBe("setBackend('wasm') returned false");
  });

  test('node without its native library is rebuilt', async () => {
    const withoutLibrary = () => Promise.reject(new Error('tfjs_binding.node can not be found'));
    const error = await failureOf(loadBackend('node', loaders({ node: withoutLibrary })));
    expect(error.message).toBe(
      'backend node is installed but does not start; install it again with: npm rebuild @tensorflow/tfjs-node',
    );
  });

  test('that was removed behind our back throws from its methods, and does not compute elsewhere', async () => {
    const tf = await TFJS_LOADERS.cpu();
    const { network, weights, data } = networkSample(
      { width: 1, dimension: 2, samples: 1, patches: 1 },
      'gone',
    );
    const gone = { ...tf, getBackend: () => 'another', findBackend: () => null as never };
    const backend = await loadBackend('cpu', loaders({ cpu: () => Promise.resolve(gone) }));
    expect(() => backend.outputs(network, weights, data)).toThrow(/backend cpu is no longer available/);
  });
});

test('the order of preference is node, wasm, cpu', () => {
  expect(TENSOR_BACKENDS).toEqual(['node', 'wasm', 'cpu']);
});

/** TensorFlow.js that starts a backend of any name. */
async function startedAs(registered: string) {
  const setBackend = (name: string) => Promise.resolve(name === registered);
  return { ...(await TFJS_LOADERS.cpu()), setBackend };
}
