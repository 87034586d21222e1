import { LogError } from './checked-lines.js';
import type { SavedLog } from './log.js';
import type { Shard } from './run-jobs.js';

/** What tells the shards of one run of a kind, and whether they are all there. */
export interface ShardRules<Header, Entry> {
  /** What must be the same in all shards, by the names of messages, in words. */
  readonly run: (header: Header) => Readonly<Record<string, string>>;
  /** How a message says what `run` gives; left out: as it is. */
  readonly shown?: (words: string) => string;
  /** What a shard must hold, and what it holds. */
  readonly content: (log: SavedLog<Header, Entry>) => { readonly wanted: number; readonly found: number };
  /** What is counted. */
  readonly unit: string;
  /** The command line that finishes a shard. */
  readonly resume: (header: Header) => string;
  /** A shard in words, such as "shard 1 of 3". */
  readonly called: (shard: Shard) => string;
  /** What is said of missing shards, at least one, where these files were given. */
  readonly missing: (shards: readonly Shard[], names: readonly string[]) => string;
}

/**
 * The shards of one run in order, all of them and each whole.
 *
 * @throws LogError naming the file or the shard that is of another run, given twice, missing or unfinished.
 */
export function shardsOfOneRun<Header extends { readonly shard: Shard | null }, Entry>(
  logs: readonly SavedLog<Header, Entry>[],
  rules: ShardRules<Header, Entry>,
): SavedLog<Header, Entry>[] {
  const [first] = logs;
  if (!first) throw new LogError('merge needs at least one shard; got none');
  for (const log of logs) checkSameRun(log, first, rules);
  const { count } = shardOf(first);
  const shards = Array.from({ length: count }, (_, k) => ({ index: k + 1, count }));
  const found = shards.map((shard) => logs.filter((log) => shardOf(log).index === shard.index));
  const doubled = found.findIndex(({ length }) => length > 1);
  if (doubled >= 0) {
    const names = found[doubled]!.map(({ name }) => name).join(' and ');
    throw new LogError(`${rules.called(shards[doubled]!)} must be given once; got ${names}`);
  }
  const missing = shards.filter((_, k) => found[k]!.length === 0);
  if (missing.length > 0) {
    throw new LogError(
      rules.missing(
        missing,
        logs.map(({ name }) => name),
      ),
    );
  }
  const ordered = found.map(([log]) => log!);
  for (const log of ordered) checkWhole(log, rules);
  return ordered;
}

function shardOf<Header extends { readonly shard: Shard | null }>({
  name,
  header: { shard },
}: SavedLog<Header, unknown>): Shard {
  if (shard) return shard;
  throw new LogError(`${name}: line 1: shard must be {index, count}; got null`);
}

/** Everything but the number of the shard must be as in the first file; the first difference is named. */
function checkSameRun<Header extends { readonly shard: Shard | null }, Entry>(
  log: SavedLog<Header, Entry>,
  first: SavedLog<Header, Entry>,
  { run, shown = (words) => words }: ShardRules<Header, Entry>,
): void {
  const compared = (saved: SavedLog<Header, Entry>): Record<string, string> => ({
    ...run(saved.header),
    'shard.count': String(shardOf(saved).count),
  });
  const expected = compared(first);
  for (const [field, got] of Object.entries(compared(log))) {
    if (got === expected[field]) continue;
    throw new LogError(
      `${log.name}: ${field} must be ${shown(expected[field]!)}, as in ${first.name}; got ${shown(got)}: a shard of another run`,
    );
  }
}

function checkWhole<Header, Entry>(
  log: SavedLog<Header, Entry>,
  { content, unit, resume }: ShardRules<Header, Entry>,
): void {
  const { wanted, found } = content(log);
  if (found === wanted && log.tornLine === null) return;
  throw new LogError(
    `${log.name}: must hold all ${wanted} ${unit} of its shard; got ${found}: continue it with ${resume(log.header)} --resume`,
  );
}
