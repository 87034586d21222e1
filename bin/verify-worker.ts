import Tinypool from 'tinypool';
import { performTask, type VerifyTask, type VerifyTaskResult } from '../src/harness/task.js';
import { usesBackend } from '../src/harness/kinds.js';
import type { GradientBackend, TensorBackendName } from '../src/network/gradient-backend.js';
import { loadBackend } from '../src/network/load-backend.js';
import { unlearning } from '../src/unlearning/process.js';
import { theorems } from '../theorems/index.js';

/** What a worker is started with. */
export interface WorkerSettings {
  /** Backend that the main thread has found to start; null for none. */
  readonly backend: GradientBackend['name'] | null;
}

let loaded: Promise<GradientBackend> | null = null;

/** Entry of a worker thread: the second composition root, with the same registry. */
export default async function work(task: VerifyTask): Promise<VerifyTaskResult> {
  const needed = usesBackend(theorems.filter(({ id }) => id === task.theoremId));
  return performTask(task, theorems, unlearning, needed ? await backendOf() : null);
}

async function backendOf(): Promise<GradientBackend | null> {
  const { backend } = Tinypool.workerData as WorkerSettings;
  if (backend === null || backend === 'closed-form') return null;
  return (loaded ??= loadBackend(backend satisfies TensorBackendName));
}
