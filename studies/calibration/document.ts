import { samplingName } from '../../src/harness/instance.js';
import { significant } from '../../src/report/number-format.js';
import type { Calibration } from './calibration.js';
import {
  certificateTables,
  comparisonTable,
  falseAlarmTable,
  heavyTailTable,
  procedureTables,
  samplerTable,
} from './tables.js';
import { tableAsMarkdown, tableAsText, type StudyTable } from '../shared/tables.js';

/** All tables as the terminal shows them. */
export function calibrationText(calibration: Calibration): string {
  return [heading(calibration), ...calibrationTables(calibration).map(tableAsText)].join('\n\n');
}

/** docs/calibration.md: a function of the results alone. */
export function calibrationMarkdown(calibration: Calibration): string {
  return `${[
    '# Measured error rates',
    INTRODUCTION,
    heading(calibration).replaceAll('*', String.raw`\*`),
    PICTURE,
    ...calibrationTables(calibration).map(tableAsMarkdown),
    tableAsMarkdown(problemTable(calibration)),
    PROCEDURES,
  ].join('\n\n')}\n`;
}

/**
 * The page with tables in the place of its own of the same titles, all else as it stands.
 *
 * @throws RangeError if it has no section of that title, or two.
 */
export function withTables(page: string, tables: readonly StudyTable[]): string {
  return tables.reduce((text, table) => {
    const parts = text.split(/^(?=## )/m);
    const own = parts.filter((part) => part.startsWith(`## ${table.title}\n`));
    if (own.length !== 1)
      throw new RangeError(`page must have one section "${table.title}"; got ${own.length}`);
    const end = own[0] === parts.at(-1) ? '\n' : '\n\n';
    return parts.map((part) => (part === own[0] ? `${tableAsMarkdown(table)}${end}` : part)).join('');
  }, page);
}

function calibrationTables(calibration: Calibration): StudyTable[] {
  return [
    ...certificateTables(calibration),
    comparisonTable(calibration),
    heavyTailTable(calibration),
    samplerTable(calibration),
    falseAlarmTable(calibration),
    ...procedureTables(calibration.planted.procedures),
  ];
}

const INTRODUCTION = `How often the decision of a side (docs/statistics.md) is wrong or inconclusive, and how many samples it takes, on instances whose side is
known: eta is a ratio of the exact critical step, and the exact operator and a dense reference agree on rho. Three naive procedures decide the same instances.
Written by \`npm run calibrate\`; do not edit.`;

const PICTURE = '![inconclusive share, samples needed and wrong verdicts](calibration.svg)';

const PROCEDURES = `## What the procedures do

- **certificate**: \`decideSide\`, as in \`verify\`.
- **majority of single runs**, the published protocol: w_0 uniform in [0,1]^r, a run diverged if |w|^2 reaches 1000 |w_0|^2 within 1000 steps; ten runs, majority. "Not diverged" is read as stable.
- **mean norm of 200 runs**: diverges if the mean of |delta_100|^2/|delta_0|^2 over 200 runs exceeds 1, stable otherwise.
- **repeated Wilson intervals**: the share of runs with |delta_100| > |delta_0|, Wilson's interval of level 0.001 looked at after every 20 runs until it excludes 1/2, at most 1000 runs. Diverges if the share is above 1/2, stable if below.

All of them run the real unlearning step with its real sampler on the linearised problem. The certificate runs a drawn step from r displacements, so a sample costs it up to r
times the gradients of a step of a single run. Below the threshold the naive procedures are right because they lean that way: what they do not see grow, they call stable.`;

function heading({ seed, size, planned, problems }: Calibration): string {
  const done =
    problems.length === planned ? '' : `, interrupted after ${problems.length} of ${planned} problems`;
  return `Seed ${seed}, size ${size.name}${done}: ${problems.length} problems at ${size.ratios.length} ratios eta/eta*; on each instance ${counted(size.certificates, 'certificate')} of each budget and ${counted(size.naive, 'verdict')} of each naive procedure.`;
}

/** The drawn problems. */
function problemTable({ problems }: Calibration): StudyTable {
  return {
    title: 'The problems',
    note: 'Drawn by the seed from the draws of the theorems: aligned (planted alignment, alpha below the critical mixing), commuting (U6), identical (D3). Problems without batch noise are left out: there any procedure is right.',
    header: ['draw', 'sampling', 'r', 'n_R', 'n_F', 'B_R', 'B_F', 'alpha', 'eta*'],
    rows: problems.map(({ drawn: { family, index, spec, reduced }, instances }) => [
      `${family} ${index}`,
      samplingName(spec.sampling),
      String(reduced.dimension),
      String(spec.retain.length),
      String(spec.forget.length),
      String(spec.batch.retain),
      String(spec.batch.forget),
      significant(spec.alpha),
      significant(instances[0]!.eta / instances[0]!.ratio),
    ]),
  };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
