import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ForecastDocument } from '../../src/forecast/document.js';
import { membersOf, type Member, writeNpz, writeSets } from '../forecast/output-npz.js';
import { randomSets } from '../forecast/random-sets.js';
import { pageFaults } from '../report/page-faults.js';
import { capture } from './captured-context.js';

const sets = randomSets('softmax', { c: 4, p: 30, retain: 40, forget: 10, test: 12 });
const folder = mkdtempSync(join(tmpdir(), 'forecast-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files: string[];
beforeAll(() => {
  files = writeSets(folder, sets);
});

const SETTING = '--loss cross-entropy --lr 2 --forget-weight 0.5 --batch-size 4 --epochs 5'.split(' ');

const MARKS = '--goal forget-accuracy=0.5 --limit retain-accuracy=0.7'.split(' ');

const run = (...more: string[]) => capture(['forecast', ...files, ...SETTING, ...more]);

async function json(...more: string[]): Promise<ForecastDocument> {
  const { code, stdout, stderr } = await run(...more, '--json');
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as ForecastDocument;
}

describe('forecast --json', () => {
  test('has the fields that programs rely on', async () => {
    const found = await json('--seeds', '3', '--momentum', '0.5', '--weight-decay', '0.001');
    expect(found.schemaVersion).toBe(1);
    expect(Object.keys(found.verdict)).toEqual(['word', 'goalStep', 'limitStep', 'text']);
    expect(found.translation).toEqual({ alpha: 1 / 3, eta: 3, batch: { retain: 4, forget: 4 }, steps: 15 });
    expect(found.procedure).toMatchObject({
      sampling: { retain: 'reshuffled', forget: 'reshuffled' },
      optimizer: { momentum: 0.5, nesterov: false, weightDecay: 0.001 },
      schedule: null,
    });
    expect(found.steps.at(0)).toBe(0);
    expect(found.steps.at(-1)).toBe(15);
    for (const curve of [found.retain, found.forget, found.test!]) {
      for (const part of [curve, curve.low!, curve.high!]) {
        expect(part.loss).toHaveLength(found.steps.length);
        expect(part.accuracy).toHaveLength(found.steps.length);
      }
    }
    expect(found.samples).toHaveLength(10);
    expect(found.trust.leavesOut).toMatch(/Jacobian/);
  });

  test('is the same for the same seed, whatever the route, and whether points are many or few', async () => {
    const [one, again, gram, jacobian] = [
      await json(),
      await json(),
      await json('--route', 'gram', '--every', '1'),
      await json('--route', 'jacobian', '--every', '5'),
    ];
    expect(again).toEqual(one);
    expect(jacobian.verdict).toEqual(gram.verdict);
    expect(jacobian.steps).toEqual([0, 5, 10, 15]);
  });

  test('words: nothing, forgets, breaks by the learning rate, and the text says so first', async () => {
    const at = (lr: string) => capture(['forecast', ...files, ...SETTING.with(3, lr), ...MARKS]);
    const [nothing, forgets, breaks] = [await at('0.01'), await at('8'), await at('3000')];
    expect(nothing.stdout).toMatch(/^nothing in 15 steps/);
    expect(forgets.stdout).toMatch(/^forgets at step \d+ of 15; retain accuracy 0\.\d+/);
    expect(breaks.stdout).toMatch(/^destroys the retain set from step \d+/);
  });

  test('Jacobians with the outputs first, in C and in Fortran order, are the same Jacobians', async () => {
    const expected = await json();
    for (const fortran of [false, true]) {
      const swapped = ['retain', 'forget', 'test'].flatMap((name) => {
        const set = sets[name as 'retain'];
        const { samples: n, width: c } = set;
        const [rows, shape] = membersOf(set, true).jacobian as Member;
        const p = shape[2]!;
        const numbers = Float64Array.from({ length: n * c * p }, (_, k) => {
          const [output, sample, column] = [Math.floor(k / (n * p)), Math.floor(k / p) % n, k % p];
          return rows[(sample * c + output) * p + column]!;
        });
        const members = {
          ...membersOf(set, true),
          jacobian: [numbers, [c, n, p], { type: 'f4', fortran }] as Member,
        };
        return [`--${name}`, writeNpz(join(folder, `cnp-${name}.npz`), members)];
      });
      const { stdout } = await capture(['forecast', ...swapped, ...SETTING, '--axes', 'cnp', '--json']);
      expect(JSON.parse(stdout)).toEqual(expected);
    }
  });
});

describe('forecast --sweep', () => {
  test('about a given rate: regions, window, frontier, and the forecast of the recommended setting', async () => {
    const found = await json('--sweep', ...MARKS);
    expect(found.sweep).toHaveLength(17);
    const words = found.sweep!.map(({ word }) => word);
    expect(words[0]).toBe('nothing');
    expect(words).toContain('forgets');
    const { recommended, window } = found;
    expect(recommended!.word).toBe('forgets');
    expect(found.setting.lr).toBe(recommended!.lr);
    expect(found.verdict.goalStep).toBe(recommended!.goalStep);
    expect(window!.low).toBeLessThanOrEqual(recommended!.lr);
    expect(window!.high).toBeGreaterThanOrEqual(recommended!.lr);
    const inside = found.sweep!.filter(({ lr }) => lr >= window!.low && lr <= window!.high);
    expect(inside.every(({ word }) => word === 'forgets')).toBe(true);
    const least = Math.max(
      ...found.sweep!.filter(({ word }) => word === 'forgets').map(({ atGoal }) => atGoal!.accuracy!),
    );
    expect(recommended!.atGoal!.accuracy).toBe(least);
    const damages = found.frontier!.map(({ retain }) => 1 - retain.accuracy!);
    expect(damages).toEqual([...damages].sort((a, b) => a - b));
  });

  test('what is pinned stays pinned', async () => {
    const base = [
      'forecast',
      ...files,
      '--loss',
      'cross-entropy',
      '--batch-size',
      '4',
      '--epochs',
      '3',
      '--sweep',
      '--json',
    ];
    const rate = JSON.parse((await capture([...base, '--lr', '2'])).stdout) as ForecastDocument;
    expect(new Set(rate.sweep!.map(({ lr }) => lr))).toEqual(new Set([2]));
    expect(new Set(rate.sweep!.map(({ forgetWeight }) => forgetWeight)).size).toBe(5);
    const weight = JSON.parse(
      (await capture([...base, '--forget-weight', '0.3'])).stdout,
    ) as ForecastDocument;
    expect(new Set(weight.sweep!.map(({ forgetWeight }) => forgetWeight))).toEqual(new Set([0.3]));
    expect(new Set(weight.sweep!.map(({ word }) => word)).size).toBeGreaterThan(1);
  });
});

describe('the search for rates', () => {
  const base = ['forecast', ...SETTING.toSpliced(2, 2), '--sweep', '--json'];
  /** Seconds that pass between two looks at the clock. */
  const timed = async (seconds: number, ...more: string[]) => {
    let clock = 0;
    const { code, stdout, stderr } = await capture([...base, ...files, ...more], {
      now: () => (clock += 1000 * seconds),
    });
    return { code, stderr, found: JSON.parse(stdout) as ForecastDocument };
  };

  test('shows its progress', async () => {
    const { stderr } = await timed(1);
    expect(stderr).toMatch(/^learning rates: \d+ % after \d+ s/m);
  });

  test('obeys --time-limit, and what there is by then is printed', async () => {
    const { code, stderr, found } = await timed(1, '--time-limit', '20');
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/^sweep/m);
    expect([found.sweep, found.recommended]).toEqual([[], null]);
    expect(found.trust.made).toBeLessThan(15);
    const whole = await timed(1, '--time-limit', '1e9');
    expect(whole.found.sweep).toHaveLength(13);
  });
});

test('--out writes the same document, and a page without faults that says the verdict', async () => {
  const out = join(folder, 'out');
  const { stdout, stderr } = await run('--sweep', '--seeds', '2', '--out', out, '--json');
  expect(stderr).toBe(`Written: ${join(out, 'forecast.json')}, ${join(out, 'forecast.html')}\n`);
  expect(readFileSync(join(out, 'forecast.json'), 'utf8')).toBe(stdout);
  const page = readFileSync(join(out, 'forecast.html'), 'utf8');
  expect(pageFaults(page)).toEqual([]);
  const { verdict } = JSON.parse(stdout) as ForecastDocument;
  expect(page).toContain(verdict.text.slice(1));
});

describe('refuses in one line', () => {
  const refused = async (args: readonly string[], message: RegExp | string) => {
    const { code, stdout, stderr } = await capture(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(message);
  };

  test.each([
    [['--lr', '-1'], '--lr must be a number > 0; got -1'],
    [['--goal', 'forget=0.1'], /--goal must be forget-loss=X or forget-accuracy=X; got forget=0.1/],
    [
      ['--goal', 'forget-accuracy=2'],
      /--goal must be forget-accuracy=X with X in \[0, 1\]; got forget-accuracy=2/,
    ],
    [['--limit', 'retain-loss=-1'], /--limit must be retain-loss=X with X > 0; got retain-loss=-1/],
    [['--batch-retain', '4'], /--batch-size and --batch-retain say the same/],
    [['--steps', '4'], /--epochs and --steps say the same; give one of them: got 5 and 4/],
    [
      ['--schedule', 'alternating:0:1'],
      /--schedule must be alternating:K:M with whole K, M >= 1; got alternating:0:1/,
    ],
    [['--momentum', '1'], /--momentum must be a number in \[0, 1\); got 1/],
    [['--nesterov'], /--nesterov must have --momentum > 0; got 0/],
    [['--optimizer', 'adam', '--momentum', '0.9'], /--momentum goes with sgd; got 0.9 with adam/],
    [['--optimizer', 'adam', '--weight-decay', '0.1'], /--weight-decay must be 0 with adam/],
    [['--optimizer', 'adamw', '--route', 'gram'], /--route must be jacobian with adamw, .*; got gram/],
    [['--sampling', 'epochs'], /--sampling must be one of .*reshuffled; got epochs/],
  ] as const)('%j', async (more, message) => {
    const fields: readonly string[] = more.filter((word) => word.startsWith('--'));
    const kept = SETTING.flatMap((word, k) =>
      fields.includes(word) || fields.includes(SETTING[k - 1] ?? '') ? [] : [word],
    );
    await refused(['forecast', ...files, ...kept, ...more], message);
  });

  test('a missing rate or weight', async () => {
    await refused(
      ['forecast', ...files, '--loss', 'cross-entropy', '--batch-size', '4', '--steps', '3'],
      /--lr is missing; --sweep looks for one/,
    );
  });

  const withForget = async (
    change: (members: Record<string, Member>) => Record<string, Member>,
    message: RegExp,
    ...more: string[]
  ) => {
    const path = writeNpz(join(folder, 'changed.npz'), change(membersOf(sets.forget, true)));
    await refused(['forecast', ...files.with(3, path), ...SETTING, ...more], message);
  };
  const without = (members: Record<string, Member>, name: string): Record<string, Member> =>
    Object.fromEntries(Object.entries(members).filter(([own]) => own !== name));
  const whole = (length: number) => new Array<number>(length).fill(0.5);

  test('files that are not what they should be', async () => {
    await withForget(
      (m) => without(m, 'labels'),
      /changed.npz: must have a member labels; it has jacobian, outputs, jw/,
    );
    await withForget(
      (m) => ({ ...m, outputs: [whole(30), [10, 3]] }),
      /#outputs: shape must be \(10, 4\), .*; got \(10, 3\)/,
    );
    await withForget(
      (m) => ({ ...m, labels: [whole(10), [10]] }),
      /#labels: the label of sample 0 \(from 0\) must be a class in 0..3; got 0.5/,
    );
    await withForget(
      (m) => ({ ...m, jacobian: [whole(1240), [10, 4, 31]] }),
      /#jacobian: must have 30 columns, as .*; got 31/,
    );
    await withForget(
      (m) => ({ ...m, jacobian: [whole(1200).with(130, NaN), [10, 4, 30]] }),
      /#jacobian: row 1, factor 0, column 10 \(from 0\) must be a finite number; got NaN/,
    );
    await withForget(
      (m) => ({ ...m, ids: [whole(3), [3]] }),
      /#ids: must have 10 ids, as the Jacobian has samples; got 3/,
    );
    await withForget(
      (m) => ({ ...m, real_steps: [[3], [1]] }),
      /real_outputs and real_steps go together; it has real_steps alone/,
    );
    await withForget(
      (m) => ({ ...m, projection: [[1, 30], [2]] }),
      /must have no projection, as .*; got the projection with seed 1/,
    );
    await withForget(
      (m) => without(m, 'jw'),
      /--weight-decay needs the member jw \(J w\*\) in .*changed.npz; got 0.1/,
      '--weight-decay',
      '0.1',
    );
    await withForget(
      (m) => ({ ...m, jacobian: [whole(1200), [4, 10, 30]] }),
      /shape must be \(4, 10\).*is the Jacobian \(c, n, p\)\? --axes cnp/,
    );
  });

  test('squared loss without a goal, or with an accuracy', async () => {
    const own = writeSets(
      mkdtempSync(join(folder, 'squared-')),
      { ...randomSets('squared'), test: null },
      false,
    );
    const base = ['forecast', ...own, ...SETTING.with(1, 'squared')];
    await refused(base, /--goal is missing; the squared loss has no accuracy: give forget-loss=X/);
    const accuracy = [...base, '--goal', 'forget-accuracy=0.1'];
    await refused(accuracy, /--goal must be forget-loss=X, as the squared loss has no accuracy/);
    const { code, stdout } = await capture([...base, '--goal', 'forget-loss=0.5']);
    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(/^the goal is met at w\*, before any step/),
    ]);
  });
});
