import { describe, expect, test } from 'vitest';
import { logisticRegression } from '../../studies/evidence/logistic-subject.js';
import { npyBytes } from '../input/npy-bytes.js';
import {
  analysisOf,
  analysisOfFactors,
  analyzed,
  csv,
  drawnRows,
  expectSame,
  features,
  labels,
  npy,
  type Files,
  countsOf,
} from './model-analysis.js';

const weights = [0.5, -1, 0.25, 0.3];
const labelled = (set: 'retain' | 'forget') =>
  csv(features[set].map((row, i) => [labels[set][i]!, ...row]), 'label,a,b,c\n'); // prettier-ignore
const tables: Files = { 'R.csv': labelled('retain'), 'F.csv': labelled('forget') };
const both = ['--retain', 'R.csv', '--forget', 'F.csv'];

/** Factors of logistic regression by another implementation, the bias as a feature. */
function logisticFactors(set: 'retain' | 'forget', w: readonly number[]): number[][][] {
  const rows = features[set].map((row) => [...row, 1].slice(0, w.length));
  const model = logisticRegression(Float64Array.from(rows.flat()), Float64Array.from(labels[set]));
  const { factors } = model.curvatureAt(Float64Array.from(w));
  return rows.map((row, i) => [Array.from(factors.subarray(i * row.length, (i + 1) * row.length))]);
}

const ROUNDING = 1e-10;

describe('--model logistic', () => {
  const binary: Files = { 'R.npy': npy(features.retain), 'F.npy': npy(features.forget) };

  test.each<[string, Files, string[], number[]]>([
    ['.csv', tables, both, weights],
    ['.npy', binary, ['--retain', 'R.npy', '--forget', 'F.npy'], weights],
    ['without a bias', tables, both, weights.slice(0, 3)],
  ])('at given weights, %s: the factors sqrt(s (1 - s)) (x, 1)', async (_, files, args, own) => {
    const all = { ...files, 'w.csv': csv([own]) };
    const actual = await analysisOf(all, [...args, '--model', 'logistic', '--weights', 'w.csv']);
    const expected = await analysisOfFactors(logisticFactors('retain', own), logisticFactors('forget', own));
    expectSame(actual, expected, ROUNDING);
    // What must be noticed: the wrong weights.
    const other = own.map((w) => w + 0.01);
    const off = await analysisOfFactors(logisticFactors('retain', other), logisticFactors('forget', other));
    expect(() => expectSame(actual, off, ROUNDING)).toThrow();
    if (_ === '.npy') expect(actual.stderr).toMatch(/^note: without labels it is not checked/);
  });

  test('fits the weights to both sets: its factors are those of the minimum', async () => {
    const fitted = await analysisOf(tables, [...both, '--model', 'logistic']);
    const { training } = fitted;
    // At the minimum of the common mean the drift with alpha = n_F/n would be 0; with this alpha it is not.
    expect(training).toMatchObject({ loss: 'sigmoid', interpolates: false });
    expect(training!.retain.accuracy! * 12).toBeCloseTo(Math.round(training!.retain.accuracy! * 12), 10);
    expect(fitted.stderr).toMatch(
      /^note: the weights do not interpolate the samples \(with hard labels none do\)/,
    );
    const w = minimum();
    expectSame(
      fitted,
      await analysisOfFactors(logisticFactors('retain', w), logisticFactors('forget', w)),
      1e-7,
    );
  });

  test('takes labels from files, and any two numbers for the classes', async () => {
    const expected = await analysisOf(tables, [...both, '--model', 'logistic']);
    const files = {
      ...binary,
      'yr.csv': csv(labels.retain.map((y) => [y === 1 ? 7 : -2])),
      'yf.npy': npyBytes(
        Float64Array.from(labels.forget, (y) => (y === 1 ? 7 : -2)),
        [6, 1],
        { type: 'i8' },
      ),
    };
    const args = ['--retain', 'R.npy', '--forget', 'F.npy', '--model', 'logistic'];
    const actual = await analysisOf(files, [
      ...args,
      '--labels-retain',
      'yr.csv',
      '--labels-forget',
      'yf.npy',
    ]);
    expect(actual.training).toEqual(expected.training);
  });

  test('with more features than samples needs a ridge, and says so', async () => {
    const wide = { 'R.npy': npy(drawnRows('wide R', 12, 40)), 'F.npy': npy(drawnRows('wide F', 6, 40)) };
    const files = {
      ...wide,
      'yr.csv': csv(labels.retain.map((y) => [y])),
      'yf.csv': csv(labels.forget.map((y) => [y])),
    };
    const args = ['--retain', 'R.npy', '--forget', 'F.npy', '--model', 'logistic', '--labels-retain', 'yr.csv', '--labels-forget', 'yf.csv']; // prettier-ignore
    const { code, stderr } = await analyzed(files, args);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /R\.npy and .*F\.npy: the logistic loss has no minimum, as a hyperplane .* give --ridge L > 0, or --weights FILE\n$/,
    );
    const withRidge = await analysisOf(files, [...args, '--ridge', '0.01']);
    expect(countsOf(withRidge)).toEqual({ parameters: 41, samples: { retain: 12, forget: 6 }, reduced: 18 });
  });

  /** Weights of the fit by plain gradient descent in float64. */
  function minimum(): number[] {
    const rows = [...features.retain, ...features.forget].map((row) => [...row, 1]);
    const y = [...labels.retain, ...labels.forget];
    const w = [0, 0, 0, 0];
    for (let step = 0; step < 20_000; step++) {
      const errors = rows.map(
        (row, i) => 1 / (1 + Math.exp(-row.reduce((z, x, k) => z + x * w[k]!, 0))) - y[i]!,
      );
      w.forEach((_, k) => (w[k]! -= 0.05 * errors.reduce((sum, e, i) => sum + e * rows[i]![k]!, 0)));
    }
    return w;
  }
});

test('--model linear leaves a column label out, and takes features of other files', async () => {
  const factors = (set: 'retain' | 'forget') => features[set].map((row) => [row]);
  const expected = await analysisOfFactors(factors('retain'), factors('forget'));
  expectSame(await analysisOf(tables, [...both, '--model', 'linear']), expected, ROUNDING);
  const binary = { 'R.npy': npy(features.retain), 'F.npy': npy(features.forget) };
  const args = ['--retain', 'R.npy', '--forget', 'F.npy', '--model', 'linear'];
  expectSame(await analysisOf(binary, args), expected, ROUNDING);
});

describe('--model logistic ends in one line and exit code 2 for', () => {
  const files: Files = {
    ...tables,
    'R.npy': npy(features.retain),
    'w2.csv': '1,2\n',
    'w4.csv': '1,2,3,4\n',
    'one.csv': csv(labels.retain.map(() => [1])),
    'onef.csv': csv(labels.forget.map(() => [1])),
    'three.csv': csv(labels.retain.map((_, i) => [i % 3])),
    'yf.csv': csv(labels.forget.map((y) => [y])),
    'deep.npy': npyBytes(new Float64Array(36).fill(1), [6, 2, 3]),
    'short.csv': 'label,a\n1,2\n0,3\n1,4\n',
  };
  const usual = [...both, '--model', 'logistic'];
  test.each<[string, string[], RegExp]>([
    [
      'no labels',
      ['--retain', 'R.npy', '--forget', 'F.csv', '--model', 'logistic'],
      /--labels-retain and --labels-forget are missing; a fit needs labels, and .*R\.npy has no column label/,
    ],
    [
      'weights of another length',
      [...usual, '--weights', 'w2.csv'],
      /w2\.csv: must have 3 numbers, or 4 with a bias, as .*R\.csv has columns; got 2/,
    ],
    [
      'a bias against --no-bias',
      [...usual, '--weights', 'w4.csv', '--no-bias'],
      /w4\.csv: must have 3 numbers, as/,
    ],
    [
      'a ridge beside weights',
      [...usual, '--weights', 'w4.csv', '--ridge', '1'],
      /--ridge must be left out beside --weights/,
    ],
    ['a negative ridge', [...usual, '--ridge', '-1'], /--ridge must be a number >= 0; got -1/],
    [
      'one class',
      [...usual, '--labels-retain', 'one.csv', '--labels-forget', 'onef.csv'],
      /must have labels of two classes for a fit; got one/,
    ],
    [
      'three classes',
      [...usual, '--labels-retain', 'three.csv', '--labels-forget', 'yf.csv'],
      /three\.csv: the label of sample 2 \(from 0\) must be one of two classes; got 2/,
    ],
    [
      'features of three dimensions',
      ['--retain', 'R.csv', '--forget', 'deep.npy', '--model', 'logistic'],
      /deep\.npy: features must have the shape \(samples, p\); got \(6, 2, 3\)/,
    ],
    [
      'different p',
      ['--retain', 'R.csv', '--forget', 'short.csv', '--model', 'logistic'],
      /short\.csv: must have 3 columns, as .*R\.csv; got 1/,
    ],
    [
      'a loss',
      [...usual, '--loss', 'squared'],
      /--loss goes with --model FILE\.json; got it with --model logistic/,
    ],
    [
      'an unknown model',
      [...both, '--model', 'logstic'],
      /--model must be linear, logistic, gram or the model\.json of TensorFlow\.js; got logstic/,
    ],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await analyzed(files, args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
