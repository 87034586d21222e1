import { writeFileSync } from 'node:fs';
import { significant } from '../../src/report/number-format.js';
import { proportionInterval } from '../../src/statistics/intervals.js';
import { optionValues } from '../shared/options.js';
import { study, type StudyConsole } from '../shared/study.js';
import { tableAsMarkdown, tableAsText, type StudyTable } from '../shared/tables.js';
import { type Coverage, coverageOf, exactValues, populations, QUANTITIES, withoutSplit } from './coverage.js';

const USAGE = `Usage: npm run calibrate:subset -- [options]

  --quick     fewer subsets of one size; docs/subset-coverage.md stays as it is
`;

/**
 * Measures how often the intervals of `analyze --subset` hold, on problems of which everything is known, and writes
 * docs/subset-coverage.md: npm run calibrate:subset -- --quick
 *
 * Exit code 1 if the intervals together held significantly less often than promised.
 */
export default study({
  name: 'calibrate:subset',
  usage: USAGE,
  options: (words) => optionValues({ quick: { type: 'boolean', default: false } }, words),
  run: measureCoverage,
});

const CONFIDENCE = 0.95;
const [RETAIN, FORGET] = [1500, 400];
/** Probability with which any of the stated ranges of a true coverage is wrong, each. */
const RANGE_ERROR = 0.01;

const HEADER = ['problem', 'drawn', 'together', 'range', 'sigma', 'alpha*', 'lambda_min', 'eta*', 'widths'];

function measureCoverage({ quick }: { readonly quick: boolean }, console: StudyConsole): number {
  const sizes = quick ? [150] : [100, 250];
  const repeats = quick ? 20 : 200;
  const broken: string[] = [];
  const known = populations(RETAIN, FORGET).map((population) => ({
    ...population,
    exact: exactValues(population.problem),
  }));
  const table = (title: string, note: string, means: boolean, naive: boolean): StudyTable => {
    const rows: string[][] = [];
    for (const size of sizes) {
      for (const { name, problem, exact } of known) {
        const options = { size, repeats, confidence: CONFIDENCE, seed: 1, means };
        const coverage = coverageOf(
          problem,
          exact,
          naive ? { ...options, procedure: withoutSplit } : options,
        );
        const { high } = proportionInterval(coverage.joint, repeats, RANGE_ERROR);
        if (!naive && high < CONFIDENCE) broken.push(`${name}, ${size} drawn`);
        rows.push(row(name, size, coverage));
        console.status(`${title}: ${rows.length}`);
      }
    }
    return { title, note, header: HEADER, rows };
  };
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
  const document = [
    '# How often the intervals of a subset hold',
    '',
    `Written by \`npm run calibrate:subset\`; do not edit. Problems of ${RETAIN} retain and ${FORGET} forget samples, everything known; of each set as many samples are drawn as the table says. What the intervals are: [subsets.md](subsets.md).`,
    '',
    ...known.map(({ name, why }) => `- ${name}: ${why}`),
    '',
    tables.map(tableAsMarkdown).join('\n\n'),
    '',
  ].join('\n');
  if (!quick) writeFileSync('docs/subset-coverage.md', document);
  console.print(tables.map(tableAsText).join('\n\n'));
  if (broken.length === 0) return 0;
  console.say(`intervals hold less often than promised: ${broken.join('; ')}`);
  return 1;
}

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
