import type { BoundaryResult } from './boundary-search.js';
import type { Budget } from './budget.js';
import { counterexample, type Counterexample } from './counterexample.js';
import type { Examination, Outcome } from './examination.js';
import type { RunSettings } from './run-instances.js';
import type { FinishedWork, FinishedWorkIndex, TaskRunner } from './task.js';
import type { Theorem } from './theorem.js';

/** Instances in one task. */
const CHUNK = 10;

/** What the parts of a run share. */
export interface Run {
  readonly theorems: readonly Theorem[];
  readonly runner: TaskRunner;
  readonly options: VerifyOptions;
  readonly settings: RunSettings;
  readonly earlier: FinishedWorkIndex;
}

/** Looks, for each theorem, for problems on which it is nearly wrong; undefined where aborted. */
export async function searchAll({
  theorems,
  runner,
  options,
  settings,
  earlier,
}: Run): Promise<(BoundaryResult | null | undefined)[]> {
  const boundaries = theorems.map(({ id }) => earlier.boundary(id));
  const jobs = theorems
    .map(({ id: theoremId }, t) => ({ theoremId, t }))
    .filter((_, k) => isInShard(k, options))
    .filter(({ t }) => boundaries[t] === undefined);
  await inParallel(jobs, options, async ({ theoremId, t }) => {
    const result = await runner.run({ kind: 'boundary', theoremId, settings });
    if (result.kind !== 'boundary') return;
    boundaries[t] = result.boundary;
    options.onFinished?.({ kind: 'boundary', theoremId, boundary: result.boundary });
  });
  return boundaries;
}

/** Examines saved contradictions again, with the error probability of this run. */
export async function replayAll(
  { runner, options, settings }: Run,
  corpus: readonly SavedFailure[],
): Promise<ReplayedFailure[]> {
  const replayed = corpus.map(({ name, record }): ReplayedFailure => {
    const theoremId = record.theorem.id;
    return { name, theoremId, outcome: 'inconclusive', evidence: 'not replayed' };
  });
  const jobs = corpus.map(({ record }, k) => ({ record, k }));
  await inParallel(jobs, options, async ({ record, k }) => {
    const theoremId = record.theorem.id;
    const result = await runner.run({ kind: 'replay', theoremId, settings, record });
    if (result.kind !== 'replay') return;
    const { outcome, evidence } = result.examination;
    replayed[k] = { ...replayed[k]!, outcome, evidence };
  });
  return replayed;
}

/** Examines every instance that no earlier run has; for each theorem the finished ones in their order. */
export async function examineAll({
  theorems,
  runner,
  options,
  settings,
  earlier,
}: Run): Promise<Examination[][]> {
  const chunks = chunkRanges(options.budget);
  const results = theorems.map(({ id }) => chunks.map(({ from, to }) => earlier.examinations(id, from, to)));
  const finished = (t: number): Examination[] => results[t]!.flatMap((examinations) => examinations ?? []);
  const report = (t: number): void =>
    options.onProgress?.({
      theorem: theorems[t]!,
      examinations: finished(t),
      total: options.budget.instances,
    });
  theorems.forEach((_, t) => finished(t).length > 0 && report(t));
  const jobs = theorems
    .flatMap(({ id: theoremId }, t) =>
      chunks.map(({ from, to }, chunk) => ({ theoremId, t, chunk, from, to })),
    )
    .filter((_, k) => isInShard(k, options))
    .filter(({ t, chunk }) => results[t]![chunk] === undefined);
  await inParallel(jobs, options, async ({ theoremId, t, chunk, from, to }) => {
    const result = await runner.run({ kind: 'examine', theoremId, settings, from, to });
    if (result.kind !== 'examine') return;
    results[t]![chunk] = result.examinations;
    options.onFinished?.({ kind: 'examine', theoremId, from, to, examinations: result.examinations });
    report(t);
  });
  return theorems.map((_, t) => finished(t));
}

/** Shrinks one contradiction of each theorem; `firsts` holds their instance numbers, or -1. */
export async function shrinkAll(run: Run, firsts: readonly number[]): Promise<(Counterexample | null)[]> {
  const { theorems, runner, options, settings, earlier } = run;
  const shrunk = theorems.map(({ id }, t) => earlier.counterexample(id, firsts[t]!) ?? null);
  const jobs = theorems
    .map((theorem, t) => ({ theorem, t, index: firsts[t]! }))
    .filter(({ t, index }) => index >= 0 && shrunk[t] === null);
  await inParallel(jobs, options, async ({ theorem, t, index }) => {
    const result = await runner.run({ kind: 'shrink', theoremId: theorem.id, settings, index });
    if (result.kind !== 'shrink') return;
    const found = counterexample(theorem, settings, index, result.shrunk);
    shrunk[t] = found;
    options.onFinished?.({ kind: 'shrink', theoremId: theorem.id, counterexample: found });
  });
  return shrunk;
}

/** The instances of a theorem in pieces: numbers `from` .. `to`-1. */
function chunkRanges({ instances }: Budget): { from: number; to: number }[] {
  return Array.from({ length: Math.ceil(instances / CHUNK) }, (_, chunk) => ({
    from: chunk * CHUNK,
    to: Math.min(instances, (chunk + 1) * CHUNK),
  }));
}

/** Number of instances that all theorems together have in a shard. */
export function shardInstances(theorems: readonly Theorem[], { budget, shard }: ShardedWork): number {
  return theorems
    .flatMap(() => chunkRanges(budget))
    .filter((_, k) => isInShard(k, { shard: shard ?? null }))
    .reduce((sum, { from, to }) => sum + to - from, 0);
}

type ShardedWork = Pick<VerifyOptions, 'budget' | 'shard'>;

function isInShard(k: number, { shard }: Pick<VerifyOptions, 'shard'>): boolean {
  return !shard || k % shard.count === shard.index - 1;
}

/** Works through the jobs in order with at most `workers` under way, until aborted. */
async function inParallel<Job>(
  jobs: readonly Job[],
  { workers, signal }: VerifyOptions,
  perform: (job: Job) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs.length && signal?.aborted !== true) await perform(jobs[next++]!);
  };
  await Promise.all(Array.from({ length: Math.max(1, workers) }, lane));
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
  /** Only this part of the work: piece number k with k = index - 1 modulo count. */
  readonly shard?: Shard | null;
  /** Aborting stops after the tasks under way; what is finished is summarised. */
  readonly signal?: AbortSignal;
}

/** A saved contradiction and the name of its file. */
export interface SavedFailure {
  readonly name: string;
  readonly record: Counterexample;
}

/** What became of a saved contradiction in this run. */
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

/** Part `index` of `count`, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}
