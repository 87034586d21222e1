import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadBackend } from '../../src/network/load-backend.js';
import type { CliContext } from '../../src/cli/context.js';
import { runCommandLine } from '../../src/cli/program.js';
import type { Theorem } from '../../src/harness/theorem.js';
import { inProcessGridRunner } from '../../src/frontier/maps.js';
import { inProcessRunner } from '../../src/harness/task.js';
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
}

/** Runs the command line in this process, on one thread, and captures what it prints. */
export async function capture(args: readonly string[], options: CaptureOptions = {}): Promise<Captured> {
  const theorems = options.theorems ?? registered;
  const implementation = options.implementation ?? unlearning;
  const output = { stdout: '', stderr: '' };
  let interrupt = (): void => undefined;
  const context: CliContext = {
    theorems,
    tool: { name: 'unlearning-stability', version: '0.0.0-test', commit: null },
    stdout: { write: (text) => (output.stdout += text), isTTY: options.terminal === true },
    stderr: { write: (text) => (output.stderr += text) },
    env: options.env ?? {},
    calibrationPicture: null,
    processors: 1,
    loadBackend: (requested) => loadBackend(requested ?? undefined),
    createRunner: (_, backend) =>
      countingRunner(inProcessRunner(theorems, implementation, backend), (finished) => {
        if (finished === options.interruptAfter) interrupt();
      }),
    createGridRunner: () =>
      countingRunner(inProcessGridRunner({ theorems, implementation }), (finished) => {
        if (finished === options.interruptAfter) interrupt();
      }),
    now: () => 0,
    peakMemory: () => 0,
    onInterrupt(handler) {
      options.onListen?.(handler);
      interrupt = handler;
      if (options.interruptAfter === 0) handler();
      return () => undefined;
    },
  };
  const code = await runCommandLine(args, context, implementation);
  return { code, ...output };
}

interface Runner<Task, Result> {
  run(task: Task): Promise<Result>;
  close(): Promise<void>;
}

/** The runner, calling back with the number of finished tasks after each. */
function countingRunner<Task, Result>(
  runner: Runner<Task, Result>,
  onFinished: (finished: number) => void,
): Runner<Task, Result> {
  let finished = 0;
  return {
    run: async (task) => {
      const result = await runner.run(task);
      onFinished(++finished);
      return result;
    },
    close: () => runner.close(),
  };
}

/** A fresh folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'unlearning-stability-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
