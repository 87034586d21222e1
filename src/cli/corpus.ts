import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseCounterexampleFile } from '../data/counterexample-file.js';
import type { Counterexample } from '../harness/counterexample.js';
import type { SavedFailure } from '../harness/run-options.js';
import { readInputFile, writeFileWhole } from './files.js';

/** Folder of saved failures beside the reports: the next run replays them first. */
export function corpusFolder(outputFolder: string): string {
  return join(outputFolder, 'corpus');
}

/** The saved failures of a folder in the order of their names; none if there is no such folder. */
export function readCorpus(folder: string): SavedFailure[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.sort().map((name) => {
    const path = join(folder, name);
    return { name, record: parseCounterexampleFile(readInputFile(path), path) };
  });
}

/** Adds a failure under a name made of its theorem and its problem: the same failure is kept once. */
export function saveFailure(folder: string, record: Counterexample): void {
  mkdirSync(folder, { recursive: true });
  const { problem, companion, escape, network } = record;
  const digest = createHash('sha256')
    .update(JSON.stringify(network ?? [problem, companion, escape]))
    .digest('hex');
  const path = join(folder, `${record.theorem.id}-${digest.slice(0, 12)}.json`);
  writeFileWhole(path, `${JSON.stringify(record, null, 2)}\n`);
}
