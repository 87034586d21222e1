import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { integerOption, wordOption } from '../../src/cli/options.js';
import { INTERRUPTED_EXIT } from '../../src/cli/failure.js';
import { writeFileWhole } from '../../src/jobs/log.js';
import { runJobs } from '../../src/jobs/run-jobs.js';
import type { AgreementReport } from '../../src/report/agreement.js';
import { PROGRAM, ROOT } from '../shared/checkout.js';
import { optionValues, seedOption } from '../shared/options.js';
import { study, type StudyConsole } from '../shared/study.js';
import { groupOfSeed, seedsIn, seedsPage, withGroup, type SeedSummary } from './summary.js';

const BUDGETS = ['quick', 'standard', 'deep'] as const;

/** Which seeds to verify, and how. */
export interface ManySeedsOptions {
  readonly budget: (typeof BUDGETS)[number];
  readonly from: number;
  readonly to: number;
  /** Null: all. */
  readonly theorems: readonly string[] | null;
  readonly workers: number;
}

const USAGE = `Usage: npm run many-seeds -- [options]

  --budget NAME   ${BUDGETS.join(', ')} (default quick)
  --from N        first seed (default 1)
  --to N          last seed (default 1000)
  --theorem ID    only this theorem, repeatable: for seeds on which the others have been verified, before a mend
  --workers N     seeds at once (default 1)
`;

export function manySeedsOptions(words: readonly string[]): ManySeedsOptions | null {
  const values = optionValues(
    {
      budget: { type: 'string', default: 'quick' },
      from: { type: 'string', default: '1' },
      to: { type: 'string', default: '1000' },
      theorem: { type: 'string', multiple: true, default: [] },
      workers: { type: 'string', default: '1' },
    },
    words,
  );
  if (!values) return null;
  return {
    budget: wordOption('budget', values.budget, BUDGETS),
    from: seedOption(values.from),
    to: seedOption(values.to),
    theorems: values.theorem.length > 0 ? values.theorem : null,
    workers: integerOption('workers', values.workers, 1, 64),
  };
}

const SUMMARY = `${ROOT}studies/seeds/many-seeds.json`;
const PAGE = `${ROOT}docs/many-seeds.md`;

/**
 * Runs `verify` over many seeds and keeps the sums, which docs/many-seeds.md shows with the computed error bound. Seeds that have been
 * run are not run again, so it can be stopped at any time and continued: npm run many-seeds -- --budget quick --from 1 --to 1000
 */
export default study({ name: 'many-seeds', usage: USAGE, options: manySeedsOptions, run: verifySeeds });

async function verifySeeds(options: ManySeedsOptions, console: StudyConsole): Promise<number> {
  const { budget, from, to, theorems, workers } = options;
  const signal = console.interrupt();
  let summary = JSON.parse(readFileSync(SUMMARY, 'utf8')) as SeedSummary;
  const ofBudget = summary.now.filter((group) => group.budget === budget);
  const done = new Set(ofBudget.flatMap(({ seeds }) => seedsIn(seeds)));
  const seeds = Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => from + k);
  await runJobs(
    seeds.filter((seed) => !done.has(seed)),
    (seed) => verified(budget, seed, theorems ?? []),
    {
      workers,
      signal,
      onFinished(report, seed) {
        summary = withGroup(summary, groupOfSeed(report, theorems));
        write(summary);
        const count = (pick: 'agree' | 'contradict') =>
          report.theorems.reduce((total, theorem) => total + theorem[pick], 0);
        console.say(
          `${budget} seed ${seed}: ${report.verdict}, ${count('agree')} agree, ${count('contradict')} contradict`,
        );
      },
    },
  );
  write(summary);
  return signal.aborted ? INTERRUPTED_EXIT : 0;
}

function write(summary: SeedSummary): void {
  writeFileWhole(SUMMARY, `${JSON.stringify(summary, null, 2)}\n`);
  writeFileWhole(PAGE, seedsPage(summary));
}

/** The report of one seed, by a process of its own. */
async function verified(budget: string, seed: number, theorems: readonly string[]): Promise<AgreementReport> {
  const out = mkdtempSync(join(tmpdir(), 'unlearning-stability-seed-'));
  const args = [
    ...[
      PROGRAM,
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
    ],
    ...theorems.flatMap((id) => ['--theorem', id]),
  ];
  try {
    // Contradictions are results as others are: the exit code says nothing that the report does not.
    const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, args, { maxBuffer: 2 ** 28 }, (_, out, err) =>
        resolve({ stdout: out, stderr: err }),
      );
    });
    if (stdout === '')
      throw new Error(`seed ${seed} ended without a report: ${stderr.trim().split('\n').at(-1)}`);
    return JSON.parse(stdout) as AgreementReport;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}
