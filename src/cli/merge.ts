import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mergeShards } from '../frontier/merge-shards.js';
import { shardInstances } from '../harness/run-work.js';
import type { Theorem } from '../harness/theorem.js';
import { EXIT_CODES } from '../harness/verdict.js';
import { type CheckpointHeader, readShard, SHARD_FILE, type ShardFile } from './checkpoint.js';
import type { CliContext } from './context.js';
import { prepareOutputFolder, readInputFile } from './files.js';
import { circumstancesOf, FRONTIER_EXIT_CODES, printFrontier, writeFrontierReports } from './frontier.js';
import { UsageError } from './options.js';
import { mergedPlan } from './verify-plan.js';
import { runToReport, saveFailures } from './verify.js';

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

/** Names of the files of shards of maps, as `growingPath` gives them. */
const FRONTIER_SHARD = /^[a-z-]+\.shard-\d+-of-\d+\.jsonl$/;

/** Paths of the shards of maps in folders; folders that cannot be read have none. */
export function frontierShardPaths(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => FRONTIER_SHARD.test(name))
      .sort()
      .map((name) => join(folder, name)),
  );
}

/**
 * Unites the shards of one map to the files that the run alone would have written.
 *
 * @returns the exit code of the verdict. @throws UsageError, InputError
 */
export async function mergeFrontier(
  context: CliContext,
  paths: readonly string[],
  { out, json }: { readonly out: string; readonly json?: boolean },
): Promise<number> {
  const start = context.now();
  const document = mergeShards(paths.map((name) => ({ name, text: readInputFile(name) })));
  for (const field of ['name', 'version', 'commit'] as const) {
    const [saved, own] = [document.tool[field], context.tool[field]];
    if (saved === own) continue;
    throw new UsageError(
      `${paths[0]}: line 1: tool.${field} must be ${own}, as of this program; got ${saved}`,
    );
  }
  prepareOutputFolder(out);
  const circumstances = circumstancesOf(context, start, 1);
  const files = await writeFrontierReports(document, circumstances, out);
  printFrontier(context, document, circumstances, files, { json: json === true, text: false });
  return FRONTIER_EXIT_CODES[document.verdict];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * All shards of one run, in order.
 *
 * @throws UsageError naming the shard that is foreign, doubled, incomplete or missing.
 */
export function shardsOfOneRun(files: readonly ShardFile[], registered: readonly Theorem[]): ShardFile[] {
  const [first] = files;
  if (!first) throw new UsageError('merge needs at least one folder with a shard');
  for (const file of files.slice(1)) checkSameRun(file, first);
  const { count } = shardOf(first);
  const ordered = Array.from({ length: count }, (_, k) => theShard(files, k + 1, count));
  const { theorems: ids, budget } = first.saved.header;
  const theorems = registered.filter(({ id }) => ids.includes(id));
  for (const file of ordered) checkComplete(file, shardInstances(theorems, { budget, shard: shardOf(file) }));
  return ordered;
}

function shardOf({ path, saved }: ShardFile): NonNullable<CheckpointHeader['shard']> {
  const { shard } = saved.header;
  if (!shard) throw new UsageError(`${path}: line 1: shard must be {index, count}; got null`);
  return shard;
}

/** Seed, budget, version, theorems and number of shards must be those of the first file. */
function checkSameRun(file: ShardFile, first: ShardFile): void {
  const compared = ({ saved: { header } }: ShardFile) => ({
    seed: header.seed,
    'tool.version': header.tool.version,
    'tool.commit': header.tool.commit,
    'budget.name': header.budget.name,
    'budget.instances': header.budget.instances,
    theorems: header.theorems.join(' '),
    'shard.count': header.shard?.count ?? null,
  });
  const expected = compared(first);
  for (const [name, value] of Object.entries(compared(file))) {
    const wanted = expected[name as keyof typeof expected];
    if (value !== wanted) {
      throw new UsageError(
        `${file.path}: ${name} must be ${wanted}, as in ${first.path}; got ${value}: a shard of another run`,
      );
    }
  }
}

function theShard(files: readonly ShardFile[], index: number, count: number): ShardFile {
  const found = files.filter((file) => shardOf(file).index === index);
  if (found.length > 1) {
    throw new UsageError(
      `shard ${index} of ${count} must be given once; got ${found.map(({ path }) => path).join(' and ')}`,
    );
  }
  if (found.length === 0) {
    throw new UsageError(
      `shard ${index} of ${count} is missing; got ${files.map(({ path }) => path).join(', ')}`,
    );
  }
  return found[0]!;
}

function checkComplete({ path, saved }: ShardFile, expected: number): void {
  const done = saved.work.reduce(
    (sum, piece) => sum + (piece.kind === 'examine' ? piece.to - piece.from : 0),
    0,
  );
  if (done === expected && saved.tornLine === null) return;
  throw new UsageError(
    `${path}: must hold all ${expected} instances of its shard; got ${done}: continue it with verify --shard I/K --resume`,
  );
}
