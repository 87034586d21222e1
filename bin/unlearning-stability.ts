#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { mapThreads, verifyThreads } from '../src/api/worker-threads.js';
import type { CliContext } from '../src/cli/context.js';
import { guardProcess } from '../src/cli/failure.js';
import { runCommandLine } from '../src/cli/program.js';
import { onSigint } from '../src/jobs/interrupt.js';
import { thisMachine, type ToolIdentity } from '../src/jobs/machine.js';
import { loadBackend } from '../src/network/load-backend.js';
import { theorems } from '../theorems/index.js';

const output = guardProcess('unlearning-stability');

const build = JSON.parse(readFileSync(new URL('../build.json', import.meta.url), 'utf8')) as ToolIdentity;

/** Text of a file of the package; null if it came without. */
function packagedText(path: string): string | null {
  const file = new URL(`../../${path}`, import.meta.url);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

const context: CliContext = {
  ...thisMachine,
  theorems,
  tool: build,
  ...output,
  env: process.env,
  calibrationPicture: packagedText('docs/calibration.svg'),
  loadBackend: (requested) => loadBackend(requested ?? undefined),
  verifyPool: verifyThreads,
  mapPool: mapThreads,
  onInterrupt: onSigint,
};

process.exitCode = await runCommandLine(process.argv.slice(2), context);
