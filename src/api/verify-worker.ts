import Tinypool from 'tinypool';
import { theorems } from '../../theorems/index.js';
import { performTask, type VerifyTask, type VerifyTaskResult } from '../harness/task.js';
import { usesBackend } from '../harness/kinds.js';
import type { Theorem } from '../harness/theorem.js';
import type { GradientBackend } from '../network/gradient-backend.js';
import { loadBackend } from '../network/load-backend.js';
import { unlearning } from '../unlearning/process.js';
import { theoremsOf } from './checked-options.js';

/** What a worker is started with. */
export interface WorkerSettings {
  /** Backend that the main thread has found to start; null for none. */
  readonly backend: GradientBackend['name'] | null;
  /** File URL of the module with the theorems; null: those of this package. */
  readonly module: string | null;
}

const { backend, module } = Tinypool.workerData as WorkerSettings;
let loaded: Promise<GradientBackend> | null = null;
let known: Promise<readonly Theorem[]> | null = null;

/** Entry of a worker thread of the library. */
export default async function work(task: VerifyTask): Promise<VerifyTaskResult> {
  const available = module === null ? theorems : await (known ??= theoremsOf(module));
  const needed = usesBackend(available.filter(({ id }) => id === task.theoremId));
  return performTask(task, available, unlearning, needed ? await backendOf() : null);
}

async function backendOf(): Promise<GradientBackend | null> {
  if (backend === null || backend === 'closed-form') return null;
  return (loaded ??= loadBackend(backend));
}
