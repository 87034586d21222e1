import { appendFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkpointLines,
  parseCheckpoint,
  type CheckpointHeader,
  type SavedCheckpoint,
} from '../data/checkpoint-file.js';
import type { FinishedWork } from '../harness/finished-work.js';
import { changeFile, readInputFile, writeFileWhole } from './files.js';

/** The file in the output folder that a run of `verify` grows while it goes on. */
export interface Checkpoint {
  append(work: FinishedWork): void;
  remove(): void;
}

export function checkpointPath(folder: string): string {
  return join(folder, 'checkpoint.jsonl');
}

/** Starts the checkpoint of a new run; that of another run is replaced. */
export function startCheckpoint(folder: string, header: CheckpointHeader): Checkpoint {
  const path = checkpointPath(folder);
  changeFile(path, () => writeFileWhole(path, checkpointLines(header).header));
  return growingCheckpoint(path, header);
}

/** Takes up a checkpoint that was read: a torn last line is cut off. */
export function continueCheckpoint(folder: string, { header, intact }: SavedCheckpoint): Checkpoint {
  const path = checkpointPath(folder);
  changeFile(path, () => truncateSync(path, Buffer.byteLength(intact)));
  return growingCheckpoint(path, header);
}

/** Reads the checkpoint in a folder. @throws UsageError or InputError naming file and line */
export function readCheckpoint(folder: string): SavedCheckpoint {
  const path = checkpointPath(folder);
  return parseCheckpoint(readInputFile(path, '; only an interrupted run leaves one to resume'), path);
}

function growingCheckpoint(path: string, header: CheckpointHeader): Checkpoint {
  const lines = checkpointLines(header);
  return {
    append: (work) => changeFile(path, () => appendFileSync(path, lines.work(work))),
    remove: () => changeFile(path, () => rmSync(path, { force: true })),
  };
}
