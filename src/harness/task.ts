import type { Pool } from '../jobs/run-jobs.js';
import type { GradientBackend } from '../network/gradient-backend.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import { type BoundaryResult, searchBoundary } from './boundary-search.js';
import { type Counterexample, replayCounterexample } from './counterexample.js';
import type { Examination } from './examination.js';
import {
  runInstances,
  type RunSettings,
  shrinkContradiction,
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

/** Carries out the tasks of `verify`. */
export type VerifyPool = Pool<VerifyTask, VerifyTaskResult>;

/** The result of a task, which is of its kind. */
export async function performed<Kind extends VerifyTask['kind']>(
  pool: VerifyPool,
  task: VerifyTask & { readonly kind: Kind },
): Promise<VerifyTaskResult & { readonly kind: Kind }> {
  return (await pool.run(task)) as VerifyTaskResult & { readonly kind: Kind };
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

/** A finished piece of work of a run: plain data, so that another run with the same settings can take it over. */
export type FinishedWork =
  | {
      readonly kind: 'examine';
      readonly theoremId: string;
      /** Instances number `from` .. `to`-1, in this order. */
      readonly from: number;
      readonly to: number;
      readonly examinations: readonly Examination[];
    }
  | { readonly kind: 'shrink'; readonly theoremId: string; readonly counterexample: Counterexample }
  | { readonly kind: 'boundary'; readonly theoremId: string; readonly boundary: BoundaryResult | null };

/** Finds pieces of work by what they are about. */
export interface FinishedWorkIndex {
  examinations(theoremId: string, from: number, to: number): readonly Examination[] | undefined;
  counterexample(theoremId: string, instance: number): Counterexample | undefined;
  /** undefined if it was not searched. */
  boundary(theoremId: string): BoundaryResult | null | undefined;
}

export function indexFinishedWork(work: readonly FinishedWork[]): FinishedWorkIndex {
  const chunks = new Map<string, readonly Examination[]>();
  const counterexamples = new Map<string, Counterexample>();
  const boundaries = new Map<string, BoundaryResult | null>();
  for (const piece of work) {
    if (piece.kind === 'examine') {
      chunks.set(`${piece.theoremId} ${piece.from} ${piece.to}`, piece.examinations);
    } else if (piece.kind === 'boundary') {
      boundaries.set(piece.theoremId, piece.boundary);
    } else {
      counterexamples.set(`${piece.theoremId} ${piece.counterexample.instance}`, piece.counterexample);
    }
  }
  return {
    examinations: (theoremId, from, to) => chunks.get(`${theoremId} ${from} ${to}`),
    counterexample: (theoremId, instance) => counterexamples.get(`${theoremId} ${instance}`),
    boundary: (theoremId) => boundaries.get(theoremId),
  };
}
