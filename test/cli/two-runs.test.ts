import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import evidence, { evidenceOptions } from '../../studies/evidence/study.js';
import { capture, temporaryFolder } from './captured-context.js';

/** A lock that a living process holds. */
function heldLock(path: string): void {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  writeFileSync(path, JSON.stringify({ host: hostname(), pid: child.pid, start: null }));
}

const small = ['verify', '--theorem', 'U12', '--runs', '21', '--budget', 'quick'];

test('a second verify in a folder is refused while the first lives, anew and with --resume, and changes nothing', async () => {
  const out = temporaryFolder();
  const log = join(out, 'checkpoint.jsonl');
  expect((await capture([...small, '--out', out], { interruptAfter: 1 })).code).toBe(130);
  const before = readFileSync(log, 'utf8');
  heldLock(`${log}.lock`);
  for (const args of [
    [...small, '--out', out],
    ['verify', '--resume', out],
  ]) {
    const { code, stderr, stdout } = await capture(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^unlearning-stability: .*checkpoint\.jsonl: another run works on it .*\n$/);
    expect(readFileSync(log, 'utf8')).toBe(before);
  }
});

test('a run that was interrupted, or has ended, leaves its folder to the next', async () => {
  const out = temporaryFolder();
  expect((await capture([...small, '--out', out], { interruptAfter: 1 })).code).toBe(130);
  expect((await capture(['verify', '--resume', out])).code).toBe(0);
  expect((await capture([...small, '--out', out])).code).toBe(0);
});

test('other shards may work in the same folder', async () => {
  const out = temporaryFolder();
  heldLock(join(out, 'shard-1-of-2.jsonl.lock'));
  expect((await capture([...small, '--out', out, '--shard', '2/2'])).code).toBe(0);
  expect((await capture([...small, '--out', out, '--shard', '1/2'])).code).toBe(2);
});

test('a second frontier of a map in a folder is refused while the first lives; another map is not', async () => {
  const out = temporaryFolder();
  heldLock(join(out, 'step-batch.checkpoint.jsonl.lock'));
  const { code, stderr } = await capture(['frontier', 'step-batch', '--grid', '2x2', '--out', out]);
  expect(code).toBe(2);
  expect(stderr).toContain('another run works on it');
  expect((await capture(['frontier', 'step-mixing', '--grid', '2x2', '--out', out])).code).toBe(0);
});

test('a second collection of evidence in a log is refused while the first lives', async () => {
  const out = temporaryFolder();
  mkdirSync(out, { recursive: true });
  const log = join(out, 'runs.jsonl');
  expect(evidenceOptions(['--log', log])?.log).toBe(log);
  heldLock(`${log}.lock`);
  expect(await evidence(['--quick', '--log', log, '--out', out])).toBe(2);
});
