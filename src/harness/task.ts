import type { GradientBackend } from '../backends/gradient-backend.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import { searchBoundary, type BoundaryResult } from './boundary-search.js';
import { replayCounterexample, type Counterexample } from './counterexample.js';
import type { Examination } from './examination.js';
import {
  runInstances,
  shrinkContradiction,
  type RunSettings,
  type ShrunkContradiction,
} from './run-instances.js';
import type { Theorem } from './theorem.js';

/** A piece of work for one worker: plain data. */
export type VerifyTask =
  | {
      readonly kind: 'examine';
      readonly theoremId: string;
      readonly settings: RunSettings;
      readonly from: number;
      readonly to: number;
    }
  | {
      readonly kind: 'shrink';
      readonly theoremId: string;
      readonly settings: RunSettings;
      readonly index: number;
    }
  | { readonly kind: 'boundary'; readonly theoremId: string; readonly settings: RunSettings }
  | {
      readonly kind: 'replay';
      readonly theoremId: string;
      readonly settings: RunSettings;
      readonly record: Counterexample;
    };

export type VerifyTaskResult =
  | { readonly kind: 'examine'; readonly examinations: readonly Examination[] }
  | { readonly kind: 'shrink'; readonly shrunk: ShrunkContradiction }
  | { readonly kind: 'boundary'; readonly boundary: BoundaryResult | null }
  | { readonly kind: 'replay'; readonly examination: Examination };

/** Runs tasks, on worker threads or in this one. */
export interface TaskRunner {
  run(task: VerifyTask): Promise<VerifyTaskResult>;
  close(): Promise<void>;
}

/** Carries out a task with the given theorems and implementation. */
export function performTask(
  task: VerifyTask,
  theorems: readonly Theorem[],
  implementation: UnlearningImplementation,
  backend: GradientBackend | null = null,
): VerifyTaskResult {
  const theorem = theorems.find(({ id }) => id === task.theoremId);
  if (!theorem) throw new Error(`no theorem ${task.theoremId} is registered`);
  if (task.kind === 'shrink') {
    const shrunk = shrinkContradiction(theorem, task.settings, { implementation, backend }, task.index);
    return { kind: 'shrink', shrunk };
  }
  if (task.kind === 'boundary') {
    return { kind: 'boundary', boundary: searchBoundary(theorem, task.settings.seed) };
  }
  if (task.kind === 'replay') {
    const decision = { ...task.record.decision, errorProbability: task.settings.perVerdict };
    const record = { ...task.record, decision };
    return { kind: 'replay', examination: replayCounterexample(theorem, record, implementation, backend) };
  }
  const examinations = runInstances(theorem, task.settings, { implementation, backend }, task.from, task.to);
  return { kind: 'examine', examinations };
}

/** A runner in this thread. */
export function inProcessRunner(
  theorems: readonly Theorem[],
  implementation: UnlearningImplementation,
  backend: GradientBackend | null = null,
): TaskRunner {
  return {
    // One turn of the event loop before every task keeps signals and progress alive.
    run: async (task) => {
      await new Promise((resolve) => setImmediate(resolve));
      return performTask(task, theorems, implementation, backend);
    },
    close: () => Promise.resolve(),
  };
}
