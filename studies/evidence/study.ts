import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { integerOption, UsageError } from '../../src/cli/options.js';
import type { Theorem } from '../../src/harness/theorem.js';
import { theorems } from '../../theorems/index.js';
import { type Digits, parseDigits } from '../shared/digit-images.js';
import { assessCell } from './assess-cell.js';
import {
  cellKey,
  driftCells,
  type PlannedCell,
  plannedCells,
  REAL_RUNS,
  subjectCriticalMixing,
} from './design.js';
import { evidenceMarkdown, evidenceSummary } from './document.js';
import { assessDriftCell } from './drift.js';
import { contradictions, type LoggedCell, openLog, sortedRecords } from './log.js';
import { fittedSubjects, hardLabelSubjects } from './subjects.js';

/** What the collection of evidence is asked to do. */
export interface EvidenceOptions {
  readonly seed: number;
  /** Every so many-th cell of the grid. */
  readonly every: number;
  /** Folder of evidence.md. */
  readonly out: string;
  /** The log, one line a run. */
  readonly log: string;
}

/** What `--quick` leaves out, and where it writes. */
const QUICK = { every: 12, folder: 'reports/evidence' };

export const USAGE = `Usage: npm run evidence -- [options]

  --seed N    seed of everything random (default 1)
  --quick     every twelfth cell of the grid: a small part of the time
  --out DIR   folder for evidence.md (default docs; with --quick: reports/evidence)
  --log FILE  runs, one line each; those already in it are not repeated (default studies/evidence/runs.jsonl;
              with another seed or --quick: runs-SEED.jsonl in reports/evidence). Delete it to begin anew.
`;

const optionTypes = {
  seed: { type: 'string', default: '1' },
  quick: { type: 'boolean', default: false },
  out: { type: 'string' },
  log: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/**
 * Options from command line words; null if help is asked for.
 *
 * @throws UsageError naming the option, the value and what is allowed.
 */
export function evidenceOptions(words: readonly string[]): EvidenceOptions | null {
  const values = parsedWords(words);
  if (values.help) return null;
  const seed = integerOption('seed', values.seed, 0, Number.MAX_SAFE_INTEGER);
  const documented = seed === 1 && !values.quick;
  return {
    seed,
    every: values.quick ? QUICK.every : 1,
    out: values.out ?? (documented ? 'docs' : QUICK.folder),
    log: values.log ?? (documented ? 'studies/evidence/runs.jsonl' : `${QUICK.folder}/runs-${seed}.jsonl`),
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

/** One cell to be assessed. */
export interface PlannedWork {
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

/** Real runs that a cell of the log must have. */
export function runsOf({ full }: LoggedCell['cell']): number {
  return full ? REAL_RUNS.full : REAL_RUNS.batches;
}

/**
 * Collects evidence on real data: unlearns real models on a grid of settings beside the predictions of the linear theory, and writes
 * evidence.md and a log with one line a run.
 *
 *     npm run evidence
 *
 * Exit code 0; 1 if a certificate contradicts the theory; 2 for wrong usage; 130 if interrupted (finished cells are in the log, and are not
 * repeated).
 */

// From dist/studies/evidence/study.js, where this file is compiled to, back to the sources.
const DATA = new URL('../../../studies/data/digits.csv', import.meta.url);

async function collect({ seed, every, out, log: path }: EvidenceOptions): Promise<void> {
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  mkdirSync(dirname(path), { recursive: true });
  const log = openLog(path, runsOf);
  progress('models and grid');
  const planned = plannedWork(parseDigits(readFileSync(DATA, 'utf8')), theorems, seed);
  const chosen = planned.filter((_, k) => k % every === 0);
  for (const [k, work] of chosen.entries()) {
    if (log.cells.has(work.key)) continue;
    progress(`cell ${k + 1} of ${chosen.length}: ${work.key}`);
    log.add(work.assess());
    await eventLoopTurn();
    if (interrupt.signal.aborted) break;
  }
  progress('');
  if (interrupt.signal.aborted) {
    process.stderr.write(`evidence: interrupted; finished cells are in ${path}\n`);
    process.exitCode = 130;
    return;
  }
  const cells = chosen.map(({ key }) => log.cells.get(key)!);
  log.rewrite(cells);
  const evidence = sortedRecords(cells);
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'evidence.md'), evidenceMarkdown(evidence, { seed, planned: planned.length }));
  process.stdout.write(`${evidenceSummary(evidence)}\n`);
  const contradicted = contradictions(evidence);
  if (contradicted.length === 0) return;
  process.stderr.write(`evidence: ${contradicted.length} certificates contradict the exact operator\n`);
  process.exitCode = 1;
}

/** One line that overwrites itself; on a terminal only. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
}

try {
  const options = evidenceOptions(process.argv.slice(2));
  if (options) await collect(options);
  else process.stdout.write(USAGE);
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`evidence: ${error.message}\n`);
  process.exitCode = 2;
}
