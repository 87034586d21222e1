import { theorems } from '../../theorems/index.js';
import { type GridTask, type GridTaskResult, gridWorker } from '../frontier/maps.js';
import { performTask, type VerifyTask, type VerifyTaskResult } from '../harness/run-work.js';
import { usesBackend } from '../harness/kinds.js';
import type { Theorem } from '../harness/theorem.js';
import type { GradientBackend } from '../network/gradient-backend.js';
import { loadBackend } from '../network/tfjs-backend.js';
import { unlearning } from '../unlearning/process.js';
import { theoremsOf } from './checked-options.js';

/** A task of `verify`, and what the thread needs for it. */
export interface VerifyThreadTask {
  readonly of: 'verify';
  readonly task: VerifyTask;
  /** Backend that the main thread has found to start; null for none. */
  readonly backend: GradientBackend['name'] | null;
  /** File URL of the module with the theorems; null: those of this package. */
  readonly module: string | null;
}

/** A column of a map. */
export interface MapThreadTask {
  readonly of: 'frontier';
  readonly task: GridTask;
}

const computeColumn = gridWorker({ theorems, implementation: unlearning });
let backendStarted: Promise<GradientBackend> | null = null;
let moduleLoaded: Promise<readonly Theorem[]> | null = null;

/** Entry of a worker thread: a composition root with the registry of the main thread. */
export default async function work(
  job: VerifyThreadTask | MapThreadTask,
): Promise<VerifyTaskResult | GridTaskResult> {
  if (job.of === 'frontier') return computeColumn(job.task);
  const { task, backend, module } = job;
  const available = module === null ? theorems : await (moduleLoaded ??= theoremsOf(module));
  const needed = task.kind !== 'axes' && usesBackend(available.filter(({ id }) => id === task.theoremId));
  return performTask(task, available, unlearning, needed ? await startedBackend(backend) : null);
}

async function startedBackend(name: GradientBackend['name'] | null): Promise<GradientBackend | null> {
  if (name === null || name === 'closed-form') return null;
  return (backendStarted ??= loadBackend(name));
}
