import { isInShard, type Pool, runJobs, type Shard } from '../jobs/run-jobs.js';
import type { GradientBackend } from '../network/gradient-backend.js';
import type { UnlearningImplementation } from '../unlearning/process.js';
import { type BoundaryResult, searchBoundary } from './boundary-search.js';
import type { Budget } from './budget.js';
import { counterexample, type Counterexample, replayCounterexample } from './counterexample.js';
import type { Examination, Outcome } from './examination.js';
import {
  runInstances,
  type RunSettings,
  shrinkContradiction,
  type ShrunkContradiction,
} from './run-instances.js';
import { type SharedAxes, sharedAxes } from './sharp-ends.js';
import type { Theorem } from './theorem.js';

/** Instances in one task. */
const CHUNK = 10;

/** Theorems, pool, options and settings that the parts of a run share. */
export interface Run {
  readonly theorems: readonly Theorem[];
  readonly pool: VerifyPool;
  readonly options: VerifyOptions;
  readonly settings: RunSettings;
  readonly earlier: FinishedWorkIndex;
}

/** Examines saved contradictions again, with the error probability of this run. */
export async function replayAll(
  { pool, options: { workers, signal }, settings }: Run,
  corpus: readonly SavedFailure[],
): Promise<ReplayedFailure[]> {
  const replay = async ({ record }: SavedFailure): Promise<Examination> => {
    const theoremId = record.theorem.id;
    const { examination } = await performed(pool, { kind: 'replay', theoremId, settings, record });
    return examination;
  };
  const replayed = await runJobs(corpus, replay, { workers, signal });
  return corpus.map(({ name, record }, k) => {
    const { outcome = 'inconclusive', evidence = 'not replayed' } = replayed[k] ?? {};
    return { name, theoremId: record.theorem.id, outcome, evidence };
  });
}

/** What all tasks have found that wait for no other task; undefined where aborted, or left to another shard. */
interface FoundWork {
  /** The finished examinations of each theorem, in their order. */
  readonly examinations: readonly Examination[][];
  /** The problems on which each theorem is nearly wrong. */
  readonly boundaries: readonly (BoundaryResult | null | undefined)[];
  /** null: nobody asked. */
  readonly axes: SharedAxes | null | undefined;
}

/**
 * Examines every instance, looks for problems on which a theorem is nearly wrong, and places problems between the sharp
 * ends: in one queue, so that no worker waits for the last examination. What an earlier run has is not done again.
 *
 * @param ends whether problems are placed between the sharp ends.
 */
export async function workThrough(
  { theorems, pool, options, settings, earlier }: Run,
  ends: boolean,
): Promise<FoundWork> {
  const ranges = chunkRanges(options.budget);
  const examine = theorems.flatMap(({ id }) =>
    ranges.map((range) => ({ kind: 'examine', theoremId: id, settings, ...range }) as const),
  );
  const search = theorems.map(({ id }) => ({ kind: 'boundary', theoremId: id, settings }) as const);
  const tasks: VerifyTask[] = [...examine, ...(ends ? [{ kind: 'axes', settings } as const] : []), ...search];
  const found = tasks.map((task) => earlier.result(task));
  const finished = (t: number): Examination[] =>
    found
      .slice(t * ranges.length, (t + 1) * ranges.length)
      .flatMap((result) => (result?.kind === 'examine' ? result.examinations : []));
  const report = (t: number): void =>
    options.onProgress?.({
      theorem: theorems[t]!,
      examinations: finished(t),
      total: options.budget.instances,
    });
  theorems.forEach((_, t) => finished(t).length > 0 && report(t));
  const results = await runJobs(tasks, (task) => pool.run(task), {
    ...options,
    earlier: (_, k) => found[k],
    onFinished(result, task, k) {
      found[k] = result;
      const work = finishedWork(task, result);
      if (work) options.onFinished?.(work);
      if (task.kind === 'examine') report(Math.floor(k / ranges.length));
    },
  });
  const boundaries = results.slice(tasks.length - search.length);
  const axes = results[examine.length];
  return {
    examinations: theorems.map((_, t) => finished(t)),
    boundaries: boundaries.map((result) => (result?.kind === 'boundary' ? result.boundary : undefined)),
    axes: !ends ? null : axes?.kind === 'axes' ? axes.axes : undefined,
  };
}

/** A result as a line of the log; undefined for what is quicker done again. */
function finishedWork(task: VerifyTask, result: VerifyTaskResult): FinishedWork | undefined {
  if (task.kind === 'examine' && result.kind === 'examine') {
    const { theoremId, from, to } = task;
    return { kind: 'examine', theoremId, from, to, examinations: result.examinations };
  }
  if (task.kind === 'boundary' && result.kind === 'boundary')
    return { kind: 'boundary', theoremId: task.theoremId, boundary: result.boundary };
  return undefined;
}

/** Shrinks one contradiction of each theorem; `firsts` holds their instance numbers, or -1. */
export async function shrinkAll(
  { theorems, pool, options, settings, earlier }: Run,
  firsts: readonly number[],
): Promise<(Counterexample | null)[]> {
  const { workers, signal } = options;
  const jobs = theorems.flatMap((theorem, t) => (firsts[t]! < 0 ? [] : [{ theorem, index: firsts[t]! }]));
  const shrink = async ({ theorem, index }: (typeof jobs)[number]): Promise<Counterexample> => {
    const task = { kind: 'shrink', theoremId: theorem.id, settings, index } as const;
    return counterexample(theorem, settings, index, (await performed(pool, task)).shrunk);
  };
  const shrunk = await runJobs(jobs, shrink, {
    workers,
    signal,
    earlier: ({ theorem: { id }, index }) => earlier.counterexample(id, index),
    onFinished: (found, { theorem: { id } }) =>
      options.onFinished?.({ kind: 'shrink', theoremId: id, counterexample: found }),
  });
  return theorems.map((theorem) => shrunk[jobs.findIndex((job) => job.theorem === theorem)] ?? null);
}

/** The instances of a theorem in pieces: numbers `from` .. `to`-1. */
function chunkRanges({ instances }: Budget): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil(instances / CHUNK) }, (_, chunk) => ({
    from: chunk * CHUNK,
    to: Math.min(instances, (chunk + 1) * CHUNK),
  }));
}

/** Number of instances that all theorems together have in a shard. */
export function shardInstances(
  theorems: readonly Theorem[],
  { budget, shard = null }: Pick<VerifyOptions, 'budget' | 'shard'>,
): number {
  return theorems
    .flatMap(() => chunkRanges(budget))
    .filter((_, k) => isInShard(k, shard))
    .reduce((sum, { from, to }) => sum + to - from, 0);
}

export interface VerifyOptions {
  readonly seed: number;
  readonly budget: Budget;
  /** Tasks kept under way at once; the result does not depend on it. */
  readonly workers: number;
  /** Called after every finished piece of work. */
  readonly onProgress?: (progress: TheoremProgress) => void;
  /** Failures of earlier runs, which are examined again first. */
  readonly corpus?: readonly SavedFailure[];
  /** What an earlier run with the same theorems, seed and budget has finished: it is not done again. */
  readonly earlier?: readonly FinishedWork[];
  /** Called with every piece of work that this run finishes. */
  readonly onFinished?: (work: FinishedWork) => void;
  /** Only this part of the work. */
  readonly shard?: Shard | null;
  /** Aborting stops after the tasks under way; what is finished is summarised. */
  readonly signal?: AbortSignal;
}

/** A saved contradiction and the name of its file. */
export interface SavedFailure {
  readonly name: string;
  readonly record: Counterexample;
}

/** Outcome of a saved contradiction in this run. */
export interface ReplayedFailure {
  readonly name: string;
  readonly theoremId: string;
  readonly outcome: Outcome;
  readonly evidence: string;
}

/** State of one theorem while the run goes on. */
export interface TheoremProgress {
  readonly theorem: Theorem;
  readonly examinations: readonly Examination[];
  readonly total: number;
}

/** A piece of work for one worker: plain data. */
export type VerifyTask = { readonly settings: RunSettings } & (
  | { readonly kind: 'examine'; readonly theoremId: string; readonly from: number; readonly to: number }
  | { readonly kind: 'shrink'; readonly theoremId: string; readonly index: number }
  | { readonly kind: 'boundary'; readonly theoremId: string }
  | { readonly kind: 'replay'; readonly theoremId: string; readonly record: Counterexample }
  /** Problems with the same axes between the sharp ends of all theorems. */
  | { readonly kind: 'axes' }
);

export type VerifyTaskResult =
  | { readonly kind: 'examine'; readonly examinations: readonly Examination[] }
  | { readonly kind: 'shrink'; readonly shrunk: ShrunkContradiction }
  | { readonly kind: 'boundary'; readonly boundary: BoundaryResult | null }
  | { readonly kind: 'axes'; readonly axes: SharedAxes | null }
  | { readonly kind: 'replay'; readonly examination: Examination };

/** Carries out the tasks of `verify`. */
export type VerifyPool = Pool<VerifyTask, VerifyTaskResult>;

/** The result of a task, which is of its kind. */
async function performed<Kind extends VerifyTask['kind']>(
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
  if (task.kind === 'axes') {
    return { kind: 'axes', axes: sharedAxes(theorems, task.settings.seed, task.settings.budget) };
  }
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
interface FinishedWorkIndex {
  /** What a task would find; undefined if it was not carried out. */
  result(task: VerifyTask): VerifyTaskResult | undefined;
  counterexample(theoremId: string, instance: number): Counterexample | undefined;
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
    result(task) {
      if (task.kind === 'examine') {
        const examinations = chunks.get(`${task.theoremId} ${task.from} ${task.to}`);
        return examinations && { kind: 'examine', examinations };
      }
      const boundary = task.kind === 'boundary' ? boundaries.get(task.theoremId) : undefined;
      return boundary === undefined ? undefined : { kind: 'boundary', boundary };
    },
    counterexample: (theoremId, instance) => counterexamples.get(`${theoremId} ${instance}`),
  };
}
