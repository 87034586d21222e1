import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Analysis } from '../../src/analysis/analyze.js';
import { UsageError } from '../../src/cli/options.js';
import { textTable } from '../../src/report/table.js';
import { PROGRAM } from '../shared/checkout.js';
import { study, type StudyConsole } from '../shared/study.js';
import { analyzeWords, disagreements, growthTable, type PytorchRun, pytorchRuns } from './comparison.js';

/** A folder as examples/pytorch/train_and_export.py writes it, and one with folders like it, of exports that are wrong on purpose. */
interface Folders {
  readonly folder: string;
  readonly wrong: string;
}

function folders([folder, wrong, ...rest]: readonly string[]): Folders {
  if (folder === undefined || wrong === undefined || rest.length > 0) {
    throw new UsageError('usage: node dist/studies/run.js pytorch FOLDER WRONG');
  }
  return { folder, wrong };
}

/**
 * What `analyze` predicts from factors that PyTorch exported, beside what PyTorch's own unlearning steps showed:
 * node dist/studies/run.js pytorch FOLDER WRONG
 *
 * Exit code 1 if they disagree, or if the same comparison accepts anything wrong in any setting.
 */
export default study({ name: 'pytorch', usage: '', options: folders, run: compare });

/** Exit code of the comparison. */
function compare({ folder, wrong }: Folders, console: StudyConsole): number {
  const document = pytorchRuns(folder);
  const analyses = document.runs.map((run) => {
    const analysis = analysisOf(run, folder);
    if (analysis === null) throw new Error(`analyze refuses the factors in ${join(folder, run.network)}`);
    return analysis;
  });
  console.print(`${growthTable(document, analyses)}\n`);
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
  console.print(
    textTable(
      ['wrong on purpose', 'settings that reject it'],
      rows.map(({ name, rejected }) => [name, `${rejected} of ${total}`]),
    ),
  );
  const agree = document.runs.every((run, k) => disagreements(run, analyses[k]!).length === 0);
  return agree && rows.every(({ all }) => all) ? 0 : 1;
}

/** What the command says, or null if it refuses the factors. */
function analysisOf(run: PytorchRun, folder: string): Analysis | null {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...analyzeWords(run, folder)], {
    encoding: 'utf8',
  });
  if (status === 2) return null;
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Analysis;
}
