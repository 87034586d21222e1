import { INTERRUPTED_EXIT } from '../../src/cli/failure.js';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { localPool, runJobs } from '../../src/jobs/run-jobs.js';
import { lockRun } from '../../src/jobs/run-lock.js';
import { theorems } from '../../theorems/index.js';
import { readDigits } from '../shared/checkout.js';
import { optionValues, seedOption } from '../shared/options.js';
import { study, type StudyConsole } from '../shared/study.js';
import { evidenceMarkdown, evidenceSummary } from './document.js';
import { continuedOrNewLog, contradictions, sortedRecords, type LoggedCell } from './log.js';
import type { Theorem } from '../../src/harness/theorem.js';
import type { Digits } from '../shared/digit-images.js';
import { assessCell } from './assess-cell.js';
import { cellKey, driftCells, type PlannedCell, plannedCells, subjectCriticalMixing } from './design.js';
import { assessDriftCell } from './drift.js';
import { fittedSubjects, hardLabelSubjects } from './subjects.js';

/** Settings of the collection of evidence. */
export interface EvidenceOptions {
  readonly seed: number;
  /** Every so many-th cell of the grid. */
  readonly every: number;
  /** Folder of evidence.md. */
  readonly out: string;
  /** The log, one line a cell. */
  readonly log: string;
}

const FOLDER = 'reports/evidence';

/** `--quick` takes one cell of so many. */
const QUICK_EVERY = 12;

const USAGE = `Usage: npm run evidence -- [options]

  --seed N    seed of everything random (default 1)
  --quick     every twelfth cell of the grid: a small part of the time
  --out DIR   folder for evidence.md (default docs; with another seed or --quick: ${FOLDER})
  --log FILE  cells with their runs, one line each; those already in it are not repeated
              (default ${FOLDER}/runs-SEED.jsonl). Delete it to begin anew.
`;

export function evidenceOptions(words: readonly string[]): EvidenceOptions | null {
  const values = optionValues(
    {
      seed: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      out: { type: 'string' },
      log: { type: 'string' },
    },
    words,
  );
  if (!values) return null;
  const seed = seedOption(values.seed);
  return {
    seed,
    every: values.quick ? QUICK_EVERY : 1,
    out: values.out ?? (values.quick || seed !== 1 ? FOLDER : 'docs'),
    log: values.log ?? `${FOLDER}/runs-${seed}.jsonl`,
  };
}

/**
 * Collects evidence on real data: unlearns real models on a grid of settings beside the predictions of the linear theory, and
 * writes evidence.md and a log with one line a cell: npm run evidence
 *
 * Exit code 1 if a certificate contradicts the theory; if interrupted, finished cells are in the log, and are not repeated.
 */
export default study({ name: 'evidence', usage: USAGE, options: evidenceOptions, run: collect });

async function collect(options: EvidenceOptions, console: StudyConsole): Promise<number> {
  mkdirSync(dirname(options.log), { recursive: true });
  const lock = lockRun(options.log);
  try {
    return await collected(options, console);
  } finally {
    lock.release();
  }
}

async function collected(
  { seed, every, out, log: path }: EvidenceOptions,
  console: StudyConsole,
): Promise<number> {
  const signal = console.interrupt();
  const { entries, log } = continuedOrNewLog(path, seed);
  const earlier = new Map(entries.map((entry) => [entry.cell.cell, entry]));
  console.status('models and grid');
  const planned = plannedWork(readDigits(), theorems, seed);
  const chosen = planned.filter((_, k) => k % every === 0);
  const pool = localPool((work: PlannedWork) => {
    console.status(`cell ${chosen.indexOf(work) + 1} of ${chosen.length}: ${work.key}`);
    return work.assess();
  });
  const cells = await runJobs(chosen, (work) => pool.run(work), {
    workers: 1,
    earlier: ({ key }) => earlier.get(key),
    onFinished: (cell) => log.append(cell),
    signal,
  });
  if (signal.aborted) {
    console.say(`interrupted; finished cells are in ${path}`);
    return INTERRUPTED_EXIT;
  }
  const evidence = sortedRecords(cells.map((cell) => cell!));
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'evidence.md'), evidenceMarkdown(evidence, { seed, planned: planned.length }));
  console.print(evidenceSummary(evidence));
  const contradicted = contradictions(evidence);
  if (contradicted.length === 0) return 0;
  console.say(`${contradicted.length} certificates contradict the exact operator`);
  return 1;
}

/** One cell to be assessed. */
interface PlannedWork {
  readonly key: string;
  assess(): LoggedCell;
}

/** All cells of the grid, in the order of the document, without any of the work. */
export function plannedWork(digits: Digits, theorems: readonly Theorem[], seed: number): PlannedWork[] {
  const work = (cell: PlannedCell, assess: () => LoggedCell): PlannedWork => ({ key: cellKey(cell), assess });
  const fitted = fittedSubjects(digits, seed).flatMap((subject) => {
    const alphaStar = subjectCriticalMixing(subject);
    return plannedCells(subject, alphaStar).map((cell) =>
      work(cell, () => assessCell(cell, alphaStar, theorems, seed)),
    );
  });
  const hard = hardLabelSubjects(digits, seed).flatMap((subject) => {
    const alphaStar = subjectCriticalMixing(subject);
    return driftCells(subject, alphaStar).map((cell) =>
      work(cell, () => assessDriftCell(cell, alphaStar, seed)),
    );
  });
  return [...fitted, ...hard];
}
