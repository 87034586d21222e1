import { appendFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkpointLines,
  parseCheckpoint,
  type CheckpointHeader,
  type SavedCheckpoint,
} from '../data/checkpoint-file.js';
import type { Shard } from '../harness/run-options.js';
import type { FinishedWork } from '../harness/finished-work.js';
import { changeFile, readInputFile, writeFileWhole } from './files.js';

/** The file in the output folder that a run of `verify` grows while it goes on. */
export interface Checkpoint {
  append(work: FinishedWork): void;
  remove(): void;
}

export function checkpointPath(folder: string, shard: Shard | null): string {
  return join(folder, shard ? `shard-${shard.index}-of-${shard.count}.jsonl` : 'checkpoint.jsonl');
}

/** Names of the files of shards. */
export const SHARD_FILE = /^shard-\d+-of-\d+\.jsonl$/;

/** A shard that was read. */
export interface ShardFile {
  readonly path: string;
  readonly saved: SavedCheckpoint;
}

/** Reads the file of a shard. @throws UsageError or InputError naming file and line */
export function readShard(path: string): ShardFile {
  return { path, saved: parseCheckpoint(readInputFile(path), path) };
}

/** Starts the checkpoint of a new run; that of another run is replaced. */
export function startCheckpoint(folder: string, header: CheckpointHeader): Checkpoint {
  const path = checkpointPath(folder, header.shard);
  changeFile(path, () => writeFileWhole(path, checkpointLines(header).header));
  return growingCheckpoint(path, header);
}

/** Takes up a checkpoint that was read: a torn last line is cut off. */
export function continueCheckpoint(folder: string, { header, intact }: SavedCheckpoint): Checkpoint {
  const path = checkpointPath(folder, header.shard);
  changeFile(path, () => truncateSync(path, Buffer.byteLength(intact)));
  return growingCheckpoint(path, header);
}

/** Reads the checkpoint of a run, or of a shard, in a folder. @throws UsageError or InputError naming file and line */
export function readCheckpoint(folder: string, shard: Shard | null): SavedCheckpoint {
  const path = checkpointPath(folder, shard);
  return parseCheckpoint(readInputFile(path, '; only an interrupted run leaves one to resume'), path);
}

function growingCheckpoint(path: string, header: CheckpointHeader): Checkpoint {
  const lines = checkpointLines(header);
  return {
    append: (work) => changeFile(path, () => appendFileSync(path, lines.work(work))),
    remove: () => changeFile(path, () => rmSync(path, { force: true })),
  };
}
