import { beforeAll, describe, expect, test } from 'vitest';
import type { FrontierDocument } from '../../src/frontier/frontier-document.js';
import { mapLog, mergeMap } from '../../src/frontier/map-log.js';
import { logText, parseLog } from '../../src/jobs/log.js';
import { frontierJson } from '../../src/report/frontier-text.js';
import { computedMap, requestOf } from './computed-map.js';

const request = requestOf('step-batch', { grid: { columns: 7, rows: 4 } });
const COUNT = 3;

/** The log of a shard: its text, and how messages call it. */
interface NamedText {
  readonly name: string;
  readonly text: string;
}

function mergeShards(files: readonly NamedText[]): FrontierDocument {
  return mergeMap(files.map(({ name, text }) => parseLog(text, name, mapLog)));
}

let whole: FrontierDocument;
let shards: NamedText[] = [];

async function shardOf(index: number, changed = request, count = COUNT): Promise<NamedText> {
  const { file } = await computedMap(changed, { index, count });
  return { name: `shard-${index}`, text: file };
}

beforeAll(async () => {
  whole = (await computedMap(request)).document;
  shards = await Promise.all([1, 2, 3].map((index) => shardOf(index)));
});

/** The document as it is written, without what may differ between equal runs. */
function bytes(document: FrontierDocument): string {
  const text = frontierJson(document, {
    timing: { seconds: 0, peakMemoryMegabytes: 0 },
    environment: { node: '', platform: '', processors: 0, workers: 0 },
  });
  return text.slice(0, text.indexOf('\n  "timing": {'));
}

describe('merged shards', () => {
  test('are the bytes of the run that was never cut, in whatever order they are given', () => {
    expect(bytes(mergeShards(shards))).toBe(bytes(whole));
    expect(bytes(mergeShards(shards.toReversed()))).toBe(bytes(whole));
    expect(whole.lines.length).toBeGreaterThan(3);
  });

  test('of a map with fewer columns than shards are whole too', async () => {
    const small = requestOf('step-coherence', { grid: { columns: 2, rows: 3 } });
    const all = await Promise.all([1, 2, 3, 4].map((index) => shardOf(index, small, 4)));
    expect(bytes(mergeShards(all))).toBe(bytes((await computedMap(small)).document));
  });

  test('differ from the run with another seed', async () => {
    const { document } = await computedMap({ ...request, seed: 2 });
    expect(bytes(mergeShards(shards))).not.toBe(bytes(document));
  });
});

/** One line that says where, what and what is allowed. */
function expectRefusal(files: readonly NamedText[], message: RegExp): void {
  expect(() => mergeShards(files)).toThrow(message);
  expect(() => mergeShards(files)).toThrow(/^[^\n]+$/);
}

const edited = (change: (text: string) => string): NamedText[] =>
  shards.map((shard, k) => (k === 1 ? { ...shard, text: change(shard.text) } : shard));

describe('mergeMap refuses', () => {
  test('a missing shard', () => {
    expectRefusal(shards.slice(1), /^shard 1\/3 is missing$/);
    expectRefusal(shards.slice(2), /^shards 1\/3, 2\/3 are missing$/);
    expectRefusal([], /at least one shard/);
  });

  test('a doubled shard', () => {
    expectRefusal(
      [...shards, { ...shards[1]!, name: 'copy' }],
      /^shard 2\/3 must be given once; got shard-2 and copy$/,
    );
  });

  test('a shard of another seed, map, grid or number of shards', async () => {
    const foreign = async (changed: typeof request, count?: number): Promise<NamedText[]> => [
      shards[0]!,
      await shardOf(2, changed, count),
      shards[2]!,
    ];
    expectRefusal(
      await foreign({ ...request, seed: 9 }),
      /^shard-2: seed must be 1, as in shard-1; got 9: a shard of another run$/,
    );
    expectRefusal(
      await foreign({ ...request, grid: { columns: 7, rows: 5 } }),
      /^shard-2: grid must be \{"columns":7,"rows":4\}/,
    );
    expectRefusal(
      await foreign(requestOf('step-coherence')),
      /^shard-2: map must be "step-batch".*got "step-coherence"/,
    );
    expectRefusal(await foreign(request, 4), /^shard-2: shard.count must be 3, as in shard-1; got 4/);
    // The same columns, said to be of a simulated map.
    const { header, entries } = parseLog(shards[1]!.text, 'shard-2', mapLog);
    const simulated = { ...header, request: { ...header.request, simulate: true } };
    expectRefusal(
      [shards[0]!, { name: 'shard-2', text: logText(simulated, entries) }, shards[2]!],
      /^shard-2: simulate must be false, as in shard-1; got true/,
    );
  });

  test('a whole run among the shards', async () => {
    const { file } = await computedMap(request);
    expectRefusal(
      [{ name: 'whole', text: file }, ...shards],
      /^whole: line 1: shard must be \{index, count\}/,
    );
  });

  test('an unfinished shard', () => {
    const without = edited((text) => text.slice(0, text.trimEnd().lastIndexOf('\n') + 1));
    expectRefusal(
      without,
      /^shard-2: must hold all 2 columns of its shard; got 1: continue it with frontier/,
    );
    expectRefusal(
      edited((text) => text.slice(0, -20)),
      /^shard-2: must hold all 2 columns/,
    );
  });

  test('a damaged shard, naming file and line', () => {
    expectRefusal(
      edited((text) => text.replace('"seed":1', '"seed":2')),
      /^shard-2: line 1: checksum must be [0-9a-f]{16}, as its entry says/,
    );
    expectRefusal(
      edited((text) => text.replace('"exact":"stable"', '"exact":"diverges"')),
      /^shard-2: line 2: checksum must be/,
    );
    const foreignLine = shards[0]!.text.split('\n')[1]!;
    expectRefusal(
      edited((text) => `${text}${foreignLine}\n`),
      /^shard-2: line 4: checksum must be/,
    );
    expectRefusal(
      edited((text) => `${text}${text.split('\n')[1]!}\n`),
      /^shard-2: line 4: column 1 is there twice/,
    );
    expectRefusal(
      edited(() => 'seed 1\n'),
      /^shard-2: line 1 must be a frontier line/,
    );
    expectRefusal(
      edited(() => ''),
      /^shard-2: line 1 must be a whole line/,
    );
  });
});
