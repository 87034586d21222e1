import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { checkedLines, readCheckedLines } from './checked-lines.js';

/** What the lines of a log are. The first is the header: two runs with equal headers find the same. */
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

/** Takes up the log of a run with this header; starts it if there is none, or one of another run. */
export function continuedOrNewLog<Header, Entry>(
  path: string,
  header: Header,
  format: LogFormat<Header, Entry>,
): { readonly entries: readonly Entry[]; readonly log: GrowingLog<Entry> } {
  if (existsSync(path)) {
    const saved = parseLog(readFileSync(path, 'utf8'), path, format);
    if (logText(saved.header, []) === logText(header, [])) {
      return { entries: saved.entries, log: continueLog(path, saved) };
    }
  }
  return { entries: [], log: startLog(path, header) };
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
