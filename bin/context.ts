import { existsSync, readFileSync } from 'node:fs';
import { mapThreads, verifyThreads } from '../src/api/worker-threads.js';
import type { CliContext, Shell } from '../src/cli/context.js';
import { onSigint } from '../src/jobs/interrupt.js';
import { thisMachine } from '../src/jobs/machine.js';
import { loadBackend } from '../src/network/tfjs-backend.js';
import { unlearning } from '../src/unlearning/process.js';
import { theorems } from '../theorems/index.js';

/** Context of the commands: the register of theorems, this machine, its threads and backends. */
export function commandContext(shell: Shell): CliContext {
  return {
    ...thisMachine,
    ...shell,
    theorems,
    implementation: unlearning,
    calibrationPicture: packagedText('docs/calibration.svg'),
    loadBackend: (requested) => loadBackend(requested ?? undefined),
    verifyPool: verifyThreads,
    mapPool: mapThreads,
    onInterrupt: onSigint,
  };
}

/** Text of a file of the package; null if it came without. */
function packagedText(path: string): string | null {
  const file = new URL(`../../${path}`, import.meta.url);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}
