import type { GridPool, GridTaskResult } from '../frontier/maps.js';
import type { VerifyPool, VerifyTaskResult } from '../harness/run-work.js';
import { threadPool } from '../jobs/run-jobs.js';
import type { GradientBackend } from '../network/gradient-backend.js';
import type { MapThreadTask, VerifyThreadTask } from './worker.js';

const WORKER = new URL('./worker.js', import.meta.url);

/**
 * Worker threads for `verify`, each with the real unlearning step.
 *
 * @param backend of the main thread, which every thread starts for itself when a theorem needs it.
 * @param module file URL of a module whose default export is the list of theorems; null: those of this package.
 */
export function verifyThreads(
  threads: number,
  backend: GradientBackend | null,
  module: string | null = null,
): VerifyPool {
  const pool = threadPool<VerifyThreadTask, VerifyTaskResult>(WORKER, threads);
  return {
    run: (task) => pool.run({ of: 'verify', task, backend: backend?.name ?? null, module }),
    close: () => pool.close(),
  };
}

/** Worker threads for the columns of maps. */
export function mapThreads(threads: number): GridPool {
  const pool = threadPool<MapThreadTask, GridTaskResult>(WORKER, threads);
  return { run: (task) => pool.run({ of: 'frontier', task }), close: () => pool.close() };
}
