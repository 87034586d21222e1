import { describe, expect, test } from 'vitest';
import type { GivenOptions } from '../../src/cli/options.js';
import { fieldOption, problemFiles } from '../../src/cli/problem-options.js';

/** What commander gives where --no-bias does not stand. */
const sets: GivenOptions = {
  ...{ retain: 'R.npy', forget: 'F.npy', alpha: '0.2', eta: '0.1' },
  ...{ batchRetain: '2', batchForget: '1', sampling: 'bernoulli', bias: true },
};

describe('the options of a problem in files', () => {
  test('say its sets, its setting and what the files hold', () => {
    expect(problemFiles(undefined, sets)).toEqual({
      retain: 'R.npy',
      forget: 'F.npy',
      alpha: 0.2,
      eta: 0.1,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
      model: { kind: 'factors', allowZeroSamples: false, axes: 'ncp' },
    });
  });

  test.each<[string, GivenOptions, object]>([
    [
      'factors, zeros allowed',
      { allowZeroSamples: true },
      { kind: 'factors', allowZeroSamples: true, axes: 'ncp' },
    ],
    ['factors, outputs first', { axes: 'cnp' }, { kind: 'factors', allowZeroSamples: false, axes: 'cnp' }],
    ['features of a linear model', { model: 'linear' }, { kind: 'linear' }],
    [
      'features of a logistic model to be fitted',
      { model: 'logistic', ridge: '0.5', bias: false, labelsRetain: 'r.npy', labelsForget: 'f.npy' },
      {
        ...{ kind: 'logistic', weights: null, ridge: 0.5, bias: false },
        labels: { retain: 'r.npy', forget: 'f.npy' },
      },
    ],
    [
      'features of a logistic model at weights',
      { model: 'logistic', weights: 'w.npy' },
      { kind: 'logistic', weights: 'w.npy', ridge: 0, bias: true, labels: null },
    ],
    [
      'inputs of a TensorFlow.js model',
      { model: 'm/model.json', loss: 'squared', backend: 'cpu' },
      { kind: 'layers-model', path: 'm/model.json', loss: 'squared', labels: null, backend: 'cpu' },
    ],
  ])('%s', (_, given, model) => {
    expect(problemFiles(undefined, { ...sets, ...given })?.model).toEqual(model);
  });

  test('are left out beside a problem file', () => {
    expect(problemFiles('problem.json', { bias: true })).toBeNull();
    const refusal = (field: string) =>
      `--${field} must be left out beside a problem file, which says it all; got problem.json`;
    expect(() => problemFiles('problem.json', { batchRetain: '2' })).toThrow(refusal('batch-retain'));
    expect(() => problemFiles('problem.json', { bias: false })).toThrow(refusal('no-bias'));
  });

  test.each(Object.keys(sets).filter((field) => field !== 'bias'))('%s is missed', (field) => {
    expect(() => problemFiles(undefined, { ...sets, [field]: undefined })).toThrow(
      `${fieldOption(field)} is missing; without a problem file give --retain, --forget, --alpha, --eta, --batch-retain, --batch-forget, --sampling`,
    );
  });

  test('need no common sampling where each set has its own', () => {
    const own = { samplingRetain: 'with-replacement', samplingForget: 'bernoulli' };
    const { alpha, eta, ...others } = sets;
    const rest = Object.fromEntries(Object.entries(others).filter(([field]) => field !== 'sampling'));
    const bare = { ...rest, alpha, eta };
    expect(problemFiles(undefined, { ...bare, ...own })).not.toHaveProperty('sampling');
    expect(problemFiles(undefined, { ...sets, ...own })).toHaveProperty('sampling', 'bernoulli');
    expect(problemFiles(undefined, { ...rest, lr: '0.1', forgetWeight: '1', ...own })).not.toHaveProperty(
      'sampling',
    );
    expect(() => problemFiles(undefined, { ...bare, samplingRetain: 'bernoulli' })).toThrow(
      /^--sampling is missing; .* in place of --sampling both --sampling-retain and --sampling-forget$/,
    );
  });

  test.each<[GivenOptions, string]>([
    [{ alpha: '1.1' }, '--alpha must be a number in [0, 1]; got 1.1'],
    [{ eta: '0' }, '--eta must be a number > 0; got 0'],
    [{ batchForget: '0' }, '--batch-forget must be an integer in 1..9007199254740991; got 0'],
    [
      { model: 'cubic' },
      '--model must be linear, logistic, gram or the model.json of TensorFlow.js; got cubic',
    ],
    [{ ridge: '1' }, '--ridge goes with --model logistic; got it with factors (no --model)'],
    [
      { model: 'linear', labelsRetain: 'r.npy' },
      '--labels-retain goes with --model logistic or --model FILE.json; got it with --model linear',
    ],
    [{ model: 'linear', bias: false }, '--no-bias goes with --model logistic; got it with --model linear'],
    [
      { model: 'logistic', weights: 'w.npy', ridge: '1' },
      '--ridge must be left out beside --weights, which need no fit; got 1',
    ],
    [
      { model: 'logistic', labelsForget: 'f.npy' },
      '--labels-retain is missing; give the labels of both sets, or of none',
    ],
    [{ model: 'm.json' }, '--loss is missing; --model m.json needs one of squared, cross-entropy'],
  ])('%j are refused', (given, message) => {
    expect(() => problemFiles(undefined, { ...sets, ...given })).toThrow(message);
  });

  test('are named by the fields of the problem', () => {
    expect(fieldOption('batch.retain')).toBe('--batch-retain');
    expect(fieldOption('model.labels.forget')).toBe('--labels-forget');
  });
});
