import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTensorflow } from '../../src/network/tfjs-backend.js';
import { randomSource } from '../../src/statistics/generator.js';
import { npyBytes } from '../input/npy-bytes.js';
import { builtModel, drawWeights, storeModel, tfLayers } from '../input/stored-model.js';
import { temporaryFolder } from './captured-context.js';
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
} from './model-analysis.js';

/** A dense network of 3 inputs with that end; its files, and its factors for the loss in float64 by another way. */
async function network(folder: string, end: 'linear' | 'softmax', loss: 'squared' | 'cross-entropy') {
  const started = await startTensorflow('cpu');
  const model = tfLayers.sequential({
    layers: [
      tfLayers.layers.dense({ units: 4, activation: 'tanh', inputShape: [3] }),
      tfLayers.layers.dense({ units: 3, activation: end }),
    ],
  });
  drawWeights(started, model, randomSource('analyze network'));
  const path = await storeModel(model, join(folder, `${end} ${loss}`));
  const built = await builtModel(path, loss);
  /** Rows of Lambda^{1/2} J by an eigendecomposition-free root: sqrt(p_k) (grad z_k - sum_j p_j grad z_j), c factors. */
  const factors = (row: readonly number[]): number[][] => {
    const { outputs, jacobian } = built.differentiate(Float64Array.from(row), [3]);
    const p = built.parameters;
    const rows = [0, 1, 2].map((k) => Array.from(jacobian.subarray(k * p, (k + 1) * p)));
    if (loss === 'squared') return rows;
    const powers = Array.from(outputs, Math.exp);
    const shares = powers.map((x) => x / powers.reduce((a, b) => a + b, 0));
    const mean = rows[0]!.map((_, a) => shares.reduce((sum, s, k) => sum + s * rows[k]![a]!, 0));
    return rows.map((own, k) => own.map((x, a) => Math.sqrt(shares[k]!) * (x - mean[a]!)));
  };
  return { path, factors, built };
}

/** Factors are kept in float32. */
const FLOAT32 = 1e-4;

describe('--model model.json', () => {
  const inputs: Files = { 'R.npy': npy(features.retain), 'F.csv': csv(features.forget) };
  const sets = ['--retain', 'R.npy', '--forget', 'F.csv', '--backend', 'cpu'];
  const folder = mkdtempSync(join(tmpdir(), 'unlearning-stability-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let networks: Record<'linear' | 'softmax' | 'squared', Awaited<ReturnType<typeof network>>>;
  beforeAll(async () => {
    networks = {
      linear: await network(folder, 'linear', 'cross-entropy'),
      softmax: await network(folder, 'softmax', 'cross-entropy'),
      squared: await network(folder, 'linear', 'squared'),
    };
  });

  test.each(['linear', 'softmax', 'squared'] as const)(
    'has the Gauss-Newton factors of the loss: %s',
    async (name) => {
      const { path, factors } = networks[name];
      const loss = name === 'squared' ? 'squared' : 'cross-entropy';
      const actual = await analysisOf(inputs, [...sets, '--model', path, '--loss', loss]);
      const expected = await analysisOfFactors(features.retain.map(factors), features.forget.map(factors));
      expectSame(actual, expected, FLOAT32);
      expect(actual.dimension.parameters).toBe(16 + 15);
      expect(actual.stderr).toMatch(/^note: without labels/);
      // What must be noticed: the factors of the other loss.
      const other = networks[name === 'squared' ? 'softmax' : 'squared'].factors;
      const off = await analysisOfFactors(features.retain.map(other), features.forget.map(other));
      expect(() => expectSame(actual, off, FLOAT32)).toThrow();
    },
  );

  test('with labels says how far the minimum is from interpolating', async () => {
    const { path, built } = networks.squared;
    const outputs = (rows: readonly number[][]) =>
      rows.map((row) => Array.from(built.differentiate(Float64Array.from(row), [3]).outputs));
    const exact = { 'yr.npy': npy(outputs(features.retain)), 'yf.npy': npy(outputs(features.forget)) };
    const args = [...sets, '--model', path, '--loss', 'squared', '--labels-retain', 'yr.npy', '--labels-forget', 'yf.npy']; // prettier-ignore
    const fitted = await analysisOf({ ...inputs, ...exact }, args);
    expect(fitted.training).toMatchObject({ loss: 'squared', interpolates: true });
    expect(fitted.stderr).toBe('');
    const shifted = { ...exact, 'yf.npy': npy(outputs(features.forget).map((row) => row.map((y) => y + 1))) };
    const off = await analysisOf({ ...inputs, ...shifted }, args);
    expect(off.training).toMatchObject({ interpolates: false });
    expect(off.training!.forget.meanLoss).toBeCloseTo(1.5, 4);
    expect(off.training!.retain.meanLoss).toBeLessThan(1e-8);
    expect(off.stderr).toMatch(
      /^note: the weights do not interpolate the samples: the largest gradient of one is /,
    );
  });

  test('cross-entropy counts who is right', async () => {
    const { path, built } = networks.softmax;
    const right = (rows: readonly number[][]) =>
      rows.map((row) => {
        const { outputs } = built.differentiate(Float64Array.from(row), [3]);
        return [outputs.indexOf(Math.max(...outputs))];
      });
    const files = { ...inputs, 'yr.csv': csv(right(features.retain)), 'yf.csv': csv(right(features.forget).map(([y]) => [(y! + 1) % 3])) }; // prettier-ignore
    const args = [...sets, '--model', path, '--loss', 'cross-entropy', '--labels-retain', 'yr.csv', '--labels-forget', 'yf.csv']; // prettier-ignore
    const { training } = await analysisOf(files, args);
    expect([training!.retain.accuracy, training!.forget.accuracy]).toEqual([1, 0]);
    const text = await analyzed(files, args);
    expect(text.stdout).toMatch(
      /^trained {6}cross-entropy retain .* \(accuracy 100 %\), forget .* \(accuracy 0 %\)$/m,
    );
  });

  test('convolutions move to the cpu where a backend lacks their derivative', async () => {
    const started = await startTensorflow('cpu');
    const model = tfLayers.sequential({
      layers: [
        tfLayers.layers.conv2d({ filters: 2, kernelSize: 2, inputShape: [3, 3, 1] }),
        tfLayers.layers.flatten(),
        tfLayers.layers.dense({ units: 1 }),
      ],
    });
    drawWeights(started, model, randomSource('convolutions'));
    const path = await storeModel(model, join(temporaryFolder(), 'model'));
    const files = {
      'R.npy': npyBytes(Float64Array.from(drawnRows('R', 4, 9).flat()), [4, 3, 3]),
      'F.npy': npy(drawnRows('F', 3, 9)),
    };
    const args = ['--retain', 'R.npy', '--forget', 'F.npy', '--model', path, '--loss', 'squared'];
    const wasm = await analyzed(files, [...args, '--backend', 'wasm']);
    expect(wasm.code).toBe(2);
    expect(wasm.stderr).toMatch(
      /model\.json: cannot be differentiated on --backend wasm, which lacks Conv2DBackpropFilter; give --backend cpu\n$/,
    );
    const free = await analyzed(files, args);
    expect(free.code).toBe(0);
    expect((await analyzed(files, [...args, '--backend', 'cpu'])).stdout).toBe(free.stdout);
  });

  describe('ends in one line and exit code 2 for', () => {
    const wide: Files = { ...inputs, 'W.npy': npy(drawnRows('W', 6, 4)), 'y1.csv': '0\n1\n', 'y3.csv': csv(labels.retain.map((y) => [y + 2])), 'yf.csv': csv(labels.forget.map((y) => [y])), 'half.csv': csv(labels.retain.map(() => [0.5, 0.4, 0.2])) }; // prettier-ignore
    const withLabels = (name: string) => ['--labels-retain', name, '--labels-forget', 'yf.csv'];
    const usual = ['--loss', 'cross-entropy'];
    test.each<[string, string[], RegExp]>([
      [
        'inputs of another length',
        ['--retain', 'W.npy', '--forget', 'F.csv', ...usual],
        /W\.npy: must have the shape \(samples, 3\) of the model's input, or as many numbers a sample; got \(6, 4\)/,
      ],
      ['no loss', [...sets], /--loss is missing; --model .*model\.json needs one of squared, cross-entropy/],
      [
        'an unknown loss',
        [...sets, '--loss', 'hinge'],
        /--loss must be one of squared, cross-entropy; got hinge/,
      ],
      [
        'an unknown backend',
        [...sets, ...usual, '--backend', 'gpu'],
        /--backend must be one of node, wasm, cpu/,
      ],
      [
        'labels of one set',
        [...sets, ...usual, '--labels-forget', 'yf.csv'],
        /--labels-retain is missing; give the labels of both/,
      ],
      [
        'labels too few',
        [...sets, ...usual, ...withLabels('y1.csv')],
        /y1\.csv: must have 12 labels, as .*R\.npy has samples; got 2/,
      ],
      [
        'labels of classes beyond',
        [...sets, ...usual, ...withLabels('y3.csv')],
        /y3\.csv: the label of sample 1 \(from 0\) must be a class in 0\.\.2; got 3/,
      ],
      [
        'shares that are none',
        [...sets, ...usual, ...withLabels('half.csv')],
        /half\.csv: the probabilities of sample 0 \(from 0\) must sum to 1; got 1\.1/,
      ],
      [
        'classes for the squared loss',
        [...sets, '--loss', 'squared', ...withLabels('y3.csv')],
        /y3\.csv: must have 3 numbers a sample, as the model has outputs; got 1/,
      ],
      [
        'weights of another model',
        [...sets, ...usual, '--weights', 'yf.csv'],
        /--weights goes with --model logistic; got it with --model FILE\.json/,
      ],
    ])('%s', async (_, args, message) => {
      const { code, stdout, stderr } = await analyzed(wide, [...args, '--model', networks.softmax.path]);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(message);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    });

    test('a layer that nobody knows', async () => {
      const { path } = networks.softmax;
      const text = readFileSync(path, 'utf8').replace('"class_name":"Dense"', '"class_name":"Sparse"');
      const other = join(dirname(path), 'other.json');
      writeFileSync(other, text);
      const { code, stderr } = await analyzed(inputs, [...sets, ...usual, '--model', other]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/other\.json: cannot be built by TensorFlow\.js \(Unknown layer: Sparse/);
      expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    });
  });
});
