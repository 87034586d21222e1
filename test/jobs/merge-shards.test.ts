import { describe, expect, test } from 'vitest';
import {
  type LogFormat,
  logText,
  parseLog,
  type SavedLog,
  type ShardRules,
  shardsOfOneRun,
} from '../../src/jobs/log.js';
import { isInShard, isShardName, logName, parseShard, runJobs, type Shard } from '../../src/jobs/run-jobs.js';

interface Header {
  readonly seed: number;
  readonly shard: Shard | null;
}

const format: LogFormat<Header, number> = {
  noun: 'number',
  header: (value) => value as Header,
  entry: (value) => value as number,
};

const JOBS = [0, 1, 2, 3, 4, 5, 6];

const rules: ShardRules<Header, number> = {
  run: ({ seed }) => ({ seed: String(seed) }),
  content: ({ header: { shard }, entries }) => ({
    wanted: JOBS.filter((k) => isInShard(k, shard)).length,
    found: entries.length,
  }),
  unit: 'numbers',
  resume: ({ shard }) => `count --shard ${shard!.index}/${shard!.count}`,
  called: ({ index, count }) => `shard ${index}/${count}`,
  missing: (shards) => `missing: ${shards.map(({ index }) => index).join(', ')}`,
};

async function shardLog(index: number, count: number, seed = 1): Promise<SavedLog<Header, number>> {
  const header = { seed, shard: { index, count } };
  const entries: number[] = [];
  await runJobs(JOBS, (k) => Promise.resolve(k), {
    workers: 2,
    shard: header.shard,
    onFinished: (result) => entries.push(result),
  });
  return parseLog(logText(header, entries), `part ${index}`, format);
}

describe('the shards of one run', () => {
  test.each([1, 3, 9])('%i of them, in any order, hold every job once', async (count) => {
    const logs = await Promise.all(Array.from({ length: count }, (_, k) => shardLog(k + 1, count)));
    const ordered = shardsOfOneRun(logs.toReversed(), rules);
    expect(ordered.map(({ header }) => header.shard!.index)).toEqual(logs.map((_, k) => k + 1));
    const results = await runJobs(JOBS, () => Promise.reject(new Error('done again')), {
      workers: 1,
      earlier: (k) => ordered.flatMap(({ entries }) => entries).find((entry) => entry === k),
    });
    expect(logText({ seed: 1, shard: null }, results)).toBe(logText({ seed: 1, shard: null }, JOBS));
  });

  test('are refused where one is missing, doubled, of another run or of another number of shards', async () => {
    const [one, two, three] = await Promise.all([1, 2, 3].map((index) => shardLog(index, 3)));
    expect(() => shardsOfOneRun([], rules)).toThrow('at least one shard');
    expect(() => shardsOfOneRun([two!], rules)).toThrow('missing: 1, 3');
    expect(() => shardsOfOneRun([one!, two!, two!, three!], rules)).toThrow(
      'shard 2/3 must be given once; got part 2 and part 2',
    );
    const foreign = await shardLog(2, 3, 5);
    expect(() => shardsOfOneRun([one!, foreign, three!], rules)).toThrow(
      'part 2: seed must be 1, as in part 1; got 5: a shard of another run',
    );
    const other = await shardLog(2, 2);
    expect(() => shardsOfOneRun([one!, other], rules)).toThrow(
      'part 2: shard.count must be 3, as in part 1; got 2',
    );
    const whole = { ...one!, header: { seed: 1, shard: null } };
    expect(() => shardsOfOneRun([whole], rules)).toThrow(
      'part 1: line 1: shard must be {index, count}; got null',
    );
  });

  test('are refused where one is unfinished, ends in a torn line or holds more than it should', async () => {
    const [one, two] = await Promise.all([1, 2].map((index) => shardLog(index, 2)));
    const unfinished = { ...two!, entries: two!.entries.slice(1) };
    const message =
      'part 2: must hold all 3 numbers of its shard; got 2: continue it with count --shard 2/2 --resume';
    expect(() => shardsOfOneRun([one!, unfinished], rules)).toThrow(message);
    expect(() => shardsOfOneRun([one!, { ...two!, tornLine: 5 }], rules)).toThrow('got 3: continue it');
    const doubled = { ...two!, entries: [...two!.entries, ...two!.entries.slice(1)] };
    expect(() => shardsOfOneRun([one!, doubled], rules)).toThrow(
      'must hold all 3 numbers of its shard; got 5',
    );
  });
});

describe('a shard', () => {
  test.each(['0/3', '4/3', '1', 'a/b', '1/0', '-1/2', '1/2/3', ''])('is not written %j', (text) => {
    expect(parseShard(text)).toBeNull();
  });

  test('is written I/K', () => {
    expect(parseShard(' 2/8 ')).toEqual({ index: 2, count: 8 });
  });

  test('has a log of its own name', () => {
    expect(logName({ index: 2, count: 8 }, 'map.')).toBe('map.shard-2-of-8.jsonl');
    expect(logName(null)).toBe('checkpoint.jsonl');
    expect(isShardName(logName({ index: 2, count: 8 }))).toBe(true);
    expect(isShardName('map.shard-2-of-8.jsonl', '[a-z-]+\\.')).toBe(true);
    expect(isShardName('map.shard-2-of-8.jsonl')).toBe(false);
    expect(isShardName('checkpoint.jsonl')).toBe(false);
  });
});
