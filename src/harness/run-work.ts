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

/** Looks, for each theorem, for problems on which it is nearly wrong; undefined where aborted. */
export function searchAll({
  theorems,
  pool,
  options,
  settings,
  earlier,
}: Run): Promise<(BoundaryResult | null | undefined)[]> {
  const search = async (theoremId: string): Promise<BoundaryResult | null> => {
    const { boundary } = await performed(pool, { kind: 'boundary', theoremId, settings });
    return boundary;
  };
  const ids = theorems.map(({ id }) => id);
  return runJobs(ids, search, {
    ...options,
    earlier: (theoremId) => earlier.boundary(theoremId),
    onFinished: (boundary, theoremId) => options.onFinished?.({ kind: 'boundary', theoremId, boundary }),
  });
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

/** Examines every instance that no earlier run has; for each theorem the finished ones in their order. */
export async function examineAll({
  theorems,
  pool,
  options,
  settings,
  earlier,
}: Run): Promise<Examination[][]> {
  const ranges = chunkRanges(options.budget);
  const jobs = theorems.flatMap(({ id }, t) => ranges.map((range) => ({ theoremId: id, t, ...range })));
  const found = jobs.map(({ theoremId, from, to }) => earlier.examinations(theoremId, from, to));
  const finished = (t: number): Examination[] =>
    found.slice(t * ranges.length, (t + 1) * ranges.length).flatMap((examinations) => examinations ?? []);
  const report = (t: number): void =>
    options.onProgress?.({
      theorem: theorems[t]!,
      examinations: finished(t),
      total: options.budget.instances,
    });
  theorems.forEach((_, t) => finished(t).length > 0 && report(t));
  const examine = async ({ theoremId, from, to }: (typeof jobs)[number]): Promise<readonly Examination[]> => {
    const { examinations } = await performed(pool, { kind: 'examine', theoremId, settings, from, to });
    return examinations;
  };
  await runJobs(jobs, examine, {
    ...options,
    earlier: (_, k) => found[k],
    onFinished(examinations, { theoremId, t, from, to }, k) {
      found[k] = examinations;
      options.onFinished?.({ kind: 'examine', theoremId, from, to, examinations });
      report(t);
    },
  });
  return theorems.map((_, t) => finished(t));
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
