import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis/answer.js';
import { problemFiles } from '../../src/cli/problem-options.js';
import { readProblem } from '../../src/input/read-problem.js';
import { progressLine } from '../../src/jobs/progress-line.js';
import { relativeDifference } from '../closeness.js';
import { npyBytes } from '../input/npy-bytes.js';
import { quarters } from '../input/number-bytes.js';
import { safetensorsBytes } from '../input/safetensors-bytes.js';
import { zipBytes } from '../input/zip-bytes.js';
import { countsOf } from './model-analysis.js';
import { capture, temporaryFolder, type Captured } from './captured-context.js';

const shapes = { retain: [6, 2, 40], forget: [3, 1, 40] };
const retainNumbers = quarters(shapes.retain);
/** Forget sample i lies between retain factors 2i and 2i + 1: the forget set is inside the span of the retain set. */
const forgetNumbers = Float64Array.from({ length: 3 * 40 }, (_, k) => {
  const at = 2 * k - (k % 40);
  return (retainNumbers[at]! + retainNumbers[at + 40]!) / 4;
});
const sets = { retain: retainNumbers, forget: forgetNumbers };
const settings = { alpha: 0.1, eta: 0.002, batch: { retain: 3, forget: 2 }, sampling: 'without-replacement' };
const options =
  '--alpha 0.1 --eta 0.002 --batch-retain 3 --batch-forget 2 --sampling without-replacement'.split(' ');

/** Runs `analyze` in a folder with the files; arguments that name one of them become its path. */
async function analyzed(
  files: Readonly<Record<string, Uint8Array | string>>,
  args: readonly string[],
): Promise<Captured> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const paths = args.map((word) =>
    Object.hasOwn(files, word.replace(/#.*$/, '')) ? join(folder, word) : word,
  );
  return capture(['analyze', ...paths]);
}

async function analysisOf(files: Readonly<Record<string, Uint8Array | string>>, args: readonly string[]) {
  const { code, stdout, stderr } = await analyzed(files, [...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Analysis;
}

/** Samples of a set as a problem file lists them. */
function listed(numbers: Float64Array, [n, c, p]: readonly number[]): number[][][] {
  const row = (i: number) => Array.from(numbers.subarray(i * p!, (i + 1) * p!));
  return Array.from({ length: n! }, (_, i) => Array.from({ length: c! }, (__, k) => row(i * c! + k)));
}

function problemFile(retain: number[][][], forget: number[][][]): Record<string, string> {
  return { 'problem.json': JSON.stringify({ retain, forget, ...settings }) };
}

/** The sums of the Gram matrix are taken in another order: relative differences of about 1e-14. */
const ROUNDING = 1e-11;

/** The numbers of an analysis, but for simulated ones, which depend on the choice of coordinates. */
function expectSame(actual: Analysis, expected: Analysis): void {
  expect(countsOf(actual)).toEqual(countsOf(expected));
  for (const part of ['coherence', 'mixing', 'exact'] as const) {
    for (const [name, value] of Object.entries(expected[part])) {
      const own = (actual[part] as unknown as Record<string, unknown>)[name];
      if (typeof value === 'number' && typeof own === 'number') {
        expect(relativeDifference(own, value), `${part}.${name}`).toBeLessThan(ROUNDING);
      } else expect(own, `${part}.${name}`).toEqual(value);
    }
  }
  expect(actual.theorems.map(({ side }) => side)).toEqual(expected.theorems.map(({ side }) => side));
}

const npy = {
  'R.npy': npyBytes(sets.retain, shapes.retain, { type: 'f4', fortran: true }),
  'F.npy': npyBytes(sets.forget, [3, 40], { bigEndian: true }),
};
const members = zipBytes([
  { name: 'retain.npy', data: npyBytes(sets.retain, shapes.retain), deflated: true },
  { name: 'forget.npy', data: npyBytes(sets.forget, shapes.forget) },
]);
const tensors = safetensorsBytes({
  retain: { numbers: sets.retain, shape: shapes.retain, type: 'bf16' },
  forget: { numbers: sets.forget, shape: shapes.forget, type: 'f4' },
});

describe('analyze says of sets in files what it says of the problem file with their numbers', () => {
  test.each<[string, Record<string, Uint8Array>, string, string]>([
    ['.npy', npy, 'R.npy', 'F.npy'],
    ['.npz', { 'all.npz': members }, 'all.npz#retain', 'all.npz#forget'],
    ['.safetensors', { 'all.safetensors': tensors }, 'all.safetensors#retain', 'all.safetensors#forget'],
  ])('%s', async (_, files, retain, forget) => {
    const expected = await analysisOf(
      problemFile(listed(sets.retain, shapes.retain), listed(sets.forget, shapes.forget)),
      ['problem.json'],
    );
    const actual = await analysisOf(files, ['--retain', retain, '--forget', forget, ...options]);
    expect(countsOf(actual)).toEqual({ parameters: 40, samples: { retain: 6, forget: 3 }, reduced: 12 });
    expectSame(actual, expected);
    // What must be noticed: the factors of the samples in the other index order.
    const rows = listed(sets.retain, [12, 1, 40]).flat();
    const shuffled = rows.slice(0, 6).map((row, i) => [row, rows[i + 6]!]);
    const swapped = await analysisOf(problemFile(shuffled, listed(sets.forget, shapes.forget)), [
      'problem.json',
    ]);
    expect(countsOf(actual)).toEqual(countsOf(swapped));
    expect(() => expectSame(actual, swapped)).toThrow();
  });

  test('.csv features of a linear model: the factor of a row is the row', async () => {
    const rows = { retain: [[1, 0.5], [0, 1], [2, -1], [1, 1]], forget: [[1, 2], [0.5, 0]] }; // prettier-ignore
    const text = (set: number[][]) => set.map((row) => `${row.join(',')}\n`).join('');
    const files = { 'R.csv': `height,weight\n${text(rows.retain)}`, 'F.csv': text(rows.forget) };
    const args = ['--retain', 'R.csv', '--forget', 'F.csv', '--model', 'linear', ...options];
    const expected = await analysisOf(
      problemFile(rows.retain.map((row) => [row]), rows.forget.map((row) => [row])), // prettier-ignore
      ['problem.json'],
    );
    // As stored, without a Gram matrix: the same to the last digit.
    expect(await analysisOf(files, args)).toEqual(expected);
  });

  test('and prints its settings for people', async () => {
    const { code, stdout } = await analyzed(npy, ['--retain', 'R.npy', '--forget', 'F.npy', ...options]);
    expect(code).toBe(0);
    expect(stdout).toContain('6 retain and 3 forget samples, 40 parameters, 12 that matter');
    expect(stdout).toContain('without-replacement batches 3 / 2, alpha 0.1, eta 0.002');
  });
});

const files = {
  ...npy,
  'all.npz': members,
  'short.npy': npyBytes(quarters([3, 39]), [3, 39]),
  'zero.npy': npyBytes(new Float64Array(120), [3, 40]),
  'nan.npy': npyBytes(
    Float64Array.from({ length: 120 }, (_, k) => (k === 47 ? NaN : 1)),
    [3, 40],
  ),
  'hole.npy': npyBytes(
    quarters([3, 40]).map((x, k) => (k >= 40 && k < 80 ? 0 : x)),
    [3, 40],
  ),
  'cut.npy': npy['F.npy'].subarray(0, -1),
  'huge.npy': npyBytes(
    Float64Array.from({ length: 120 }, () => 1e99),
    [3, 40],
  ),
  'F.csv': '1,2\n3,4\n',
  'problem.json': '{}',
};

const both = ['--retain', 'R.npy', '--forget', 'F.npy'];
const withForget = (name: string) => ['--retain', 'R.npy', '--forget', name, ...options];
const without = (name: string) => {
  const at = options.indexOf(name);
  return [...both, ...options.slice(0, at), ...options.slice(at + 2)];
};
const changed = (name: string, value: string) => [...without(name), name, value];

describe('analyze of files ends in one line and exit code 2 for', () => {
  test.each<[string, string[], RegExp]>([
    [
      'a problem file and a set',
      ['problem.json', ...both],
      /--retain must be left out beside a problem file/,
    ],
    [
      'a problem file and eta',
      ['problem.json', '--eta', '1'],
      /--eta must be left out beside a problem file/,
    ],
    ['neither', [], /missing required argument: a problem file, or --retain FILE and --forget FILE/],
    [
      'a retain set alone',
      ['--retain', 'R.npy', ...options],
      /--forget is missing; without a problem file give --ret/,
    ],
    ['a forget set alone', ['--forget', 'F.npy', ...options], /--retain is missing/],
    [
      'no step size',
      without('--eta'),
      /--eta is missing; .* --batch-forget, --sampling; in place of --sampling both \S+ and \S+$/m,
    ],
    ['no mixing', without('--alpha'), /--alpha is missing/],
    ['no retain batch', without('--batch-retain'), /--batch-retain is missing/],
    ['no forget batch', without('--batch-forget'), /--batch-forget is missing/],
    ['no sampling', without('--sampling'), /--sampling is missing/],
    ['a step size of 0', changed('--eta', '0'), /--eta must be a number > 0; got 0/],
    ['alpha above 1', changed('--alpha', '1.1'), /--alpha must be a number in \[0, 1\]; got 1.1/],
    ['a batch of 0', changed('--batch-retain', '0'), /--batch-retain must be an integer in 1\.\.\d+; got 0/],
    [
      'a retain batch above n',
      changed('--batch-retain', '7'),
      /--batch-retain must be an integer in 1..6; got 7/,
    ],
    [
      'a forget batch above n',
      changed('--batch-forget', '4'),
      /--batch-forget must be an integer in 1..3; got 4/,
    ],
    [
      'unknown sampling',
      changed('--sampling', 'bernouli'),
      /--sampling must be one of .*did you mean bernoulli/,
    ],
    ['an unknown name that is not there', withForget('F.pt'), /F\.pt: cannot be read \(no such file/],
    ['a part of an .npy file', withForget('F.npy#x'), /F\.npy#x: must be named \.npy, \.npz, /],
    [
      'a file that is not there',
      withForget('none.npy'),
      /none\.npy: cannot be read \(no such file or folder\)/,
    ],
    [
      'a table that is not there',
      [...withForget('none.csv'), '--model', 'linear'],
      /none\.csv: cannot be read \(no/,
    ],
    ['different p', withForget('short.npy'), /short\.npy: must have 40 columns, as .*R\.npy; got 39/],
    ['an all-zero set', withForget('zero.npy'), /zero\.npy has only zero vectors/],
    ['NaN', withForget('nan.npy'), /nan\.npy: row 1, column 7 \(from 0\) must be a finite number; got NaN/],
    [
      'numbers whose squares overflow',
      withForget('huge.npy'),
      /huge\.npy: its largest number must be in 1e-70\.\.1e70/,
    ],
    [
      'a sample that was never written',
      withForget('hole.npy'),
      /hole\.npy: row 1 \(from 0\) must not be all zeros, unless --allow-zero-samples/,
    ],
    [
      'zero samples of a model',
      [...withForget('F.npy'), '--model', 'linear', '--allow-zero-samples'],
      /--allow-zero-samples goes with factors \(no --model\); got it with --model linear/,
    ],
    [
      'a problem file and zero samples',
      ['problem.json', '--allow-zero-samples'],
      /--allow-zero-samples must be left out beside a problem file/,
    ],
    ['a truncated file', withForget('cut.npy'), /cut\.npy: .*truncated/],
    ['a member that is not there', withForget('all.npz#x'), /all\.npz: no member "x"; it has retain, forget/],
    ['features without a model', withForget('F.csv'), /--model is missing; .*F\.csv holds features/],
    [
      'an unknown model',
      [...withForget('F.csv'), '--model', 'cubic'],
      /--model must be linear, logistic, gram or the model\.json of TensorFlow\.js; got cubic/,
    ],
    [
      'weights without a model',
      [...withForget('F.npy'), '--weights', 'F.npy'],
      /--weights goes with --model logistic; got it with factors \(no --model\)/,
    ],
    [
      'a problem file and a model',
      ['problem.json', '--model', 'linear'],
      /--model must be left out beside a problem file/,
    ],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await analyzed(files, args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test('but not for a sample without curvature that is allowed', async () => {
    const { code, stdout } = await analyzed(files, [
      ...withForget('hole.npy'),
      '--allow-zero-samples',
      '--json',
    ]);
    expect(code).toBe(0);
    const analysis = JSON.parse(stdout) as Analysis;
    expect(analysis.dimension.samples.forget).toBe(3);
    expect(analysis.geometry.samples.find(({ index }) => index === 1)?.share).toBe(0);
  });

  test('a folder', async () => {
    const folder = join(temporaryFolder(), 'F.npy');
    mkdirSync(folder);
    const { code, stderr } = await analyzed(npy, withForget(folder));
    expect(code).toBe(2);
    expect(stderr).toMatch(/F\.npy: cannot be read \(it is a folder\)\n$/);
  });
});

test.each([true, false])('progress is shown where stderr is a terminal (%o)', async (isTTY) => {
  const folder = temporaryFolder();
  const path = (name: string) => join(folder, name);
  for (const [name, content] of Object.entries(npy)) writeFileSync(path(name), content);
  const given = { alpha: '0.1', eta: '1', batchRetain: '1', batchForget: '1', sampling: 'bernoulli' };
  const files = problemFiles(undefined, { ...given, retain: path('R.npy'), forget: path('F.npy') })!;
  let shown = '';
  const stderr = { write: (text: string) => (shown += text), isTTY };
  await readProblem(files, {
    progress: (name, total) => progressLine({ stderr, now: () => 0 }, name, total, 0),
  });
  expect(shown.includes('Gram matrix: 0 %')).toBe(isTTY);
  expect(shown === '').toBe(!isTTY);
});
