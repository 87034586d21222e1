import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from './captured-context.js';
import { resultsIn, spawnProgram } from './spawned-program.js';

/** 12 tasks of several kinds of claim, the last of each theorem with a single instance. */
const spawnedRun = ['verify', '--budget', 'quick', '--runs', '21', '--seed', '3'].concat([
  '--theorem',
  'D3',
  'U6',
  'U8',
  'U11',
  'U12',
]);

const checkpointIn = (folder: string): string => join(folder, 'checkpoint.jsonl');

describe('a process of verify', () => {
  let uninterrupted: Record<string, string> = {};

  beforeAll(async () => {
    const out = mkdtempSync(join(tmpdir(), 'unlearning-stability-'));
    const { code } = await spawnProgram([...spawnedRun, '--out', out, '--workers', '1']);
    expect(code).toBe(0);
    uninterrupted = resultsIn(out);
    rmSync(out, { recursive: true });
    expect(Object.keys(uninterrupted).sort()).toEqual([
      'agreement.html',
      'agreement.json',
      'agreement.md',
      'junit.xml',
    ]);
  }, 60_000);

  test('stopped by SIGINT saves what is finished, exits with 130, and is resumed to the same bytes', async () => {
    const out = temporaryFolder();
    const planned = { signal: 'SIGINT', file: checkpointIn(out), lines: 3 } as const;
    const stopped = await spawnProgram([...spawnedRun, '--out', out, '--workers', '2'], planned);
    expect(stopped).toMatchObject({ code: 130, signal: null });
    expect(stopped.stderr).toBe(`interrupted; verify --resume ${out} continues\n`);
    expect(resultsIn(out)['agreement.json']).toContain('"verdict": "interrupted"');

    const resumed = await spawnProgram(['verify', '--resume', out, '--workers', '3']);
    expect(resumed).toEqual({ code: 0, signal: null, stderr: '' });
    expect(resultsIn(out)).toEqual(uninterrupted);
  });

  test('ended by SIGKILL leaves the earlier reports as they were, and is resumed to the same bytes', async () => {
    const out = temporaryFolder();
    await spawnProgram(['verify', '--theorem', 'U12', '--runs', '2', '--out', out, '--workers', '1']);
    const earlier = resultsIn(out);
    const planned = { signal: 'SIGKILL', file: checkpointIn(out), lines: 3 } as const;
    const killed = await spawnProgram([...spawnedRun, '--out', out, '--workers', '2'], planned);
    expect(killed.signal).toBe('SIGKILL');
    const { 'checkpoint.jsonl': checkpoint, 'checkpoint.jsonl.lock': lock, ...left } = resultsIn(out);
    expect(left).toEqual(earlier);
    expect(lock).toContain('"pid":');
    expect(checkpoint!.split('\n').length).toBeGreaterThan(3);

    const resumed = await spawnProgram(['verify', '--resume', out, '--workers', '2']);
    expect(resumed.code).toBe(0);
    expect(resultsIn(out)).toEqual(uninterrupted);
  });
});
