import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../src/cli/options.js';
import { INTERRUPTED_EXIT } from '../../src/cli/failure.js';
import { completedUnlessAborted } from '../../src/jobs/interrupt.js';
import { optionValues, seedOption } from '../shared/options.js';
import { tableAsText } from '../shared/tables.js';
import { study, type StudyConsole } from '../shared/study.js';
import {
  type CalibratedProblem,
  calibrateProblem,
  type CalibrationSize,
  CERTIFICATES,
  plantedResults,
  SIZES,
} from './calibration.js';
import { calibrationMarkdown, calibrationText, withTables } from './document.js';
import { drawnProblems } from './known-instance.js';
import { calibrationPicture } from './picture.js';
import { procedureCertificates } from './procedure-certificates.js';
import { procedureTables } from './tables.js';
import { type JudgedVerdict, tally } from './tally.js';

/** Settings of a calibration. */
export interface CalibrateOptions {
  readonly seed: number;
  readonly size: CalibrationSize;
  /** Only the tables of procedures whose operator is not self-adjoint, in the page that stands in `out`. */
  readonly procedures: boolean;
  /** Folder for calibration.md and calibration.svg. */
  readonly out: string;
}

const USAGE = `Usage: npm run calibrate -- [options]

  --seed N    seed of everything random (default 1)
  --quick     small: a few seconds
  --procedures  only the tables of procedures whose operator is not self-adjoint: the rest of the page stays
  --out DIR   folder for calibration.md and calibration.svg (default docs; with --quick: reports/calibration)
`;

export function calibrateOptions(words: readonly string[]): CalibrateOptions | null {
  const values = optionValues(
    {
      seed: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      procedures: { type: 'boolean', default: false },
      out: { type: 'string' },
    },
    words,
  );
  if (!values) return null;
  const { seed, quick, procedures, out } = values;
  return {
    seed: seedOption(seed),
    size: SIZES[quick ? 'quick' : 'full'],
    procedures,
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

async function calibrate(options: CalibrateOptions, console: StudyConsole): Promise<number> {
  if (options.procedures) return calibrateProcedures(options, console);
  const { seed, size, out } = options;
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
  if (!planted || problems.length === 0) return INTERRUPTED_EXIT;
  const calibration = { seed, size, planned: drawn.length, problems, planted };
  console.print(calibrationText(calibration));
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'calibration.md'), calibrationMarkdown(calibration));
  writeFileSync(join(out, 'calibration.svg'), calibrationPicture(calibration));
  const names = CERTIFICATES.map(({ name }) => name);
  const verdicts = problems.flatMap((problem) => problem.verdicts);
  const ofProblems = verdicts.filter(({ procedure }) => names.includes(procedure));
  const judged = [...ofProblems, ...planted.procedures.flatMap((found) => found.verdicts)];
  return exitCode(judged, console) || (interrupt.aborted ? INTERRUPTED_EXIT : 0);
}

/** Puts the tables of procedures into the page of an earlier calibration of the same seed and size. */
async function calibrateProcedures(
  { seed, size, out }: CalibrateOptions,
  console: StudyConsole,
): Promise<number> {
  const path = join(out, 'calibration.md');
  const page = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const heading = `Seed ${seed}, size ${size.name}`;
  if (!page.includes(`\n${heading}: `))
    throw new UsageError(`--procedures needs ${path} of ${heading}; got ${page ? 'another' : 'none'}`);
  console.status('procedures');
  const work = procedureCertificates(seed, size.procedures);
  const found = await completedUnlessAborted(work, console.interrupt());
  if (!found) return INTERRUPTED_EXIT;
  const tables = procedureTables(found);
  console.print(tables.map(tableAsText).join('\n\n'));
  writeFileSync(path, withTables(page, tables));
  const judged = found.flatMap(({ verdicts }) => verdicts);
  return exitCode(judged, console);
}

function exitCode(judged: readonly JudgedVerdict[], console: StudyConsole): number {
  const { wrong } = tally(judged);
  if (wrong > 0) console.say(`${wrong} certificates were wrong`);
  return wrong > 0 ? 1 : 0;
}
