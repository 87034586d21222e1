import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { completedUnlessAborted } from '../../src/jobs/interrupt.js';
import { optionValues, seedOption } from '../shared/options.js';
import { INTERRUPTED, study, type StudyConsole } from '../shared/study.js';
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

const USAGE = `Usage: npm run calibrate -- [options]

  --seed N    seed of everything random (default 1)
  --quick     small: a few seconds
  --out DIR   folder for calibration.md and calibration.svg (default docs; with --quick: reports/calibration)
`;

export function calibrateOptions(words: readonly string[]): CalibrateOptions | null {
  const values = optionValues(
    {
      seed: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
    words,
  );
  if (!values) return null;
  const { seed, quick, out } = values;
  return {
    seed: seedOption(seed),
    size: SIZES[quick ? 'quick' : 'full'],
    out: out ?? (quick ? 'reports/calibration' : 'docs'),
  };
}

/**
 * Measures how often the decision of a side is wrong or inconclusive, beside naive procedures, and writes
 * calibration.md and calibration.svg: npm run calibrate -- --quick --seed 2
 *
 * Exit code 1 if a certificate was wrong; if interrupted, what is finished is written.
 */
export default study({ name: 'calibrate', usage: USAGE, options: calibrateOptions, run: calibrate });

async function calibrate({ seed, size, out }: CalibrateOptions, console: StudyConsole): Promise<number> {
  const interrupt = console.interrupt();
  console.status('planted instances');
  const planted = await completedUnlessAborted(plantedResults(seed, size), interrupt);
  const drawn = drawnProblems(seed, size.problems);
  const problems: CalibratedProblem[] = [];
  for (const problem of drawn) {
    if (interrupt.aborted) break;
    console.status(`problem ${problems.length + 1} of ${drawn.length}`);
    const calibrated = await completedUnlessAborted(calibrateProblem(problem, seed, size), interrupt);
    if (calibrated) problems.push(calibrated);
  }
  if (!planted || problems.length === 0) return INTERRUPTED;
  const calibration = { seed, size, planned: drawn.length, problems, planted };
  console.print(calibrationText(calibration));
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'calibration.md'), calibrationMarkdown(calibration));
  writeFileSync(join(out, 'calibration.svg'), calibrationPicture(calibration));
  const wrong = wrongCertificates(calibration);
  if (wrong > 0) console.say(`${wrong} certificates were wrong`);
  if (wrong > 0) return 1;
  return interrupt.aborted ? INTERRUPTED : 0;
}

function wrongCertificates({ problems, planted }: Calibration): number {
  const names = CERTIFICATES.map(({ name }) => name);
  const verdicts = problems.flatMap((problem) => problem.verdicts);
  const judged = [
    ...verdicts.filter(({ procedure }) => names.includes(procedure)),
    ...planted.procedures.flatMap((found) => found.verdicts),
  ];
  return tally(judged).wrong;
}
