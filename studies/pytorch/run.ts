/**
 * What `analyze` predicts from factors that PyTorch exported, beside what PyTorch's own unlearning steps showed.
 *
 *     node dist/studies/pytorch/run.js FOLDER WRONG
 *
 * FOLDER as examples/pytorch/train_and_export.py writes it; WRONG holds folders like it, of exports that are wrong on
 * purpose. Exit code 1 if they disagree, or if the same comparison accepts anything wrong in any setting.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Analysis } from '../../src/analysis/answer.js';
import { textTable } from '../../src/report/table.js';
import { disagreements } from './disagreements.js';
import { growthTable } from './growth-table.js';
import { analyzeWords, pytorchRuns, type PytorchRun } from './pytorch-runs.js';

const program = fileURLToPath(new URL('../../bin/unlearning-stability.js', import.meta.url));

/** What the command says, or null if it refuses the factors. */
function analysisOf(run: PytorchRun, folder: string): Analysis | null {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...analyzeWords(run, folder)], {
    encoding: 'utf8',
  });
  if (status === 2) return null;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Analysis;
}

/** Exit code of the comparison. */
function compare(folder: string, wrong: string): number {
  const document = pytorchRuns(folder);
  const analyses = document.runs.map((run) => {
    const analysis = analysisOf(run, folder);
    if (analysis === null) throw new Error(`analyze refuses the factors in ${join(folder, run.network)}`);
    return analysis;
  });
  process.stdout.write(`${growthTable(document, analyses)}\n\n`);
  const mistakes: [string, (run: PytorchRun) => Analysis | null][] = [
    ...readdirSync(wrong).map((name): (typeof mistakes)[number] => [
      `exported: ${name}`,
      (run) => analysisOf(run, join(wrong, name)),
    ]),
    ['alpha 1 % off', (run) => analysisOf({ ...run, alpha: 1.01 * run.alpha }, folder)],
    ['eta 1 % off', (run) => analysisOf({ ...run, eta: 1.01 * run.eta }, folder)],
  ];
  const rows = mistakes.map(([name, analysis]) => {
    const rejected = document.runs.filter((run) => disagreements(run, analysis(run)).length > 0).length;
    return { name, rejected, all: rejected === document.runs.length };
  });
  const total = document.runs.length;
  process.stdout.write(
    `${textTable(
      ['wrong on purpose', 'settings that reject it'],
      rows.map(({ name, rejected }) => [name, `${rejected} of ${total}`]),
    )}\n`,
  );
  const agree = document.runs.every((run, k) => disagreements(run, analyses[k]!).length === 0);
  return agree && rows.every(({ all }) => all) ? 0 : 1;
}

const [folder, wrong, ...rest] = process.argv.slice(2);
if (folder === undefined || wrong === undefined || rest.length > 0) {
  process.stderr.write('usage: pytorch-growth.js FOLDER WRONG\n');
  process.exitCode = 2;
} else {
  process.exitCode = compare(folder, wrong);
}
