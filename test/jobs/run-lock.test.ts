import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type LockHolder, lockRun, thisProcess } from '../../src/jobs/run-lock.js';

/** Path of a log in a fresh folder, and of its lock. */
function freshLog(): { log: string; lock: string; names: () => string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'run-lock-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const log = join(folder, 'checkpoint.jsonl');
  return { log, lock: `${log}.lock`, names: () => readdirSync(folder) };
}

/** A process that lives until the test is over. */
function livingProcess(): number {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child.pid!;
}

function deadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
  return new Promise((resolve) => child.on('close', () => resolve(child.pid!)));
}

const written = (lock: string, holder: LockHolder): void =>
  writeFileSync(lock, `${JSON.stringify(holder)}\n`);

describe('the lock of a run', () => {
  test('names process, start and host, and is gone after its release', () => {
    const { log, lock, names } = freshLog();
    const held = lockRun(log);
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toEqual(thisProcess());
    expect(thisProcess()).toMatchObject({ pid: process.pid, host: hostname() });
    expect(names()).toEqual(['checkpoint.jsonl.lock']);
    held.release();
    expect(names()).toEqual([]);
    lockRun(log).release();
  });

  test('is refused while its holder lives, in a line that names log, process and lock', () => {
    const { log, lock, names } = freshLog();
    const pid = livingProcess();
    written(lock, { host: hostname(), pid, start: null });
    const before = readFileSync(lock, 'utf8');
    expect(() => lockRun(log)).toThrow(
      `${log}: another run works on it (process ${pid} on ${hostname()}); wait for its end, or give another folder (if it does not run, remove ${lock})`,
    );
    expect(readFileSync(lock, 'utf8')).toBe(before);
    expect(names()).toEqual(['checkpoint.jsonl.lock']);
    const own = freshLog();
    const held = lockRun(own.log);
    expect(() => lockRun(own.log)).toThrow('another run works on it');
    held.release();
  });

  test('of a killed process is taken over', async () => {
    const { log, lock, names } = freshLog();
    written(lock, { host: hostname(), pid: await deadProcess(), start: null });
    const held = lockRun(log);
    expect(JSON.parse(readFileSync(lock, 'utf8'))).toEqual(thisProcess());
    expect(names()).toEqual(['checkpoint.jsonl.lock']);
    held.release();
  });

  test('of a process whose number another one has now is taken over', () => {
    // Without the start of processes (outside Linux) it is held: nothing tells the two apart.
    const { start } = thisProcess();
    const { log, lock } = freshLog();
    written(lock, { ...thisProcess(), start: '1' });
    if (start === null) expect(() => lockRun(log)).toThrow('another run works on it');
    else lockRun(log).release();
    written(lock, { ...thisProcess(), start });
    expect(() => lockRun(log)).toThrow('another run works on it');
  });

  test.each(['{"host":"elsewhere","pid":1,"start":null}\n', '', 'null', '{"pid":"x"}'])(
    'of a process that cannot be asked (%j) holds until it has been silent for a minute',
    (text) => {
      const { log, lock } = freshLog();
      writeFileSync(lock, text);
      expect(() => lockRun(log)).toThrow('another run works on it');
      const silent = (seconds: number): void => {
        const then = statSync(lock).ctimeMs / 1000 - seconds;
        utimesSync(lock, then, then);
      };
      silent(50);
      expect(() => lockRun(log)).toThrow('another run works on it');
      silent(70);
      lockRun(log).release();
      expect(existsSync(lock)).toBe(false);
    },
  );

  test('is not removed by a run that has lost it', () => {
    const { log, lock } = freshLog();
    const held = lockRun(log);
    written(lock, { host: 'elsewhere', pid: 1, start: null });
    held.release();
    expect(readFileSync(lock, 'utf8')).toContain('elsewhere');
  });
});
