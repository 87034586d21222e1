import { describe, expect, test } from 'vitest';
import { temporaryFolder } from './captured-context.js';
import { resultsIn, spawnProgram } from './spawned-program.js';

/** Files that a run with so many worker threads leaves. */
async function results(workers: number): Promise<Record<string, string>> {
  const out = temporaryFolder();
  const args = ['verify', '--budget', 'quick', '--runs', '2', '--seed', '5', '--out', out];
  const { code, stderr } = await spawnProgram([...args, '--workers', String(workers)]);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return resultsIn(out);
}

describe('verify of all theorems on worker threads', () => {
  test('leaves the same bytes with 1 and 3 of them', async () => {
    const one = await results(1);
    expect(Object.keys(one)).toEqual(expect.arrayContaining(['agreement.json', 'agreement.md', 'junit.xml']));
    expect(await results(3)).toEqual(one);
  });
});
