import { appendFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { checkedLines, LogError, readCheckedLines } from './checked-lines.js';
import type { Shard } from './run-jobs.js';

/** Lines of a log. The first is the header: two runs with equal headers find the same. */
export interface LogFormat<Header, Entry> {
  /** What messages call a line. */
  readonly noun: string;
  /** Checks the first line. `place` names file and line for messages. */
  header(value: unknown, place: string): Header;
  /** Checks a later line; `log` is what stands before it. */
  entry(
    value: unknown,
    place: string,
    log: { readonly header: Header; readonly entries: readonly Entry[] },
  ): Entry;
}

/** A log as it was read. */
export interface SavedLog<Header, Entry> {
  /** How messages call it. */
  readonly name: string;
  readonly header: Header;
  readonly entries: readonly Entry[];
  /** Text of the whole file, and of its whole lines. */
  readonly text: string;
  readonly intact: string;
  /** Number of a last line that was not written to its end, and is left out. */
  readonly tornLine: number | null;
}

/**
 * Reads the text of a log.
 *
 * @param name how messages call it.
 * @throws LogError naming file and line, unless the only damage is a last line without its end; what the format throws.
 */
export function parseLog<Header, Entry>(
  text: string,
  name: string,
  format: LogFormat<Header, Entry>,
): SavedLog<Header, Entry> {
  const lines = readCheckedLines(text, name, format.noun);
  const header = format.header(lines.header, `${name}: line 1`);
  const entries: Entry[] = [];
  for (const { entry, place } of lines.entries) entries.push(format.entry(entry, place, { header, entries }));
  return { name, header, entries, text, intact: lines.intact, tornLine: lines.tornLine };
}

/** Text of a whole log. */
export function logText(header: unknown, entries: readonly unknown[]): string {
  const lines = checkedLines(header);
  return [lines.header, ...entries.map((entry) => lines.line(entry))].join('');
}

/** A file that a run grows by a line with everything it finishes. */
export interface GrowingLog<Entry> {
  readonly path: string;
  append(entry: Entry): void;
  /** Replaces all entries. */
  rewrite(entries: readonly Entry[]): void;
  remove(): void;
}

/** Carries out a change of a file, to say it in other words if the file system refuses. */
type FileChange = (path: string, change: () => void) => void;

const changeAsItIs: FileChange = (_, change) => change();

/** Starts the log of a new run; that of another run is replaced. */
export function startLog<Entry>(
  path: string,
  header: unknown,
  changeFile: FileChange = changeAsItIs,
): GrowingLog<Entry> {
  changeFile(path, () => writeFileWhole(path, checkedLines(header).header));
  return growingLog(path, header, changeFile);
}

/** Takes up a log that was read: a torn last line is cut off. */
export function continueLog<Header, Entry>(
  path: string,
  { header, intact }: SavedLog<Header, Entry>,
  changeFile: FileChange = changeAsItIs,
): GrowingLog<Entry> {
  changeFile(path, () => truncateSync(path, Buffer.byteLength(intact)));
  return growingLog(path, header, changeFile);
}

function growingLog<Entry>(path: string, header: unknown, changeFile: FileChange): GrowingLog<Entry> {
  const lines = checkedLines(header);
  return {
    path,
    append: (entry) => changeFile(path, () => appendFileSync(path, lines.line(entry))),
    rewrite: (entries) => changeFile(path, () => writeFileWhole(path, logText(header, entries))),
    remove: () => changeFile(path, () => rmSync(path, { force: true })),
  };
}

/** Writes the bytes of a file. */
type FileWriter = (path: string, content: string | Uint8Array) => void;

/**
 * Writes a file so that readers see the old or the new one, never half of it; if the file system refuses, the old one
 * stays and nothing is left beside it.
 */
export function writeFileWhole(
  path: string,
  content: string | Uint8Array,
  write: FileWriter = writeFileSync,
): void {
  const draft = `${path}.${process.pid}.part`;
  try {
    write(draft, content);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Rules by which shards belong to one run, and are all of it. */
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
