#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import Tinypool from 'tinypool';
import type { CliContext, ToolIdentity } from '../src/cli/context.js';
import { runCommandLine } from '../src/cli/program.js';
import type { GridRunner, GridTaskResult } from '../src/frontier/maps.js';
import type { TaskRunner, VerifyTaskResult } from '../src/harness/task.js';
import type { GradientBackend } from '../src/network/gradient-backend.js';
import { loadBackend } from '../src/network/load-backend.js';
import { theorems } from '../theorems/index.js';
import type { WorkerSettings } from './verify-worker.js';

/** Runs tasks on worker threads, each with the registered theorems and the real implementation. */
function threadRunner(workers: number, backend: GradientBackend | null): TaskRunner {
  const pool = new Tinypool({
    filename: new URL('./verify-worker.js', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
    workerData: { backend: backend?.name ?? null } satisfies WorkerSettings,
  });
  return {
    run: (task) => pool.run(task) as Promise<VerifyTaskResult>,
    close: () => pool.destroy(),
  };
}

/** Runs the columns of maps on worker threads. */
function threadGridRunner(workers: number): GridRunner {
  const pool = new Tinypool({
    filename: new URL('./frontier-worker.js', import.meta.url).href,
    minThreads: workers,
    maxThreads: workers,
  });
  return {
    run: (task) => pool.run(task) as Promise<GridTaskResult>,
    close: () => pool.destroy(),
  };
}

const build = JSON.parse(readFileSync(new URL('../build.json', import.meta.url), 'utf8')) as ToolIdentity;

/** Text of a file of the package; null if it came without. */
function packagedText(path: string): string | null {
  const file = new URL(`../../${path}`, import.meta.url);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

const context: CliContext = {
  theorems,
  tool: build,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  calibrationPicture: packagedText('docs/calibration.svg'),
  processors: availableParallelism(),
  loadBackend: (requested) => loadBackend(requested ?? undefined),
  createRunner: threadRunner,
  createGridRunner: threadGridRunner,
  now: () => performance.now(),
  peakMemory: () => Math.round(process.resourceUsage().maxRSS / 1024),
  onInterrupt(handler) {
    process.once('SIGINT', handler);
    return () => process.off('SIGINT', handler);
  },
};

process.exitCode = await runCommandLine(process.argv.slice(2), context);
