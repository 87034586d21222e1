import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { integerOption, UsageError } from '../../src/cli/options.js';
import {
  type CalibratedProblem,
  calibrateProblem,
  type Calibration,
  type CalibrationSize,
  CERTIFICATES,
  plantedResults,
  SIZES,
} from './calibration.js';
import { calibrationMarkdown, calibrationText } from './document.js';
import { completedUnlessAborted } from './interruptible.js';
import { drawnProblems } from './known-instance.js';
import { calibrationPicture } from './picture.js';
import { tally } from './tally.js';

/** What a calibration is asked to do. */
export interface CalibrateOptions {
  readonly seed: number;
  readonly size: CalibrationSize;
  /** Folder for calibration.md and calibration.svg. */
  readonly out: string;
}

export const USAGE = `Usage: npm run calibrate -- [options]

  --seed N    seed of everything random (default 1)
  --quick     small: a few seconds
  --out DIR   folder for calibration.md and calibration.svg (default docs; with --quick: reports/calibration)
`;

const optionTypes = {
  seed: { type: 'string', default: '1' },
  quick: { type: 'boolean', default: false },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Options from command line words; null if help is asked for.
 *
 * @throws UsageError naming the option, the value and what is allowed.
 */
export function calibrateOptions(words: readonly string[]): CalibrateOptions | null {
  const { seed, quick, out, help } = parsedWords(words);
  if (help) return null;
  return {
    seed: integerOption('seed', seed, 0, Number.MAX_SAFE_INTEGER),
    size: SIZES[quick ? 'quick' : 'full'],
    out: out ?? (quick ? 'reports/calibration' : 'docs'),
  };
}

function parsedWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options: optionTypes }).values;
  } catch (error) {
    // Messages of parseArgs go on with advice; their first sentence says what is wrong.
    const problem = error instanceof Error ? error.message.split(/\. |\.?\n/)[0]! : String(error);
    const allowed = Object.keys(optionTypes).map((name) => `--${name}`);
    throw new UsageError(`${problem}; allowed are ${allowed.join(', ')}`);
  }
}

/**
 * Measures how often the decision of a side is wrong or inconclusive, beside naive procedures, and writes
 * calibration.md and calibration.svg.
 *
 *     npm run calibrate -- --quick --seed 2
 *
 * Exit code 0; 1 if a certificate was wrong; 2 for wrong usage; 130 if interrupted (what is finished is written).
 */

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
