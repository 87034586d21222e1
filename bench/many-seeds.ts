import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { AgreementReport } from '../src/report/agreement.js';
import { proportionUpperBound } from '../src/statistics/intervals.js';

/*
 * Runs `verify` over many seeds and keeps a log, one line a seed; seeds in the log are not run again, so it
 * can be stopped at any time and continued: npm run many-seeds -- --budget quick --from 1 --to 1000
 * The log is summarised in docs/many-seeds.md with the computed error bound.
 */

interface SeedResult {
  /** Commit of the program, null if unknown. */
  readonly commit: string | null;
  readonly budget: string;
  readonly seed: number;
  readonly exitCode: number | null;
  readonly verdict: string;
  readonly instances: number;
  readonly agree: number;
  readonly contradict: number;
  readonly inconclusive: number;
  readonly farTested: number;
  readonly farInconclusive: number;
  readonly survivors: number;
  readonly certificates: number;
  readonly errorBound: number;
  /** Written by hand, where something was found. */
  readonly note?: string;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const program = fileURLToPath(new URL('../bin/unlearning-stability.js', import.meta.url));
const log = join(root, 'bench', 'many-seeds.jsonl');
/** Runs of programs that have been mended since: kept, but no longer counted. */
const earlierLog = join(root, 'bench', 'many-seeds-earlier.jsonl');

const { values } = parseArgs({
  options: {
    budget: { type: 'string', default: 'quick' },
    from: { type: 'string', default: '1' },
    to: { type: 'string', default: '1000' },
  },
});

function readLog(file: string): SeedResult[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => JSON.parse(line) as SeedResult);
}

function runSeed(budget: string, seed: number): SeedResult {
  const out = mkdtempSync(join(tmpdir(), 'unlearning-stability-seed-'));
  const args = [
    program,
    'verify',
    '--budget',
    budget,
    '--seed',
    String(seed),
    '--out',
    out,
    '--json',
    '--workers',
    '1',
  ];
  const { stdout, status } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  rmSync(out, { recursive: true, force: true });
  const { verdict, theorems, errorBudget, tool } = JSON.parse(stdout) as AgreementReport;
  const sum = (pick: (theorem: AgreementReport['theorems'][number]) => number): number =>
    theorems.reduce((total, theorem) => total + pick(theorem), 0);
  return {
    commit: tool.commit,
    budget,
    seed,
    exitCode: status,
    verdict,
    instances: sum(({ instances }) => instances),
    agree: sum(({ agree }) => agree),
    contradict: sum(({ contradict }) => contradict),
    inconclusive: sum(({ inconclusive }) => inconclusive),
    farTested: sum(({ far }) => far.tested),
    farInconclusive: sum(({ far }) => far.inconclusive),
    survivors: sum(({ mutants }) => mutants.filter(({ killed }) => !killed).length),
    certificates: errorBudget.issued,
    errorBound: errorBudget.spent,
  };
}

function summaryLine(budget: string, commit: string, results: readonly SeedResult[]): string {
  const sum = (pick: (result: SeedResult) => number): number =>
    results.reduce((total, r) => total + pick(r), 0);
  const contradicted = results.filter(({ contradict }) => contradict > 0).length;
  const cells = [
    budget,
    commit,
    results.length,
    results.filter(({ verdict }) => verdict === 'agree').length,
    contradicted,
    proportionUpperBound(contradicted, results.length, 0.99).toPrecision(2),
    sum(({ instances }) => instances),
    sum(({ certificates }) => certificates),
    sum(({ errorBound }) => errorBound).toExponential(1),
    `${sum(({ farInconclusive }) => farInconclusive)} of ${sum(({ farTested }) => farTested)}`,
    sum(({ survivors }) => survivors),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** One row a budget and commit, and one for all commits of a budget if there are several. */
function summaryLines(results: readonly SeedResult[]): string[] {
  const budgets = [...new Set(results.map(({ budget }) => budget))];
  return budgets.flatMap((budget) => {
    const ofBudget = results.filter((result) => result.budget === budget);
    const commits = [...new Set(ofBudget.map(({ commit }) => commit))];
    const rows = commits.map((commit) =>
      summaryLine(
        budget,
        commit?.slice(0, 7) ?? 'unknown',
        ofBudget.filter((result) => result.commit === commit),
      ),
    );
    return commits.length > 1 ? [...rows, summaryLine(budget, 'all', ofBudget)] : rows;
  });
}

const TABLE_HEAD = [
  '| budget | commit | seeds | agree | with a contradiction | rate at most (99 %) | instances | certificates | computed error bound | inconclusive beyond 5 % | surviving wrong variants |',
  '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
];

function writeSummary(): void {
  const earlier = readLog(earlierLog);
  const notes = earlier.filter(({ note }) => note !== undefined);
  const text = [
    '# Many seeds',
    '',
    'Written by `npm run many-seeds` from its log, `bench/many-seeds.jsonl` (one line a seed; seeds that are in it are not repeated). A contradiction here would be a false one, if the theorems hold: the bound on the',
    'probability of even one, over all certificates of all runs, is computed from the bounds used.',
    '',
    ...TABLE_HEAD,
    ...summaryLines(readLog(log)),
    '',
    '## Earlier programs',
    '',
    'Runs before the last mend of something that such runs had found (`bench/many-seeds-earlier.jsonl`).',
    '',
    ...TABLE_HEAD,
    ...summaryLines(earlier),
    '',
    ...notes.flatMap(({ budget, seed, note }) => [`Seed ${seed} (${budget}): ${note}`, '']),
  ].join('\n');
  writeFileSync(join(root, 'docs', 'many-seeds.md'), text);
}

const { budget } = values;
for (let seed = Number(values.from); seed <= Number(values.to); seed++) {
  if (readLog(log).some((result) => result.budget === budget && result.seed === seed)) continue;
  const result = runSeed(budget, seed);
  appendFileSync(log, `${JSON.stringify(result)}\n`);
  writeSummary();
  process.stderr.write(
    `${budget} seed ${seed}: ${result.verdict}, ${result.agree} agree, ${result.contradict} contradict\n`,
  );
}
writeSummary();
