/**
 * Measures how often the intervals of `analyze --subset` hold, on problems of which everything is known, and writes
 * docs/subset-coverage.md.
 *
 *     npm run calibrate:subset -- --quick
 *
 * Exit code 0; 1 if the intervals together held significantly less often than promised.
 */
import { writeFileSync } from 'node:fs';
import { significant } from '../../src/report/number-format.js';
import { proportionInterval } from '../../src/statistics/intervals.js';
import { tableAsMarkdown, tableAsText, type StudyTable } from '../shared/tables.js';
import { type Coverage, coverageOf, exactValues, populations, QUANTITIES, withoutSplit } from './coverage.js';

const quick = process.argv.includes('--quick');
const CONFIDENCE = 0.95;
const [RETAIN, FORGET] = [1500, 400];
const sizes = quick ? [150] : [100, 250];
const repeats = quick ? 20 : 200;
/** Probability with which any of the stated ranges of a true coverage is wrong, each. */
const RANGE_ERROR = 0.01;

const HEADER = ['problem', 'drawn', 'together', 'range', 'sigma', 'alpha*', 'lambda_min', 'eta*', 'widths'];
const broken: string[] = [];
const known = populations(RETAIN, FORGET).map((population) => ({
  ...population,
  exact: exactValues(population.problem),
}));

function row(name: string, size: number, coverage: Coverage): string[] {
  const { low, high } = proportionInterval(coverage.joint, coverage.repeats, RANGE_ERROR);
  const share = (count: number): string => `${((100 * count) / coverage.repeats).toFixed(1)} %`;
  return [
    name,
    String(size),
    share(coverage.joint),
    `${(100 * low).toFixed(1)} - ${(100 * high).toFixed(1)} %`,
    ...QUANTITIES.map((quantity) => share(coverage.held[quantity])),
    QUANTITIES.map((quantity) => widthText(coverage.width[quantity])).join(', '),
  ];
}

function widthText(width: number): string {
  return Number.isFinite(width) ? significant(Number(width.toPrecision(2))) : 'open';
}

function table(title: string, note: string, means: boolean, naive: boolean): StudyTable {
  const rows: string[][] = [];
  for (const size of sizes) {
    for (const { name, problem, exact } of known) {
      const options = { size, repeats, confidence: CONFIDENCE, seed: 1, means };
      const coverage = coverageOf(problem, exact, naive ? { ...options, procedure: withoutSplit } : options);
      const { high } = proportionInterval(coverage.joint, repeats, RANGE_ERROR);
      if (!naive && high < CONFIDENCE) broken.push(`${name}, ${size} drawn`);
      rows.push(row(name, size, coverage));
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${title}: ${rows.length}`);
    }
  }
  return { title, note, header: HEADER, rows };
}

const together = `Share of ${repeats} subsets on which all four intervals hold together (promised: ${100 * CONFIDENCE} %), the exact range of the true share at confidence ${1 - RANGE_ERROR}, the share for each interval, and the median widths (high - low)/|exact| (high - low where 0 is exact) in the order of the columns (0: exact).`;
const tables = [
  table('Mean curvatures of all samples known', `p <= 2048. ${together}`, true, false),
  table('Mean curvatures estimated', `As for p > 2048. ${together}`, false, false),
  table(
    'Without a split',
    'For comparison: sigma and eta\\* with both ends from the test function that is best for all drawn samples, estimate and standard error. The table shows where this does not hold.',
    true,
    true,
  ),
];
const list = known.map(({ name, why }) => `- ${name}: ${why}`);
const document = [
  '# How often the intervals of a subset hold',
  '',
  `Written by \`npm run calibrate:subset\`; do not edit. Problems of ${RETAIN} retain and ${FORGET} forget samples, everything known; of each set as many samples are drawn as the table says. What the intervals are: [subsets.md](subsets.md).`,
  '',
  ...list,
  '',
  tables.map(tableAsMarkdown).join('\n\n'),
  '',
].join('\n');
if (!quick) writeFileSync('docs/subset-coverage.md', document);
process.stdout.write(`${tables.map(tableAsText).join('\n\n')}\n`);
if (broken.length > 0) {
  process.stderr.write(`calibrate:subset: intervals hold less often than promised: ${broken.join('; ')}\n`);
  process.exitCode = 1;
}
