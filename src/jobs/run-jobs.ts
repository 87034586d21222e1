import { setImmediate as eventLoopTurn } from 'node:timers/promises';

/** Part `index` of `count` of the jobs of a run, from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/** Whether a shard has job number k, from 0: every count-th, so that the parts take about the same time. */
export function isInShard(k: number, shard: Shard | null): boolean {
  return shard === null || k % shard.count === shard.index - 1;
}

/** Part I of K, written I/K; null if the text is none. */
export function parseShard(text: string): Shard | null {
  const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim());
  const [index, count] = [Number(match?.[1]), Number(match?.[2])];
  return match && index >= 1 && index <= count ? { index, count } : null;
}

/** Name of the log that a run grows: of a whole run a checkpoint, which goes away with its end, of a shard the shard. */
export function logName(shard: Shard | null, prefix = ''): string {
  return `${prefix}${shard ? `shard-${shard.index}-of-${shard.count}` : 'checkpoint'}.jsonl`;
}

/** Whether a file is named as the log of a shard, with a prefix that matches `prefix`. */
export function isShardName(name: string, prefix = ''): boolean {
  return new RegExp(`^${prefix}shard-\\d+-of-\\d+\\.jsonl$`).test(name);
}

export interface JobOptions<Job, Result> {
  /** Jobs kept under way at once; the results do not depend on it. */
  readonly workers: number;
  /** The part of the jobs to do; null or left out: all. */
  readonly shard?: Shard | null | undefined;
  /** What an earlier run has found of a job, which is then not done again; undefined: nothing. */
  readonly earlier?: (job: Job, index: number) => Result | undefined;
  /** Called with every result that this run finds, in the order in which it does. */
  readonly onFinished?: (result: Result, job: Job, index: number) => void;
  /** Aborting stops after the jobs under way. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Does the jobs that lie in the shard and that no earlier run has done, in their order with at most `workers` under way.
 *
 * @returns the results in the order of the jobs, earlier ones included; undefined where a job was left out or aborted.
 */
export async function runJobs<Job, Result>(
  jobs: readonly Job[],
  perform: (job: Job) => Promise<Result>,
  { workers, shard = null, earlier, onFinished, signal }: JobOptions<Job, Result>,
): Promise<(Result | undefined)[]> {
  const results = jobs.map((job, k) => earlier?.(job, k));
  const waiting = [...jobs.keys()].filter((k) => isInShard(k, shard) && results[k] === undefined);
  let failed = false;
  const lane = async (): Promise<void> => {
    while (waiting.length > 0 && !failed && signal?.aborted !== true) {
      const k = waiting.shift()!;
      const result = await perform(jobs[k]!);
      results[k] = result;
      onFinished?.(result, jobs[k]!, k);
    }
  };
  const guarded = (): Promise<void> =>
    lane().catch((error: unknown) => {
      failed = true;
      throw error;
    });
  await Promise.all(Array.from({ length: Math.max(1, workers) }, guarded));
  return results;
}

/** Carries out tasks, on worker threads or in this one. */
export interface Pool<Task, Result> {
  run(task: Task): Promise<Result>;
  close(): Promise<void>;
}

/** A pool of this thread alone: a turn of the event loop before every task keeps signals and progress alive. */
export function localPool<Task, Result>(work: (task: Task) => Result | Promise<Result>): Pool<Task, Result> {
  return {
    run: async (task) => {
      await eventLoopTurn();
      return work(task);
    },
    close: () => Promise.resolve(),
  };
}

/**
 * A pool of worker threads, started with the first task.
 *
 * @param worker file URL of a module whose default export carries out one task; tasks and results are plain data.
 */
export function threadPool<Task, Result>(worker: URL, threads: number): Pool<Task, Result> {
  let started: Promise<Pool<Task, Result>> | null = null;
  return {
    run: async (task) => (await (started ??= startThreads<Task, Result>(worker, threads))).run(task),
    close: async () => (await started)?.close(),
  };
}

async function startThreads<Task, Result>(worker: URL, threads: number): Promise<Pool<Task, Result>> {
  // Loaded here alone: a library that runs in one thread does without.
  const { Tinypool } = await import('tinypool');
  const pool = new Tinypool({ filename: worker.href, minThreads: threads, maxThreads: threads });
  return { run: (task) => pool.run(task) as Promise<Result>, close: () => pool.destroy() };
}
