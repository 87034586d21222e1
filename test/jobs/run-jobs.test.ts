import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import {
  completed,
  completedUnlessAborted,
  interruptible,
  type PausingWork,
} from '../../src/jobs/interrupt.js';
import { localPool, runJobs, threadPool } from '../../src/jobs/run-jobs.js';

const jobs = Array.from({ length: 11 }, (_, k) => k);
const square = localPool((x: number) => x * x);

describe('runJobs', () => {
  test.each([1, 2, 5, 20])('with %i workers gives all results in the order of the jobs', async (workers) => {
    // Later jobs end sooner.
    const perform = async (x: number): Promise<number> => {
      for (let turn = jobs.length; turn > x; turn--) await eventLoopTurn();
      return x * x;
    };
    expect(await runJobs(jobs, perform, { workers })).toEqual(jobs.map((x) => x * x));
  });

  test('keeps at most so many jobs under way as there are workers', async () => {
    let underWay = 0;
    let most = 0;
    const perform = async (): Promise<void> => {
      most = Math.max(most, ++underWay);
      await eventLoopTurn();
      underWay--;
    };
    await runJobs(jobs, perform, { workers: 3 });
    expect(most).toBe(3);
  });

  test('shards do every job once', async () => {
    const done = await Promise.all(
      [1, 2, 3].map((index) =>
        runJobs(jobs, (x) => square.run(x), { workers: 2, shard: { index, count: 3 } }),
      ),
    );
    for (const job of jobs) {
      const results = done.map((results) => results[job]).filter((result) => result !== undefined);
      expect(results).toEqual([job * job]);
    }
  });

  test('takes earlier results over, null among them, and reports the others alone', async () => {
    const finished: number[] = [];
    const results = await runJobs<number, number | null>(jobs, (x) => square.run(x), {
      workers: 2,
      earlier: (x) => (x % 2 === 0 ? null : undefined),
      onFinished: (_, job, number) => finished.push(job, number),
    });
    // Each with its number among all jobs.
    expect(finished).toEqual(jobs.filter((x) => x % 2 === 1).flatMap((x) => [x, x]));
    expect(results).toEqual(jobs.map((x) => (x % 2 === 0 ? null : x * x)));
  });

  test('aborted stops after the jobs under way; what is missing is undefined and can be done later', async () => {
    const abort = new AbortController();
    const finished = new Map<number, number>();
    const first = await runJobs(jobs, (x) => square.run(x), {
      workers: 1,
      signal: abort.signal,
      onFinished: (result, job) => {
        finished.set(job, result);
        if (finished.size === 4) abort.abort();
      },
    });
    expect(first).toEqual([0, 1, 4, 9, ...jobs.slice(4).map(() => undefined)]);
    const second = await runJobs(jobs, (x) => square.run(x), {
      workers: 3,
      earlier: (x) => finished.get(x),
    });
    expect(second).toEqual(jobs.map((x) => x * x));
  });

  test('a job that fails ends the run with its error, and no further job is begun', async () => {
    const begun: number[] = [];
    const perform = async (x: number): Promise<void> => {
      begun.push(x);
      await eventLoopTurn();
      if (x === 1) throw new Error('job 1');
    };
    await expect(runJobs(jobs, perform, { workers: 2 })).rejects.toThrow('job 1');
    await eventLoopTurn();
    await eventLoopTurn();
    expect(begun.length).toBeLessThanOrEqual(4);
  });
});

describe('pools', () => {
  test('worker threads give what this thread gives', async () => {
    const source = 'export default (x) => x * x;';
    const pool = threadPool<number, number>(new URL(`data:text/javascript,${encodeURIComponent(source)}`), 2);
    const results = await runJobs(jobs, (x) => pool.run(x), { workers: 2 });
    await pool.close();
    expect(results).toEqual(jobs.map((x) => x * x));
  });

  test('a pool of threads that never had a task can be closed', async () => {
    await threadPool(new URL('file:///no/such/module.js'), 1).close();
  });

  test('this thread takes a turn of the event loop before every task', async () => {
    let turned = false;
    setImmediate(() => (turned = true));
    expect(await localPool(() => turned).run(undefined)).toBe(true);
  });
});

describe('interrupts', () => {
  test('abort the signal of the work, and are listened to no longer than that', async () => {
    let listening = 0;
    let interrupt = (): void => undefined;
    const onInterrupt = (handler: () => void) => {
      listening++;
      interrupt = handler;
      return () => {
        listening--;
      };
    };
    const aborted = await interruptible(onInterrupt, async (signal) => {
      await eventLoopTurn();
      interrupt();
      return signal.aborted;
    });
    expect([aborted, listening]).toEqual([true, 0]);
    await expect(interruptible(onInterrupt, () => Promise.reject(new Error('work failed')))).rejects.toThrow(
      'work failed',
    );
    expect(listening).toBe(0);
  });

  test('stop pausing work at its next pause', async () => {
    function* counting(): PausingWork<number> {
      for (let k = 0; k < 3; k++) yield;
      return 3;
    }
    expect(completed(counting())).toBe(3);
    const abort = new AbortController();
    expect(await completedUnlessAborted(counting(), abort.signal)).toBe(3);
    abort.abort();
    expect(await completedUnlessAborted(counting(), abort.signal)).toBeNull();
  });
});
