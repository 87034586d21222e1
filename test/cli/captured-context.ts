import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CliContext } from '../../src/cli/context.js';
import { runCommandLine } from '../../src/cli/program.js';
import type { Theorem } from '../../src/harness/theorem.js';
import { gridWorker } from '../../src/frontier/maps.js';
import { performTask, type VerifyTask } from '../../src/harness/run-work.js';
import { localPool, type Pool } from '../../src/jobs/run-jobs.js';
import { loadBackend } from '../../src/network/tfjs-backend.js';
import { unlearning, type UnlearningImplementation } from '../../src/unlearning/process.js';
import { theorems as registered } from '../../theorems/index.js';

export interface Captured {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CaptureOptions {
  readonly theorems?: readonly Theorem[];
  readonly implementation?: UnlearningImplementation;
  /** Called with the handler that an interrupt would call. */
  readonly onListen?: (interrupt: () => void) => void;
  /** The run is interrupted as soon as it has finished so many tasks. */
  readonly interruptAfter?: number;
  /** True if stdout is a terminal. */
  readonly terminal?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds, for progress and --time-limit; by default no time passes. */
  readonly now?: () => number;
}

/** Runs the command line in this process, on one thread, and captures what it prints. */
export async function capture(args: readonly string[], options: CaptureOptions = {}): Promise<Captured> {
  const theorems = options.theorems ?? registered;
  const implementation = options.implementation ?? unlearning;
  const output = { stdout: '', stderr: '' };
  let interrupt = (): void => undefined;
  const context: CliContext = {
    theorems,
    implementation,
    tool: { name: 'unlearning-stability', version: '0.0.0-test', commit: null },
    stdout: { write: (text) => (output.stdout += text), isTTY: options.terminal === true },
    stderr: { write: (text) => (output.stderr += text) },
    env: options.env ?? {},
    calibrationPicture: null,
    processors: 1,
    loadBackend: (requested) => loadBackend(requested ?? undefined),
    verifyPool: (_, backend) => {
      const work = (task: VerifyTask) => performTask(task, theorems, implementation, backend);
      return countingPool(localPool(work), (finished) => {
        if (finished === options.interruptAfter) interrupt();
      });
    },
    mapPool: () =>
      countingPool(localPool(gridWorker({ theorems, implementation })), (finished) => {
        if (finished === options.interruptAfter) interrupt();
      }),
    now: options.now ?? (() => 0),
    peakMemory: () => 0,
    onInterrupt(handler) {
      options.onListen?.(handler);
      interrupt = handler;
      if (options.interruptAfter === 0) handler();
      return () => undefined;
    },
  };
  const code = await runCommandLine(args, context, () => Promise.resolve(context));
  return { code, ...output };
}

/** The pool, calling back with the number of finished tasks after each. */
function countingPool<Task, Result>(
  pool: Pool<Task, Result>,
  onFinished: (finished: number) => void,
): Pool<Task, Result> {
  let finished = 0;
  return {
    run: async (task) => {
      const result = await pool.run(task);
      onFinished(++finished);
      return result;
    },
    close: () => pool.close(),
  };
}

/** A fresh folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'unlearning-stability-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
