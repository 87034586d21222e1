import type { TaskRunner, VerifyTaskResult } from '../harness/task.js';
import type { GradientBackend } from '../network/gradient-backend.js';
import type { WorkerSettings } from './verify-worker.js';

/**
 * Runs tasks on worker threads.
 *
 * @param module file URL of a module whose default export is the list of theorems; null: those of this package.
 */
export async function threadRunner(
  workers: number,
  backend: GradientBackend | null,
  module: string | null,
): Promise<TaskRunner> {
  const { Tinypool } = await import('tinypool');
  const pool = new Tinypool({
    filename: new URL('./verify-worker.js', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    workerData: { backend: backend?.name ?? null, module } satisfies WorkerSettings,
  });
  return {
    run: (task) => pool.run(task) as Promise<VerifyTaskResult>,
    close: () => pool.destroy(),
  };
}
