/**
 * Measures how often the decision of a side is wrong or inconclusive, beside naive procedures, and writes
 * calibration.md and calibration.svg.
 *
 *     npm run calibrate -- --quick --seed 2
 *
 * Exit code 0; 1 if a certificate was wrong; 2 for wrong usage; 130 if interrupted (what is finished is written).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../src/cli/options.js';
import {
  calibrateProblem,
  CERTIFICATES,
  plantedResults,
  type CalibratedProblem,
  type Calibration,
} from './calibration.js';
import { calibrationMarkdown, calibrationText } from './document.js';
import { drawnProblems } from './drawn-problems.js';
import { completedUnlessAborted } from './interruptible.js';
import { calibrateOptions, USAGE, type CalibrateOptions } from './options.js';
import { calibrationPicture } from './picture.js';
import { tally } from './tally.js';

async function calibrate({ seed, size, out }: CalibrateOptions): Promise<void> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  progress('planted instances');
  const planted = await completedUnlessAborted(plantedResults(seed, size), interrupt.signal);
  const drawn = drawnProblems(seed, size.problems);
  const problems: CalibratedProblem[] = [];
  for (const problem of drawn) {
    if (interrupt.signal.aborted) break;
    progress(`problem ${problems.length + 1} of ${drawn.length}`);
    const work = calibrateProblem(problem, seed, size);
    const calibrated = await completedUnlessAborted(work, interrupt.signal);
    if (calibrated) problems.push(calibrated);
  }
  progress('');
  if (interrupt.signal.aborted) process.exitCode = 130;
  if (!planted || problems.length === 0) return;
  const calibration = { seed, size, planned: drawn.length, problems, planted };
  process.stdout.write(`${calibrationText(calibration)}\n`);
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'calibration.md'), calibrationMarkdown(calibration));
  writeFileSync(join(out, 'calibration.svg'), calibrationPicture(calibration));
  const wrong = wrongCertificates(calibration);
  if (wrong === 0) return;
  process.stderr.write(`calibrate: ${wrong} certificates were wrong\n`);
  process.exitCode = 1;
}

function wrongCertificates({ problems }: Calibration): number {
  const names = CERTIFICATES.map(({ name }) => name);
  const verdicts = problems.flatMap((problem) => problem.verdicts);
  return tally(verdicts.filter(({ procedure }) => names.includes(procedure))).wrong;
}

/** One line that overwrites itself; on a terminal only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

try {
  const options = calibrateOptions(process.argv.slice(2));
  if (options) await calibrate(options);
  else process.stdout.write(USAGE);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`calibrate: ${error.message}\n`);
  process.exitCode = 2;
}
