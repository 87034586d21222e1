import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES } from '../harness/verdict.js';
import { readShard, SHARD_FILE, type ShardFile } from './checkpoint.js';
import type { CliContext } from './context.js';
import { prepareOutputFolder } from './files.js';
import { frontierShardPaths, mergeFrontier } from './merge-frontier.js';
import { shardsOfOneRun } from './shards-of-one-run.js';
import { UsageError } from './usage-error.js';
import { saveFailures } from './verify-command.js';
import { mergedPlan } from './verify-plan.js';
import { runToReport } from './verify-run.js';

export interface MergeCommandOptions {
  readonly out: string;
  readonly workers?: string;
  readonly backend?: string;
  readonly json?: boolean;
}

/**
 * `merge DIR... --out DIR`: unites the shards of one run of `verify`, or of one map of `frontier`, to the reports
 * that the run alone would have written, and returns the exit code of its verdict.
 */
export async function mergeCommand(
  context: CliContext,
  folders: readonly string[],
  options: MergeCommandOptions,
): Promise<number> {
  const maps = frontierShardPaths(folders);
  if (maps.length > 0) return mergeFrontier(context, maps, options);
  const shards = shardsOfOneRun(folders.flatMap(shardFiles), context.theorems);
  prepareOutputFolder(options.out);
  const earlier = shards.flatMap(({ saved }) => saved.work);
  const plan = mergedPlan(context, shards[0]!, earlier, options);
  const report = await runToReport(context, plan, { corpus: [], onFinished: () => undefined });
  if (report.verdict !== 'interrupted') saveFailures(report, options.out);
  return EXIT_CODES[report.verdict];
}

/** The shard files of a folder. @throws UsageError if there is none */
function shardFiles(folder: string): ShardFile[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    throw new UsageError(`${folder}: must be a folder with a shard; cannot be read`);
  }
  const shards = names.filter((name) => SHARD_FILE.test(name)).sort();
  if (shards.length === 0) {
    throw new UsageError(`${folder}: must hold a file shard-I-of-K.jsonl, as verify --shard I/K writes it`);
  }
  return shards.map((name) => readShard(join(folder, name)));
}
