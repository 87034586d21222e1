import { errorBudget } from './budget.js';
import { indexFinishedWork } from './finished-work.js';
import type { VerifyOptions } from './run-options.js';
import { examineAll, searchAll, shardInstances, type Run } from './run-work.js';
import type { TaskRunner } from './task.js';
import type { Theorem } from './theorem.js';

/** What a shard of a run has done; the results themselves went to `onFinished`. */
export interface ShardResult {
  readonly instances: number;
  readonly contradictions: number;
  /** False if it was aborted before its end. */
  readonly complete: boolean;
}

/**
 * Does a shard's part of the work of `verify`: with the work of all shards as its `earlier` work, `verify`
 * finds what it finds alone. Shrinking is left to it, and saved failures are not replayed.
 */
export async function verifyShard(
  theorems: readonly Theorem[],
  runner: TaskRunner,
  options: VerifyOptions,
): Promise<ShardResult> {
  const { seed, budget } = options;
  const { perVerdict } = errorBudget(theorems, budget.instances);
  const earlier = indexFinishedWork(options.earlier ?? []);
  const run: Run = { theorems, runner, options, settings: { seed, budget, perVerdict }, earlier };
  const examinations = (await examineAll(run)).flat();
  await searchAll(run);
  return {
    instances: examinations.length,
    contradictions: examinations.filter(({ outcome }) => outcome === 'contradict').length,
    complete: examinations.length === shardInstances(theorems, options) && options.signal?.aborted !== true,
  };
}
