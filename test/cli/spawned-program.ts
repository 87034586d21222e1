import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgreementReport } from '../../src/report/agreement.js';

const program = fileURLToPath(new URL('../../dist/bin/unlearning-stability.js', import.meta.url));

export interface SpawnedRun {
  /** Exit code, null if a signal ended the process. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** A signal to be sent once a file has so many lines. */
export interface PlannedSignal {
  readonly signal: NodeJS.Signals;
  readonly file: string;
  readonly lines: number;
}

/** Milliseconds between two looks at the file. */
const POLL_INTERVAL = 5;

/** Runs the built program as a process of its own, with real worker threads. */
export function spawnProgram(args: readonly string[], planned?: PlannedSignal): Promise<SpawnedRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const poll = setInterval(() => {
      if (!planned || lineCount(planned.file) < planned.lines) return;
      clearInterval(poll);
      child.kill(planned.signal);
    }, POLL_INTERVAL);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearInterval(poll);
      resolve({ code, signal, stderr });
    });
  });
}

/** Whole lines of a file; none if there is no such file. */
function lineCount(file: string): number {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

/** Names and contents of all files that a run has left, without what may differ between equal runs. */
export function resultsIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .map((name) => {
        const text = readFileSync(join(folder, name), 'utf8');
        return [name, name === 'agreement.json' ? withoutCircumstances(text) : text];
      }),
  );
}

/** Text of agreement.json without the values of `timing` and `environment`. */
function withoutCircumstances(text: string): string {
  const { timing, environment } = JSON.parse(text) as AgreementReport;
  if (Object.keys(timing).length === 0 || Object.keys(environment).length === 0) {
    throw new Error('timing and environment must not be empty');
  }
  // They are the last two fields: everything before them is compared byte by byte.
  return text.slice(0, text.indexOf('\n  "timing": {'));
}
