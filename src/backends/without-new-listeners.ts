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
