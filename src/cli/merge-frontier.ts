import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { mergeShards } from '../frontier/merge-shards.js';
import type { CliContext } from './context.js';
import { prepareOutputFolder, readInputFile } from './files.js';
import {
  circumstancesOf,
  FRONTIER_EXIT_CODES,
  printFrontier,
  writeFrontierReports,
} from './frontier-reports.js';
import { UsageError } from './usage-error.js';

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
