import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { AgreementReport } from '../../src/report/agreement.js';
import { proportionUpperBound } from '../../src/statistics/intervals.js';

/*
 * Runs `verify` over many seeds and keeps a log, one line a seed; seeds in the log are not run again, so it
 * can be stopped at any time and continued: npm run many-seeds -- --budget quick --from 1 --to 1000
 * With --theorem ID .. only those theorems are verified: for seeds on which the others have been, before a mend.
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
  /** Left out: all theorems. */
  readonly theorems?: readonly string[];
  /** Written by hand, where something was found. */
  readonly note?: string;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));
const program = fileURLToPath(new URL('../../bin/unlearning-stability.js', import.meta.url));
const log = join(root, 'bench', 'many-seeds.jsonl');
/** Runs of programs that have been mended since: kept, but no longer counted. */
const earlierLog = join(root, 'bench', 'many-seeds-earlier.jsonl');

const { values } = parseArgs({
  options: {
    budget: { type: 'string', default: 'quick' },
    from: { type: 'string', default: '1' },
    to: { type: 'string', default: '1000' },
    theorem: { type: 'string', multiple: true, default: [] },
  },
});

function readLog(file: string): SeedResult[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines.map((line) => JSON.parse(line) as SeedResult);
}

function runSeed(budget: string, seed: number, asked: readonly string[]): SeedResult {
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
    ...asked.flatMap((id) => ['--theorem', id]),
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
    ...(asked.length > 0 && { theorems: asked }),
  };
}

function theoremsOf({ theorems }: SeedResult): string {
  return theorems?.join(', ') ?? 'all';
}

function summaryLine(
  budget: string,
  commit: string,
  theorems: string,
  results: readonly SeedResult[],
): string {
  const sum = (pick: (result: SeedResult) => number): number =>
    results.reduce((total, r) => total + pick(r), 0);
  const contradicted = results.filter(({ contradict }) => contradict > 0).length;
  const cells = [
    budget,
    commit,
    theorems,
    new Set(results.map(({ seed }) => seed)).size,
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

/** One row a budget, commit and choice of theorems, and one for all commits of a budget and choice if there are several. */
function summaryLines(results: readonly SeedResult[]): string[] {
  const choices = groupsOf(results, (result) => [result.budget, theoremsOf(result)]);
  return choices.flatMap((ofChoice) => {
    const [first] = ofChoice;
    const line = (commit: string, rows: readonly SeedResult[]): string =>
      summaryLine(first!.budget, commit, theoremsOf(first!), rows);
    const commits = groupsOf(ofChoice, ({ commit }) => [commit ?? 'unknown']);
    const rows = commits.map((ofCommit) => line(ofCommit[0]!.commit?.slice(0, 7) ?? 'unknown', ofCommit));
    return commits.length > 1 ? [...rows, line('all', ofChoice)] : rows;
  });
}

/** The results with the same words, in the order in which they first come. */
function groupsOf(
  results: readonly SeedResult[],
  words: (result: SeedResult) => readonly string[],
): SeedResult[][] {
  const groups = new Map<string, SeedResult[]>();
  for (const result of results) {
    const key = words(result).join(' ');
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()];
}

/** On how many seeds all theorems were verified since the mend, and on how many in two parts. */
function coverageLine(results: readonly SeedResult[], earlier: readonly SeedResult[]): string {
  const quick = results.filter(({ budget }) => budget === 'quick');
  const whole = new Set(quick.filter(({ theorems }) => theorems === undefined).map(({ seed }) => seed));
  const before = new Set(earlier.filter(({ budget }) => budget === 'quick').map(({ seed }) => seed));
  const parts = quick.filter(({ seed, theorems }) => theorems && !whole.has(seed) && before.has(seed));
  const contradicted = quick.filter(({ contradict }) => contradict > 0).length;
  const inParts =
    parts.length === 0
      ? ''
      : `; on ${parts.length} more in two parts, ${theoremsOf(parts[0]!)} by these programs and the other theorems by the earlier ones below`;
  return `Budget quick: all theorems on ${whole.size} seeds${inParts}. Contradictions: ${contradicted}.`;
}

const TABLE_HEAD = [
  '| budget | commit | theorems | seeds | agree | with a contradiction | rate at most (99 %) | instances | certificates | computed error bound | inconclusive beyond 5 % | surviving wrong variants |',
  '| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
];

function writeSummary(): void {
  const results = readLog(log);
  const earlier = readLog(earlierLog);
  const notes = earlier.filter(({ note }) => note !== undefined);
  const text = [
    '# Many seeds',
    '',
    'Written by `npm run many-seeds` from its log, `studies/seeds/many-seeds.jsonl` (one line a seed; seeds that are in it are not repeated). A contradiction here would be a false one, if the theorems hold: the bound on the',
    'probability of even one, over all certificates of all runs, is computed from the bounds used.',
    '',
    ...TABLE_HEAD,
    ...summaryLines(results),
    '',
    coverageLine(results, earlier),
    'A variant that quick must refute fails the run if it survives; those counted here need the budget standard.',
    '',
    '## Earlier programs',
    '',
    'Runs before the last mend of something that such runs had found (`studies/seeds/many-seeds-earlier.jsonl`); _all_ were 17 theorems then, D1 to U14.',
    '',
    ...TABLE_HEAD,
    ...summaryLines(earlier),
    '',
    ...notes.flatMap(({ budget, seed, note }) => [`Seed ${seed} (${budget}): ${note}`, '']),
  ].join('\n');
  writeFileSync(join(root, 'docs', 'many-seeds.md'), text);
}

const { budget, theorem: asked } = values;
for (let seed = Number(values.from); seed <= Number(values.to); seed++) {
  if (readLog(log).some((result) => result.budget === budget && result.seed === seed)) continue;
  const result = runSeed(budget, seed, asked);
  appendFileSync(log, `${JSON.stringify(result)}\n`);
  writeSummary();
  process.stderr.write(
    `${budget} seed ${seed}: ${result.verdict}, ${result.agree} agree, ${result.contradict} contradict\n`,
  );
}
writeSummary();
