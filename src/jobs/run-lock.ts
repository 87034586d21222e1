import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { LogError } from './checked-lines.js';

/** The process that holds a lock, as the lock file names it. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
  /** When it was started, in the units of the system; tells it from a later process of the same number. null: unknown. */
  readonly start: string | null;
}

/** A log that this process alone works on. */
interface RunLock {
  release(): void;
}

/** Milliseconds between two signs of life in a lock file, for processes on other machines. */
const SIGN_OF_LIFE = 15_000;

/** A lock of another machine without a sign of life for so many milliseconds is a dead one's. */
const SILENCE = 60_000;

/**
 * Takes the lock of a run, `LOG.lock` beside its log. That of a process that has ended (killed, or a machine that went
 * down) is taken over: on this machine by its number and its start, of another one by its silence.
 *
 * @param path of the log.
 * @throws LogError naming the run that holds it.
 */
export function lockRun(path: string, own: LockHolder = thisProcess()): RunLock {
  const lock = `${path}.lock`;
  const draft = `${lock}.${own.pid}`;
  const text = `${JSON.stringify(own)}\n`;
  writeFileSync(draft, text);
  try {
    while (!linked(draft, lock)) setAside(lock, draft);
  } finally {
    rmSync(draft, { force: true });
  }
  const isOwn = (): boolean => textOf(lock) === text;
  const beat = setInterval(() => {
    if (isOwn()) quietly(() => writeFileSync(lock, text, { flag: 'r+' }));
  }, SIGN_OF_LIFE).unref();
  const remove = (): void => {
    if (isOwn()) quietly(() => rmSync(lock, { force: true }));
  };
  const stopListening = onEndOfProcess(remove);
  return {
    release() {
      clearInterval(beat);
      stopListening();
      remove();
    },
  };
}

/** Gives a file its second name; false if the name is taken. */
function linked(draft: string, lock: string): boolean {
  try {
    linkSync(draft, lock);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    // File systems without links: whoever creates it first has it.
    try {
      writeFileSync(lock, readFileSync(draft), { flag: 'wx' });
      return true;
    } catch (second) {
      if (errorCode(second) === 'EEXIST') return false;
      throw second;
    }
  }
}

/** Removes the lock of a dead process. @throws LogError if its holder lives */
function setAside(lock: string, draft: string): void {
  const text = textOf(lock);
  // Released in the meantime.
  if (text === null) return;
  const holder = holderOf(text);
  if (lives(holder, () => age(lock, draft))) throw held(lock, holder);
  const aside = `${draft}.dead`;
  try {
    renameSync(lock, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  // Another process may have taken it over between the look and the renaming: then it gets it back.
  if (textOf(aside) !== text) quietly(() => linkSync(aside, lock));
  rmSync(aside, { force: true });
}

function held(lock: string, holder: LockHolder | null): LogError {
  const log = lock.slice(0, -'.lock'.length);
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'a process that it does not name';
  return new LogError(
    `${log}: another run works on it (${who}); wait for its end, or give another folder (if it does not run, remove ${lock})`,
  );
}

/** True if the holder of a lock may still work; `silence` tells for how many milliseconds it gave no sign. */
function lives(holder: LockHolder | null, silence: () => number): boolean {
  if (holder?.host !== hostname()) return silence() < SILENCE;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    // Without the right to signal it, it is there.
    if (errorCode(error) !== 'EPERM') return false;
  }
  const start = startOf(holder.pid);
  return start === null || holder.start === null || start === holder.start;
}

export function thisProcess(): LockHolder {
  return { host: hostname(), pid: process.pid, start: startOf(process.pid) };
}

/** When a process was started, in ticks since the machine was; null where that is not told. */
function startOf(pid: number): string | null {
  // proc(5): field 22; the second, the name in parentheses, may hold spaces.
  const stat = textOf(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[22 - 3] ?? null;
}

function holderOf(text: string): LockHolder | null {
  try {
    const value = JSON.parse(text) as Partial<LockHolder> | null;
    const { host, pid, start = null } = value ?? {};
    return typeof host === 'string' && Number.isSafeInteger(pid) ? { host, pid: pid!, start } : null;
  } catch {
    return null;
  }
}

/** Milliseconds by which a file is older than one just written, by the clock of the file system. */
function age(file: string, justWritten: string): number {
  try {
    return statSync(justWritten).mtimeMs - statSync(file).mtimeMs;
  } catch {
    return Infinity;
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function errorCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The lock of a folder that is gone, or full, has nothing to tell.
  }
}

/** Signals that end a process, and let it say so: batch systems and containers send them before they kill. */
const ENDING_SIGNALS = ['SIGTERM', 'SIGHUP'] as const;

/**
 * Calls a handler once, when the process ends by itself or by a signal that it hears of (SIGTERM, SIGHUP); the signal
 * ends it then as it would have. Returns a function that stops listening.
 */
function onEndOfProcess(handler: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    stopListening();
    handler();
    process.kill(process.pid, signal);
  };
  const stopListening = (): void => {
    process.off('exit', handler);
    for (const signal of ENDING_SIGNALS) process.off(signal, onSignal);
  };
  process.on('exit', handler);
  for (const signal of ENDING_SIGNALS) process.on(signal, onSignal);
  return stopListening;
}
