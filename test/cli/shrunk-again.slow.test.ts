import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { D3 } from '../../theorems/D3.js';
import { U6 } from '../../theorems/U6.js';
import { capture, temporaryFolder } from './captured-context.js';
import { withScaledThreshold } from './sabotage.js';
import { resultsIn } from './spawned-program.js';

// That shrunk contradictions are taken over and shards shrink nothing themselves: test/harness/verify-run.test.ts, in moments.

test('a resumed run takes shrunk contradictions over and shrinks the others to the same counterexample files', async () => {
  const options = { theorems: [withScaledThreshold(D3, 1.3), withScaledThreshold(U6, 1.3)] };
  const args = ['verify', '--budget', 'quick', '--runs', '12', '--seed', '1'];
  const [whole, out] = [temporaryFolder(), temporaryFolder()];
  expect((await capture([...args, '--out', whole], options)).code).toBe(1);
  const results = resultsIn(whole);
  expect(Object.keys(results)).toEqual(
    expect.arrayContaining(['counterexample-D3.json', 'counterexample-U6.json']),
  );
  // Four pieces with instances, the margins of both theorems, and the first shrunk contradiction.
  const cut = await capture([...args, '--out', out], { ...options, interruptAfter: 7 });
  expect(cut.code).toBe(130);
  const checkpoint = readFileSync(join(out, 'checkpoint.jsonl'), 'utf8');
  expect(checkpoint.split('\n')).toHaveLength(1 + 7 + 1);
  expect(checkpoint).toContain('"entry":{"kind":"shrink","theoremId":"D3"');
  expect((await capture(['verify', '--resume', out], options)).code).toBe(1);
  expect(resultsIn(out)).toEqual(results);
});

test('a contradiction found by shards is shrunk by merge to the same counterexample, exit 1', async () => {
  const options = { theorems: [D3, withScaledThreshold(U6, 1.1)] };
  const args = ['verify', '--budget', 'quick', '--runs', '15', '--seed', '1'];
  const [whole, out] = [temporaryFolder(), temporaryFolder()];
  const { code } = await capture([...args, '--out', whole], options);
  const shards = [temporaryFolder(), temporaryFolder()];
  for (const [k, folder] of shards.entries()) {
    const shard = await capture([...args, '--shard', `${k + 1}/2`, '--out', folder], options);
    expect(shard.code).toBe(0);
  }
  const united = await capture(['merge', ...shards, '--out', out], options);
  expect([code, united.code]).toEqual([1, 1]);
  expect(resultsIn(out)).toEqual(resultsIn(whole));
  expect(Object.keys(resultsIn(out))).toContain('counterexample-U6.json');
});
