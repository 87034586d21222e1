/**
 * Collects evidence on real data: unlearns real models on a grid of settings beside the predictions of the linear theory, and writes
 * evidence.md and a log with one line a run.
 *
 *     npm run evidence
 *
 * Exit code 0; 1 if a certificate contradicts the theory; 2 for wrong usage; 130 if interrupted (finished cells are in the log, and are not
 * repeated).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { UsageError } from '../../src/cli/options.js';
import { parseDigits } from '../digits/digit-images.js';
import { theorems } from '../../theorems/index.js';
import { evidenceMarkdown, evidenceSummary } from './document.js';
import { openLog } from './log-file.js';
import { evidenceOptions, USAGE, type EvidenceOptions } from './options.js';
import { plannedWork, runsOf } from './plan.js';
import { contradictions, sortedRecords } from './records.js';

// From dist/studies/evidence/run.js, where this file is compiled to, back to the sources.
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
