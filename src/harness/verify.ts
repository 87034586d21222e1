import { errorBudget, type Budget, type ErrorBudget } from './budget.js';
import type { BoundaryResult } from './boundary-search.js';
import { counterexample, type Counterexample } from './counterexample.js';
import type { Examination, Outcome } from './examination.js';
import { exactVariantResults, type ExactVariantResult } from './exact-variants.js';
import { indexFinishedWork, type FinishedWork, type FinishedWorkIndex } from './finished-work.js';
import type { RunSettings } from './run-instances.js';
import { summariseTheorem, type TheoremSummary } from './summary.js';
import type { TaskRunner } from './task.js';
import type { Theorem } from './theorem.js';
import { runVerdict, type RunVerdict } from './verdict.js';

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

/** Everything a run of `verify` finds out. */
export interface VerifyResult {
  readonly errorBudget: ErrorBudget;
  readonly verdict: RunVerdict;
  readonly reasons: readonly string[];
  readonly theorems: readonly TheoremSummary[];
  /** Wrong variants of the exact threshold, tried on the instances of all theorems about sides. */
  readonly exactThreshold: readonly ExactVariantResult[];
  /** Saved contradictions of these theorems, examined again. */
  readonly corpus: readonly ReplayedFailure[];
}

/** Instances in one task. */
const CHUNK = 10;

/**
 * Puts theorems to the test: draws instances, examines them on the runner, shrinks the first
 * contradiction of each theorem, and summarises. The result depends on theorems, seed and budget alone.
 */
export async function verify(
  theorems: readonly Theorem[],
  runner: TaskRunner,
  options: VerifyOptions,
): Promise<VerifyResult> {
  const { seed, budget } = options;
  const corpus = (options.corpus ?? []).filter(({ record }) =>
    theorems.some(({ id }) => id === record.theorem.id),
  );
  const errors = errorBudget(theorems, budget.instances, corpus.length);
  const settings = { seed, budget, perVerdict: errors.perVerdict };
  const run: Run = { theorems, runner, options, settings, earlier: indexFinishedWork(options.earlier ?? []) };
  const replayed = await replayAll(run, corpus);
  const examinations = await examineAll(run);
  const complete = examinations.every(({ length }) => length === budget.instances);
  const firsts = examinations.map((done, t) => contradictionToShrink(theorems[t]!, done));
  const counterexamples = complete ? await shrinkAll(run, firsts) : theorems.map(() => null);
  const boundaries = await searchAll(run);
  const interrupted =
    !complete ||
    boundaries.includes(undefined) ||
    firsts.some((index, t) => index >= 0 && counterexamples[t] === null);
  const summaries = theorems.map((theorem, t) =>
    summariseTheorem(theorem, examinations[t]!, counterexamples[t]!, boundaries[t] ?? null),
  );
  const exactThreshold = exactVariantResults(
    theorems.map(({ id }, t) => ({ theoremId: id, examinations: examinations[t]! })),
  );
  const { verdict, reasons } = interrupted
    ? { verdict: 'interrupted' as const, reasons: ['interrupted before the end'] }
    : runVerdict(summaries, budget, {
        replayed,
        exactThreshold: hasExactClaim(theorems) ? exactThreshold : [],
      });
  return { errorBudget: errors, verdict, reasons, theorems: summaries, exactThreshold, corpus: replayed };
}

/** What the parts of a run share. */
interface Run {
  readonly theorems: readonly Theorem[];
  readonly runner: TaskRunner;
  readonly options: VerifyOptions;
  readonly settings: RunSettings;
  readonly earlier: FinishedWorkIndex;
}

/** Looks, for each theorem, for problems on which it is nearly wrong; undefined where aborted. */
async function searchAll({
  theorems,
  runner,
  options,
  settings,
}: Run): Promise<(BoundaryResult | null | undefined)[]> {
  const boundaries = theorems.map((): BoundaryResult | null | undefined => undefined);
  const jobs = theorems.map(({ id: theoremId }, t) => ({ theoremId, t }));
  await inParallel(jobs, options, async ({ theoremId, t }) => {
    const result = await runner.run({ kind: 'boundary', theoremId, settings });
    if (result.kind === 'boundary') boundaries[t] = result.boundary;
  });
  return boundaries;
}

/** True if some theorem claims both sides: its instances lie close to the exact threshold. */
function hasExactClaim(theorems: readonly Theorem[]): boolean {
  return theorems.some(({ claim }) => claim.kind === 'side' && claim.asserts === 'both');
}

/** Examines saved contradictions again, with the error probability of this run. */
async function replayAll(
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
async function examineAll({ theorems, runner, options, settings, earlier }: Run): Promise<Examination[][]> {
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
async function shrinkAll(run: Run, firsts: readonly number[]): Promise<(Counterexample | null)[]> {
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

/** Number of the first drawn contradiction, else of the first witness that is one (they are shrunk already), or -1. */
function contradictionToShrink({ witnesses }: Theorem, done: readonly Examination[]): number {
  const numbers = [...done.keys()].filter((k) => done[k]!.outcome === 'contradict');
  return numbers.find((k) => k >= witnesses.length) ?? numbers[0] ?? -1;
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
