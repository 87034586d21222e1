import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { capture, temporaryFolder } from './captured-context.js';
import { resultsIn } from './spawned-program.js';

/** Seven pieces of work: chunks of 10, 10 and 5 instances a theorem, and searches. */
const run = ['verify', '--theorem', 'D3', 'U12', '--budget', 'quick', '--runs', '25', '--seed', '4'];

const shardName = (index: number, count: number): string => `shard-${index}-of-${count}.jsonl`;

/** What the tests share of the run above, and of runs like it: computed once. */
const kept = mkdtempSync(join(tmpdir(), 'unlearning-stability-'));
afterAll(() => rmSync(kept, { recursive: true }));
const computed = new Map<string, Promise<string>>();

/** A copy of the folder that `compute` writes, once for each key. */
async function copyOf(key: string, compute: (folder: string) => Promise<void>): Promise<string> {
  const stored = computed.get(key) ?? stores(join(kept, String(computed.size)), compute);
  computed.set(key, stored);
  const copy = temporaryFolder();
  cpSync(await stored, copy, { recursive: true });
  return copy;
}

async function stores(folder: string, compute: (folder: string) => Promise<void>): Promise<string> {
  await compute(folder);
  return folder;
}

/** Folders with the shards of the run. */
async function shardsOf(count: number): Promise<string[]> {
  return partsOf(await copyOf(`${count} shards`, (root) => writeShards(root, count)), count);
}

const partsOf = (root: string, count: number): string[] =>
  Array.from({ length: count }, (_, k) => join(root, `part-${k + 1}`));

async function writeShards(root: string, count: number) {
  for (const [k, folder] of partsOf(root, count).entries()) {
    const shard = `${k + 1}/${count}`;
    const { code, stdout } = await capture([...run, '--shard', shard, '--out', folder]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Shard ${k + 1} of ${count}`);
  }
}

/** Results of the whole run. */
async function wholeRun() {
  const out = await copyOf('whole', async (folder) => {
    expect((await capture([...run, '--out', folder])).code).toBe(0);
  });
  return resultsIn(out);
}

async function merged(folders: readonly string[]) {
  const out = temporaryFolder();
  const captured = await capture(['merge', ...folders, '--out', out]);
  return { ...captured, results: resultsIn(out) };
}

describe('merge', () => {
  test.each([1, 3, 9])(
    '%i shards, in any order of folders, give the bytes of the whole run',
    async (count) => {
      const folders = await shardsOf(count);
      const united = await merged([...folders].reverse());
      expect(united.code).toBe(0);
      expect(united.results).toEqual(await wholeRun());
    },
  );

  test('shards in one folder are found together', async () => {
    const [first, second] = await shardsOf(2);
    copyFileSync(join(second!, shardName(2, 2)), join(first!, shardName(2, 2)));
    expect((await merged([first!])).results).toEqual(await wholeRun());
  });

  test('an interrupted shard is refused by name, and resumed to the same bytes', async () => {
    const [first, second] = await shardsOf(2);
    const stopped = join(temporaryFolder(), 'stopped');
    const cut = await capture([...run, '--shard', '2/2', '--out', stopped], { interruptAfter: 2 });
    expect(cut.code).toBe(130);
    expect(cut.stderr).toBe(`interrupted; verify --shard 2/2 --resume ${stopped} continues\n`);
    const refused = await merged([first!, stopped]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/shard-2-of-2\.jsonl: must hold all \d+ instances of its shard; got 20/);
    expect((await capture(['verify', '--shard', '2/2', '--resume', stopped])).code).toBe(0);
    const file = (folder: string) => readFileSync(join(folder, shardName(2, 2)), 'utf8');
    expect(file(stopped)).toBe(file(second!));
  });
});

describe('merge names what is wrong in one line and exits with 2', () => {
  const refused = async (folders: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await merged(folders);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    return stderr;
  };

  test('a missing and a doubled shard', async () => {
    const [first, second, third] = await shardsOf(3);
    expect(await refused([first!, third!])).toContain('shard 2 of 3 is missing; got ');
    expect(await refused([first!, second!, second!, third!])).toContain(
      'shard 2 of 3 must be given once; got ',
    );
  });

  test('a shard of another seed, or of another number of shards', async () => {
    const [first] = await shardsOf(2);
    const foreign = temporaryFolder();
    await capture([...run.slice(0, -1), '5', '--shard', '2/2', '--out', foreign]);
    expect(await refused([first!, foreign])).toMatch(
      /\/shard-2-of-2\.jsonl: seed must be 4, as in .*; got 5: a shard of another run/,
    );
    const [, other] = await shardsOf(3);
    expect(await refused([first!, other!])).toMatch(/shard\.count must be 2, as in .*; got 3/);
  });

  test('a damaged shard, a folder without one, a folder that is not there', async () => {
    const [first, second] = await shardsOf(2);
    const path = join(second!, shardName(2, 2));
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace('"outcome":"agree"', '"outcome":"contradict"'));
    expect(await refused([first!, second!])).toMatch(/line \d+: checksum must be .* \(edited or damaged\)/);
    const empty = join(temporaryFolder(), 'empty');
    mkdirSync(empty);
    expect(await refused([empty])).toContain('must hold a file shard-I-of-K.jsonl');
    expect(await refused([join(empty, 'none')])).toContain('must be a folder with a shard');
  });

  test.each(['0/3', '4/3', '1', 'a/b', '1/0'])('--shard %s', async (shard) => {
    const { code, stderr } = await capture([...run, '--shard', shard, '--out', temporaryFolder()]);
    expect(code).toBe(2);
    expect(stderr).toContain(`--shard must be I/K with I in 1..K, such as 2/8; got ${shard}`);
  });
});
