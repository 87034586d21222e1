import { setImmediate as eventLoopTurn } from 'node:timers/promises';

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
