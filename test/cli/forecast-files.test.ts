import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ForecastDocument } from '../../src/forecast/document.js';
import type { OutputSet } from '../../src/forecast/output-set.js';
import { membersOf, type Member, writeNpz, writeSets } from '../forecast/output-npz.js';
import { randomSets } from '../forecast/random-sets.js';
import { capture } from './captured-context.js';

const [C, P] = [3, 20];
const COUNTS = { retain: 40, forget: 25 };
const sets = { ...randomSets('softmax', { c: C, p: P, ...COUNTS }), test: null };
const SETTING = '--loss cross-entropy --lr 2 --forget-weight 0.5 --batch-size 4 --epochs 2 --seeds 3'.split(
  ' ',
);

/** Rows of the forget set in the file of both: every second one, while there are some. */
const FORGET_ROWS = Array.from({ length: COUNTS.forget }, (_, k) => 2 * k + 1);

const folder = mkdtempSync(join(tmpdir(), 'forecast-files-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let [apart, together, gram]: [string[], string[], string[]] = [[], [], []];

/** Both sets in one, each in its order. */
function allOf(): OutputSet {
  const rows = Array.from({ length: COUNTS.retain + COUNTS.forget }, (_, row) => row);
  const left = { retain: 0, forget: 0 };
  const places = rows.map((row) => {
    const name = FORGET_ROWS.includes(row) ? 'forget' : 'retain';
    return { name, sample: left[name]++ } as const;
  });
  const joined = (pick: (set: OutputSet) => Float64Array, width: number): Float64Array =>
    Float64Array.from(
      places.flatMap(({ name, sample }) =>
        Array.from(pick(sets[name]).subarray(sample * width, (sample + 1) * width)),
      ),
    );
  const jacobian = joined((set) => set.jacobian.readColumns(0, P), C * P);
  return {
    ...sets.retain,
    samples: rows.length,
    outputs: joined((set) => set.outputs, C),
    targets: joined((set) => set.targets, C),
    pull: joined((set) => set.pull!, C),
    jacobian: { ...sets.retain.jacobian, rows: rows.length * C, readColumns: () => jacobian },
  };
}

beforeAll(() => {
  apart = writeSets(folder, sets);
  const { jacobian, ...rest } = membersOf(allOf(), true);
  const index = join(folder, 'rows.txt');
  writeFileSync(index, FORGET_ROWS.join(' '));
  const [numbers, [n, c, p]] = [jacobian![0], jacobian![1] as [number, number, number]];
  const products = new Float64Array((n * c) ** 2);
  for (let i = 0; i < n * c; i++) {
    for (let j = 0; j < n * c; j++) {
      for (let k = 0; k < p; k++) products[i * n * c + j]! += numbers[i * p + k]! * numbers[j * p + k]!;
    }
  }
  const members: Record<string, Member> = { gram: [products, [n * c, n * c]], ...rest };
  const both = (path: string, own: Record<string, Member>): string[] => {
    return ['--data', writeNpz(join(folder, path), own), '--forget-index', index];
  };
  together = both('all.npz', { jacobian: jacobian!, ...rest });
  gram = [...both('gram.npz', members), '--model', 'gram'];
});

const run = (files: readonly string[], ...more: string[]) =>
  capture(['forecast', ...files, ...SETTING, ...more]);

async function json(files: readonly string[], ...more: string[]): Promise<ForecastDocument> {
  const { code, stdout, stderr } = await run(files, ...more, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as ForecastDocument;
}

async function refused(files: readonly string[], more: string[], message: RegExp): Promise<void> {
  const { code, stdout, stderr } = await run(files, ...more);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd()).not.toContain('\n');
}

describe('forecast --data --forget-index', () => {
  test('is the forecast of a file a set, with the rows of the file as names', async () => {
    const [one, other] = [await json(apart), await json(together)];
    const names = one.samples.map(({ id, forgottenAt }) => ({ id: FORGET_ROWS[id as number], forgottenAt }));
    expect(other).toEqual({ ...one, samples: names });
  });

  test('takes the ids of the file, and real outputs of either set', async () => {
    const all = allOf();
    const path = writeNpz(join(folder, 'real.npz'), {
      ...membersOf(all, true),
      ids: [Array.from({ length: all.samples }, (_, row) => 1000 + row), [all.samples]],
      real_outputs: [all.outputs.map((z) => z + 1), [all.samples, C]],
      real_steps: [[2], [1]],
    });
    const found = await json(together.with(1, path));
    expect(found.samples.map(({ id }) => id).sort()).toEqual(FORGET_ROWS.map((row) => 1000 + row).sort());
    expect(found.trust.real.map(({ set }) => set)).toEqual(['retain', 'forget']);
  });

  test.each([
    [['--data', 'all.npz'], /--forget-index must be the path of a file, beside --data; got undefined/],
    [['--retain', 'R.npz'], /--forget is missing; give a file a set, or --data and --forget-index/],
    [[], /--retain is missing; give a file a set, or --data and --forget-index/],
  ])('%j is refused in one line', async (files, message) => {
    await refused(files, [], message);
  });
});

test.each(['adam', 'adamw'])('%s on projected Jacobians is refused in one line', async (name) => {
  const files = (['retain', 'forget'] as const).flatMap((set) => {
    const members = { ...membersOf(sets[set], true), projection: [[7, P], [2]] as Member };
    return [`--${set}`, writeNpz(join(folder, `projected-${set}.npz`), members)];
  });
  await refused(
    files,
    ['--optimizer', name],
    new RegExp(`--optimizer must be sgd for a projected Jacobian, .*; got ${name} with ${P} columns of `),
  );
  // With sgd they are taken.
  await json(files);
});

describe('forecast --model gram', () => {
  test('is the forecast on the Jacobian with these products', async () => {
    const more = ['--momentum', '0.5', '--weight-decay', '0.01', '--clip', '1'];
    const [one, other] = [await json(together, ...more), await json(gram, ...more)];
    expect(other.orders).toEqual(one.orders);
    expect(other.samples).toEqual(one.samples);
    for (const set of ['retain', 'forget'] as const) {
      other[set].loss.forEach((loss, k) => expect(loss / one[set].loss[k]! - 1).toBeCloseTo(0, 4));
    }
    // Not because nothing moves.
    expect(one.forget.loss.at(-1)! / one.forget.loss[0]!).toBeGreaterThan(1.5);
  });

  test.each([
    [['--optimizer', 'adam'], /--optimizer must be sgd for a Gram matrix, .*; got adam with .*gram.npz/],
    [['--test', 'T.npz'], /--test must be left out with --model gram, .*; got T.npz/],
    [['--axes', 'cnp'], /--axes must be ncp with --model gram, .*; got cnp/],
  ])('%j is refused in one line', async (more, message) => {
    await refused(gram, more, message);
  });

  test('a file a set, or one without products, is refused in one line', async () => {
    await refused(
      apart,
      ['--model', 'gram'],
      /--data and --forget-index go with --model gram, .*; got a file a set/,
    );
    await refused(
      together,
      ['--model', 'gram'],
      /all.npz: must have a member gram; it has jacobian, outputs, labels, jw/,
    );
  });
});

describe('forecast --of-retain --of-forget', () => {
  const plain = SETTING.slice(0, 6);
  const full = [...plain, '--batch-retain', '400', '--batch-forget', '250', '--steps', '20'];
  const thinned = ['--of-retain', '400', '--of-forget', '250'];

  test('epochs are those of all, and the answer says what stands for what', async () => {
    const found = await json(apart, ...thinned);
    // 250 of batches of 4, twice.
    expect(found.translation.steps).toBe(126);
    expect(found.trust.thinned).toEqual([
      { set: 'retain', held: 40, of: 400, accuracyWithin: Math.sqrt(0.9 / 40) },
      { set: 'forget', held: 25, of: 250, accuracyWithin: Math.sqrt(0.9 / 25) },
    ]);
    expect((await json(apart)).trust.thinned).toEqual([]);
    const { stdout } = await run(apart, ...thinned);
    expect(stdout).toContain(
      '25 forget samples stand for the 250 that they are drawn from: batches are as those of 250,',
    );
  });

  test('whole sets are those at hand, without randomness', async () => {
    const answer = async (words: string[]): Promise<ForecastDocument> => {
      const { stdout } = await capture(['forecast', ...apart, ...words, '--json']);
      return JSON.parse(stdout) as ForecastDocument;
    };
    const of = await answer([...full, ...thinned]);
    const own = await answer(full.with(full.indexOf('400'), '40').with(full.indexOf('250'), '25'));
    expect(of.retain).toEqual(own.retain);
    expect(of.forget).toEqual(own.forget);
    expect(of.orders).toHaveLength(1);
  });

  test('fewer than the file holds, or of a handful, are refused in one line', async () => {
    await refused(
      apart,
      ['--of-retain', '39'],
      /--of-retain must be >= 40, the samples of .*retain.npz; got 39/,
    );
    const few = writeSets(mkdtempSync(join(folder, 'few-')), {
      ...randomSets('softmax', { c: C, p: P, forget: 19 }),
      test: null,
    });
    await refused(
      few,
      ['--of-forget', '40'],
      /--of-forget goes with a draw of at least 20 samples; got 19 of 40 in .*forget.npz/,
    );
  });
});
