import { appendFileSync, rmSync, truncateSync } from 'node:fs';
import type { FinishedColumn } from '../frontier/run-grid.js';
import { frontierFile, frontierHeader, frontierLines } from '../frontier/shard-file.js';
import type { CliContext } from './context.js';
import { changeFile, prepareOutputFolder, writeFileWhole } from './files.js';
import { growingPath, type FrontierPlan } from './frontier-plan.js';

/** The file that a run of `frontier` grows while it goes on. */
export interface GrowingFile {
  readonly path: string;
  append(column: FinishedColumn): void;
  /** Ends the run: a checkpoint goes away, a shard is written with its columns in order. */
  finish(columns: readonly FinishedColumn[]): void;
}

/** Starts the file of a new run, or takes up that of an interrupted one: a torn last line is cut off. */
export function openGrowingFile({ stderr }: CliContext, { run, folder, saved }: FrontierPlan): GrowingFile {
  prepareOutputFolder(folder, saved ? '--resume' : '--out');
  const path = growingPath(folder, run.request.map, run.shard);
  const header = frontierHeader(run);
  const lines = frontierLines(header);
  if (saved === null) changeFile(path, () => writeFileWhole(path, lines.header));
  else {
    if (saved.tornLine !== null) {
      stderr.write(`${path}: line ${saved.tornLine} was not written to its end; it is done again\n`);
    }
    changeFile(path, () => truncateSync(path, Buffer.byteLength(saved.intact)));
  }
  return {
    path,
    append: (column) => changeFile(path, () => appendFileSync(path, lines.line(column))),
    finish: (columns) =>
      changeFile(path, () => {
        if (run.shard) writeFileWhole(path, frontierFile(header, columns));
        else rmSync(path, { force: true });
      }),
  };
}
