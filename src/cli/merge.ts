import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type FrontierHeader, mapLog, mergeMap } from '../frontier/map-log.js';
import type { FinishedColumn } from '../frontier/maps.js';
import type { FinishedWork } from '../harness/run-work.js';
import { EXIT_CODES } from '../harness/verdict.js';
import { fileText } from '../input/file-bytes.js';
import { parseLog, type SavedLog, shardsOfOneRun } from '../jobs/log.js';
import { circumstancesOf } from '../jobs/machine.js';
import { isShardName } from '../jobs/run-jobs.js';
import { saveFailures } from './agreement-files.js';
import { type CliCommand, type CliContext, prepareOutputFolder } from './context.js';
import { FRONTIER_EXIT_CODES, printFrontier, writeFrontierReports } from './frontier.js';
import { flag, type OptionValues, readOptions, text, UsageError, WORKERS } from './options.js';
import { checkTool } from './run-log.js';
import { type VerifyHeader, verifyLog, verifyShards } from './verify-log.js';
import { runToReport, theoremsOfLog } from './verify.js';

const OPTIONS = {
  out: { ...text('<dir>', 'folder of the reports'), required: true as const },
  workers: WORKERS,
  json: flag('print the report as JSON'),
};

/**
 * `merge DIR... --out DIR`: unites the shards of one run of `verify`, or of one map of `frontier`, to the reports
 * that the run alone would have written, and returns the exit code of its verdict.
 */
export const mergeCommand: CliCommand = {
  argument: ['<dir...>', 'folders with shards'],
  options: OPTIONS,
  run({ context, words: folders, given }) {
    const options = readOptions(OPTIONS, given);
    const maps = folders.flatMap((folder) => shardPaths(folder, namesIn(folder) ?? [], '[a-z-]+\\.'));
    if (maps.length === 0) return mergeVerify(context, folders.flatMap(verifyShardPaths), options);
    return mergeFrontier(
      context,
      maps.map((path) => parseLog(fileText(path), path, mapLog)),
      options,
    );
  },
};

async function mergeVerify(
  context: CliContext,
  paths: readonly string[],
  { out, workers = context.processors, json = false }: OptionValues<typeof OPTIONS>,
): Promise<number> {
  const logs = paths.map((path): SavedLog<VerifyHeader, FinishedWork> =>
    parseLog(fileText(path), path, verifyLog),
  );
  const shards = shardsOfOneRun(logs, verifyShards(context.theorems));
  prepareOutputFolder(out);
  const first = shards[0]!;
  const run = {
    theorems: theoremsOfLog(context, first),
    header: { ...first.header, shard: null },
    earlier: shards.flatMap(({ entries }) => entries),
    ...{ workers, json, backend: null, folder: out },
  };
  const report = await runToReport(context, run, { corpus: [] });
  if (report.verdict !== 'interrupted') saveFailures(report, out);
  return EXIT_CODES[report.verdict];
}

async function mergeFrontier(
  context: CliContext,
  shards: readonly SavedLog<FrontierHeader, FinishedColumn>[],
  { out, json = false }: OptionValues<typeof OPTIONS>,
): Promise<number> {
  const start = context.now();
  const document = mergeMap(shards);
  checkTool(document.tool, context.tool, shards[0]!.name);
  prepareOutputFolder(out);
  const circumstances = circumstancesOf(context, start, 1);
  const files = await writeFrontierReports(document, circumstances, out);
  printFrontier(context, document, circumstances, { files, json, text: false });
  return FRONTIER_EXIT_CODES[document.verdict];
}

/** Paths of the shards of `verify` in a folder. @throws UsageError if there is none */
function verifyShardPaths(folder: string): string[] {
  const names = namesIn(folder);
  if (!names) throw new UsageError(`${folder}: must be a folder with a shard; cannot be read`);
  const paths = shardPaths(folder, names);
  if (paths.length > 0) return paths;
  throw new UsageError(`${folder}: must hold a file shard-I-of-K.jsonl, as verify --shard I/K writes it`);
}

function shardPaths(folder: string, names: readonly string[], prefix = ''): string[] {
  const shards = names.filter((name) => isShardName(name, prefix));
  return shards.sort().map((name) => join(folder, name));
}

/** Names of the files in a folder; null if it cannot be read. */
function namesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder);
  } catch {
    return null;
  }
}
