import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Analysis } from '../../src/analysis/answer.js';
import { analyze } from '../../src/api/analyze.js';
import { readProblem } from '../../src/input/read-problem.js';
import { capture, temporaryFolder } from '../cli/captured-context.js';
import { npyBytes } from './npy-bytes.js';
import { quarters } from './number-bytes.js';

const shape = [7, 2, 5];
const numbers = quarters(shape);
/** The samples of some rows, as a file of their own. */
const some = (rows: readonly number[]) =>
  npyBytes(Float64Array.from(rows.flatMap((i) => Array.from(numbers.subarray(i * 10, (i + 1) * 10)))), [
    ...[rows.length, 2, 5],
  ]);
const indexNpy = (rows: readonly number[], type: 'i8' | 'f8' = 'i8') =>
  npyBytes(Float64Array.from(rows), [rows.length], { type });

const setting = {
  ...{ alpha: 0.1, eta: 0.02, batch: { retain: 2, forget: 1 } },
  sampling: 'without-replacement',
} as const;

/** A folder with the data in C and in Fortran order, the two sets by themselves, and the given files. */
function folderWith(files: Readonly<Record<string, Uint8Array | string>>): (name: string) => string {
  const folder = temporaryFolder();
  const all = {
    'all.npy': npyBytes(numbers, shape),
    'columns.npy': npyBytes(numbers, shape, { fortran: true }),
    'R.npy': some([0, 1, 3, 6]),
    'F.npy': some([2, 4, 5]),
    ...files,
  };
  for (const [name, content] of Object.entries(all)) writeFileSync(join(folder, name), content);
  return (name) => join(folder, name);
}

/** The analysis with the ids of the forget samples, by their row in the forget set. */
function withIds(analysis: Analysis, ids: readonly number[]): Analysis {
  const samples = analysis.geometry.samples.map((sample) => ({ ...sample, id: ids[sample.index]! }));
  return { ...analysis, geometry: { ...analysis.geometry, samples } };
}

describe('rows of one file by the numbers of those to forget', () => {
  test.each<[string, string, Uint8Array | string]>([
    ['all.npy', 'forget.npy', indexNpy([5, 2, 4])],
    ['columns.npy', 'forget.npy', indexNpy([5, 2, 4], 'f8')],
    ['all.npy', 'forget.txt', '2, 4\n5\n'],
    ['all.npy', 'forget.txt', '2.000000000000000000e+00\n4.000000000000000000e+00\n5e0\n'],
    ['all.npy', 'forget.json', '[2, 4, 5]'],
  ])('%s and %s are what two files of the same rows are', async (data, index, content) => {
    const path = folderWith({ [index]: content });
    const answer = async (sets: object) =>
      analyze(await readProblem({ ...setting, ...(sets as { retain: string; forget: string }) }));
    const expected = await answer({ retain: path('R.npy'), forget: path('F.npy') });
    const named = await answer({ data: path(data), forgetIndex: path(index) });
    expect(named).toEqual(withIds(expected, [2, 4, 5]));
    // What must be noticed: one other row.
    const other = folderWith({ 'forget.json': '[2, 4, 6]' });
    expect(await answer({ data: other('all.npy'), forgetIndex: other('forget.json') })).not.toEqual(
      withIds(expected, [2, 4, 6]),
    );
  });

  test('are the same on the command line, in the words of training scripts too', async () => {
    const path = folderWith({ 'forget.txt': '2 4 5' });
    const printed = async (sets: readonly string[], words: string) => {
      const { code, stdout } = await capture(['analyze', ...sets, ...words.split(' '), '--json']);
      expect(code).toBe(0);
      return JSON.parse(stdout) as Analysis;
    };
    for (const words of [
      '--alpha 0.1 --eta 0.02 --batch-retain 2 --batch-forget 1 --sampling bernoulli',
      '--lr 0.02 --forget-weight 0.2 --batch-size 2 --epochs 3 --sampling bernoulli',
    ]) {
      expect(await printed(['--data', path('all.npy'), '--forget-index', path('forget.txt')], words)).toEqual(
        withIds(await printed(['--retain', path('R.npy'), '--forget', path('F.npy')], words), [2, 4, 5]),
      );
    }
  });

  test('keep their numbers in messages about the data', async () => {
    const bad = numbers.map((x, k) => (k === 4 * 10 + 7 ? NaN : x));
    const unwritten = numbers.map((x, k) => (k >= 50 && k < 60 ? 0 : x));
    const path = folderWith({
      ...{ 'bad.npy': npyBytes(bad, shape), 'unwritten.npy': npyBytes(unwritten, shape) },
      'forget.json': '[2, 4, 5]',
    });
    const read = (data: string) =>
      readProblem({ ...setting, data: path(data), forgetIndex: path('forget.json') });
    await expect(read('bad.npy')).rejects.toThrow(
      /bad\.npy \(forget rows\): row 4, factor 1, column 2 \(from 0\) must be a finite number; got NaN$/,
    );
    await expect(read('unwritten.npy')).rejects.toThrow(
      /unwritten\.npy \(forget rows\): row 5 \(from 0\) must not be all zeros/,
    );
  });
});

describe('analyze --data ends in one line and exit code 2 for', () => {
  const index = ['--data', 'all.npy', '--forget-index', 'I'];
  const options = '--alpha 0.1 --eta 0.02 --batch-retain 2 --batch-forget 1 --sampling bernoulli'.split(' ');
  test.each<[string, string, string | Uint8Array, RegExp]>([
    [
      'a row beyond the last',
      'I.txt',
      '2 7',
      /I\.txt: number 1 \(from 0\) must be a row of .*all\.npy, an integer in 0\.\.6; got 7$/,
    ],
    ['a negative row', 'I.json', '[-1]', /number 0 .* in 0\.\.6; got -1$/],
    ['half a row', 'I.npy', indexNpy([0.5], 'f8'), /number 0 .* in 0\.\.6; got 0\.5$/],
    ['a word', 'I.txt', '1 two', /number 1 .* in 0\.\.6; got "two"$/],
    ['a list in a list', 'I.json', '[[1]]', /number 0 .* in 0\.\.6; got \[1\]$/],
    [
      'a row twice',
      'I.txt',
      '2,4,2',
      /I\.txt: number 2 \(from 0\) must be a row that is named once; got 2, as number 0$/,
    ],
    [
      'a mask',
      'I.txt',
      '0 1 1 0 1 0 0',
      /got 1, as number 1; is this a mask of the rows\? Give the numbers of those/,
    ],
    [
      'no row',
      'I.txt',
      '\n',
      /I\.txt: must name 1\.\.6 of the 7 rows of .*, so that both sets have samples; got none$/,
    ],
    ['no row in JSON', 'I.json', '[]', /got none$/],
    ['all rows', 'I.json', '[6,5,4,3,2,1,0]', /got all 7$/],
    [
      'an object',
      'I.json',
      '{"rows": 1}',
      /I\.json: must be a list of row numbers \(from 0\); got \{"rows":1\}$/,
    ],
    ['what is not JSON', 'I.json', '[1', /I\.json: not JSON/],
    [
      'a table of rows',
      'I.npy',
      npyBytes(Float64Array.of(1, 2, 3, 4), [2, 2]),
      /must have the shape \(m,\); got \(2, 2\)$/,
    ],
    ['an empty array', 'I.npy', indexNpy([]), /I\.npy: shape must have at least 1 sample/],
    [
      'another kind of file',
      'I.csv',
      '1,2',
      /I\.csv: row numbers must be in an \.npy, \.txt or \.json file$/,
    ],
  ])('%s', async (_, name, content, message) => {
    const path = folderWith({ [name]: content });
    const args = index.map((word) => (word === 'I' ? path(name) : word === 'all.npy' ? path(word) : word));
    const { code, stdout, stderr } = await capture(['analyze', ...args, ...options]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test.each<[string, string[], RegExp]>([
    [
      'data alone',
      ['--data', 'all.npy'],
      /--forget-index is missing; without a problem file give --data, --forget-index, --alpha, /,
    ],
    ['rows alone', ['--forget-index', 'I'], /--data is missing/],
    [
      'a retain set beside it',
      [...index, '--retain', 'R.npy'],
      /--retain must be left out beside --data: one file holds both sets/,
    ],
    ['a problem file beside it', ['problem.json', ...index], /--data must be left out beside a problem file/],
    [
      'a model that takes a file a set',
      [...index, '--model', 'logistic'],
      /--data must hold factors or features of a linear model; got --model logistic/,
    ],
  ])('%s', async (_, args, message) => {
    const { code, stderr } = await capture([
      'analyze',
      ...args,
      ...(args[0] === 'problem.json' ? [] : options),
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });

  test.each<[object, RegExp]>([
    [{ data: 'all.npy' }, /^forgetIndex must be the path of a file, beside data; got undefined$/],
    [{ forgetIndex: 'I.txt' }, /^data must be the path of a file, beside forgetIndex; got undefined$/],
    [
      { data: 'all.npy', forgetIndex: [1] },
      /^forgetIndex must be the path of a file, beside data; got \[1\]$/,
    ],
    [
      { data: 'all.npy', forgetIndex: 'I.txt', forget: 'F.npy' },
      /^forget must be left out beside data, which holds both sets; got "F.npy"$/,
    ],
  ])('readProblem refuses %j', async (sets, message) => {
    await expect(
      readProblem({ ...setting, ...(sets as { retain: string; forget: string }) }),
    ).rejects.toThrow(message);
  });
});
