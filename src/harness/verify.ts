import { errorBudget, type Budget, type ErrorBudget } from './budget.js';
import { counterexample, type Counterexample } from './counterexample.js';
import type { Examination } from './examine.js';
import { summariseTheorem, type TheoremSummary } from './summary.js';
import type { TaskRunner, VerifyTask } from './task.js';
import type { Theorem } from './theorem.js';
import { runVerdict, type RunVerdict } from './verdict.js';

export interface VerifyOptions {
  readonly seed: number;
  readonly budget: Budget;
  /** Tasks kept under way at once; the result does not depend on it. */
  readonly workers: number;
  /** Called after every finished piece of work. */
  readonly onProgress?: (progress: TheoremProgress) => void;
  /** Aborting stops after the tasks under way; what is finished is summarised. */
  readonly signal?: AbortSignal;
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
  const { seed, budget, signal } = options;
  const errors = errorBudget(theorems, budget.instances);
  const settings = { seed, budget, perVerdict: errors.perVerdict };
  const results = theorems.map(() => new Array<readonly Examination[] | undefined>(chunkCount(budget)));
  const jobs = theorems.flatMap((theorem, t) =>
    results[t]!.fill(undefined).map((_, chunk) => ({ theorem, t, chunk })),
  );
  await inParallel(jobs, options.workers, signal, async ({ theorem, t, chunk }) => {
    const from = chunk * CHUNK;
    const to = Math.min(budget.instances, from + CHUNK);
    const task: VerifyTask = { kind: 'examine', theoremId: theorem.id, settings, from, to };
    const result = await runner.run(task);
    if (result.kind === 'examine') results[t]![chunk] = result.examinations;
    options.onProgress?.({ theorem, examinations: finished(results[t]!), total: budget.instances });
  });
  const interrupted = results.some((chunks) => chunks.includes(undefined));
  const counterexamples = theorems.map((): Counterexample | null => null);
  const contradicted = theorems
    .map((theorem, t) => ({ theorem, t, index: finished(results[t]!).findIndex(isContradiction) }))
    .filter(({ index }) => index >= 0);
  await inParallel(
    interrupted ? [] : contradicted,
    options.workers,
    signal,
    async ({ theorem, t, index }) => {
      const result = await runner.run({ kind: 'shrink', theoremId: theorem.id, settings, index });
      if (result.kind === 'shrink') {
        counterexamples[t] = counterexample(theorem, settings, index, result.shrunk);
      }
    },
  );
  const summaries = theorems.map((theorem, t) =>
    summariseTheorem(theorem, finished(results[t]!), counterexamples[t]!),
  );
  const { verdict, reasons } = interrupted
    ? { verdict: 'interrupted' as const, reasons: ['interrupted before the end'] }
    : runVerdict(summaries);
  return { errorBudget: errors, verdict, reasons, theorems: summaries };
}

function chunkCount(budget: Budget): number {
  return Math.ceil(budget.instances / CHUNK);
}

/** Finished examinations, in the order of their instance numbers. */
function finished(chunks: readonly (readonly Examination[] | undefined)[]): Examination[] {
  return chunks.flatMap((examinations) => examinations ?? []);
}

function isContradiction({ outcome }: Examination): boolean {
  return outcome === 'contradict';
}

/** Works through the jobs in order with at most `width` under way. */
async function inParallel<Job>(
  jobs: readonly Job[],
  width: number,
  signal: AbortSignal | undefined,
  perform: (job: Job) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < jobs.length && signal?.aborted !== true) await perform(jobs[next++]!);
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, lane));
}
