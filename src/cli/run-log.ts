import { fileText } from '../input/file-bytes.js';
import { LogError } from '../jobs/checked-lines.js';
import {
  continueLog,
  type GrowingLog,
  type LogFormat,
  parseLog,
  type SavedLog,
  startLog,
} from '../jobs/log.js';
import { lockRun } from '../jobs/run-lock.js';
import type { ToolIdentity } from '../jobs/machine.js';
import { changeFile, prepareOutputFolder } from './context.js';
import { UsageError } from './options.js';
import type { ProgressStream } from '../jobs/progress-line.js';

/** The log of the interrupted run that --resume continues. @throws UsageError, InputError, LogError */
export function readRunLog<Header, Entry>(
  path: string,
  format: LogFormat<Header, Entry>,
): SavedLog<Header, Entry> {
  return parseLog(fileText(path, '; only an interrupted run leaves one to resume'), path, format);
}

/** A run that keeps a log in its output folder. */
export interface LoggedRun<Header, Entry> {
  readonly folder: string;
  readonly path: string;
  readonly header: Header;
  /** The log of the run that is continued; null for a new run. */
  readonly saved: SavedLog<Header, Entry> | null;
}

/**
 * Does the work of a run with its log: that of a new run, or of an interrupted one, of which a torn last line is cut off.
 * No other run works on it meanwhile.
 *
 * @throws UsageError; LogError if another run works on it, or did since it was read.
 */
export async function withRunLog<Header, Entry, Result>(
  output: { readonly stderr: ProgressStream },
  run: LoggedRun<Header, Entry>,
  work: (log: GrowingLog<Entry>) => Promise<Result>,
): Promise<Result> {
  prepareOutputFolder(run.folder, run.saved ? '--resume' : '--out');
  const lock = lockRun(run.path);
  try {
    return await work(openRunLog(output, run));
  } finally {
    lock.release();
  }
}

/** Starts the log of a new run, or takes up that of an interrupted one. @throws UsageError, LogError */
export function openRunLog<Header, Entry>(
  { stderr }: { readonly stderr: ProgressStream },
  { path, header, saved }: LoggedRun<Header, Entry>,
): GrowingLog<Entry> {
  if (!saved) return startLog(path, header, changeFile);
  if (fileText(path) !== saved.text) {
    throw new LogError(`${path}: another run has worked on it meanwhile; resume again`);
  }
  if (saved.tornLine !== null) {
    stderr.write(`${path}: line ${saved.tornLine} was not written to its end; it is done again\n`);
  }
  return continueLog(path, saved, changeFile);
}

/** Another version may find something else: its work is not taken over. @throws UsageError */
export function checkTool(saved: ToolIdentity, own: ToolIdentity, path: string): void {
  for (const field of ['name', 'version', 'commit'] as const) {
    if (saved[field] === own[field]) continue;
    throw new UsageError(
      `${path}: line 1: tool.${field} must be ${own[field]}, as of this program; got ${saved[field]}`,
    );
  }
}

/** An option beside --resume: what is given, undefined for nothing, and what the log says. */
type RepeatedOption = readonly [name: string, given: unknown, saved: unknown];

/** Options beside --resume may repeat what the log says, not contradict it. @throws UsageError */
export function checkRepeated(path: string, options: readonly RepeatedOption[]): void {
  for (const [name, given, saved] of options) {
    if (given === undefined || JSON.stringify(given) === JSON.stringify(saved)) continue;
    throw new UsageError(
      `--${name} must be ${inWords(saved ?? 'left out')}, as in ${path}, or left out; got ${inWords(given)}`,
    );
  }
}

/** A value as messages show it. */
export function inWords(value: unknown): string {
  if (typeof value === 'string') return value;
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
