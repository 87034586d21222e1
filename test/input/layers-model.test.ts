import { join } from 'node:path';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { randomSource } from '../../src/statistics/generator.js';
import { MissingKernelError, UnusableModelError } from '../../src/input/input-error.js';
import { type StartedTensorflow, startTensorflow } from '../../src/network/tfjs-backend.js';
import { probabilities } from '../../src/unlearning/output-loss.js';
import { temporaryFolder } from '../cli/captured-context.js';
import { boundedRelu, boundedTanh, type Bounded } from './bounded.js';
import { denseJacobian, type DenseLayer } from './dense-network.js';
import { builtModel, drawWeights, storeModel, tfLayers } from './stored-model.js';

let started: StartedTensorflow;
beforeAll(async () => {
  started = await startTensorflow('cpu');
});

const { dense, flatten, conv2d, maxPooling2d, batchNormalization, dropout, activation, softmax } =
  tfLayers.layers;

type Layer = ReturnType<typeof dense>;

/** Stores a sequential model with drawn weights. @returns its path, and itself. */
async function stored(layers: readonly unknown[], seed: number) {
  const model = tfLayers.sequential({ layers: layers as Layer[] });
  drawWeights(started, model, randomSource('layers model', seed));
  return { path: await storeModel(model, join(temporaryFolder(), 'model')), model };
}

const WIDTHS = [5, 4, 3] as const;

/** relu, tanh, and an end that is given. */
const denseLayers = (end: string) => [
  dense({ units: WIDTHS[1], activation: 'relu', inputShape: [WIDTHS[0]] }),
  dense({ units: WIDTHS[1], activation: 'tanh' }),
  dense({ units: WIDTHS[2], activation: end as 'linear' }),
];

/** The same network for the closed form, without its end. */
function closedForm(model: tfLayers.LayersModel): DenseLayer[] {
  const numbers = model.getWeights().map((weight) => weight.arraySync());
  return [boundedRelu, boundedTanh, null].map((own, l) => ({
    kernel: numbers[2 * l] as number[][],
    bias: numbers[2 * l + 1] as number[],
    activation: own,
  }));
}

const input = (seed: number, length: number) => {
  const random = randomSource('input', seed);
  return Float64Array.from({ length }, () => Math.fround(2 * random.uniform() - 1));
};

/** Largest difference in units of the allowed error; Infinity where lengths differ. */
function inUnits(actual: ArrayLike<number>, expected: readonly Bounded[]): number {
  if (actual.length !== expected.length) return Infinity;
  return expected.reduce((largest, { value, error }, k) => {
    const difference = Math.abs(actual[k]! - value);
    return Math.max(largest, difference === 0 ? 0 : difference / error);
  }, 0);
}

describe.each(['cpu', 'wasm'] as const)('a dense network on %s', (backend) => {
  test.each([
    ['linear', 'squared'],
    ['linear', 'cross-entropy'],
    ['softmax', 'cross-entropy'],
    ['sigmoid', 'cross-entropy'],
  ] as const)('with a %s end has the Jacobian of the closed form for %s, to float32', async (end, loss) => {
    for (const seed of [1, 2, 3]) {
      const { path, model } = await stored(denseLayers(end), seed);
      const built = await builtModel(path, loss, backend);
      const x = input(seed, WIDTHS[0]);
      const { outputs, jacobian } = built.differentiate(x, [WIDTHS[0]]);
      const expected = denseJacobian(closedForm(model), Array.from(x));
      expect(built).toMatchObject({ parameters: 24 + 20 + 15, outputs: 3 });
      expect(inUnits(outputs, expected.outputs)).toBeLessThanOrEqual(1);
      expect(inUnits(jacobian, expected.jacobian.flat())).toBeLessThanOrEqual(1);
      // What must be noticed: outputs exchanged, and 3e-5 of every number.
      const exchanged = [...expected.jacobian].reverse().flat();
      expect(inUnits(jacobian, exchanged)).toBeGreaterThan(1);
      expect(inUnits(jacobian.map((entry) => entry * (1 + 3e-5)), expected.jacobian.flat())).toBeGreaterThan(1); // prettier-ignore
      built.dispose();
      model.dispose();
    }
  });

  test('keeps no tensor', async () => {
    const { path, model } = await stored(denseLayers('softmax'), 4);
    const before = memory().numTensors;
    const built = await builtModel(path, 'cross-entropy', backend);
    const loaded = memory().numTensors;
    for (const seed of [1, 2]) built.differentiate(input(seed, 5), [5]);
    expect(memory().numTensors).toBe(loaded);
    expect(loaded).toBeGreaterThan(before);
    built.dispose();
    expect(memory().numTensors).toBe(before);
    model.dispose();
  });
});

const image = [6, 6, 1] as const;
const convolutional = () => [
  conv2d({ filters: 2, kernelSize: 3, activation: 'tanh', inputShape: [...image] }),
  maxPooling2d({ poolSize: 2 }),
  batchNormalization({}),
  dropout({ rate: 0.5 }),
  flatten(),
  dense({ units: 2 }),
];

describe('a convolutional network', () => {
  test('has the slopes of its outputs, with batch normalisation and dropout at rest', async () => {
    const { path, model } = await stored(convolutional(), 5);
    const weights = model.getWeights().map((weight) => weight.clone());
    // Trainable weights come first; the last is the moving variance, which was drawn with either sign.
    weights[7] = started.tf.tensor1d([0.7, 1.3]);
    model.setWeights(weights);
    const again = await storeModel(model, join(path, '..'));
    const built = await builtModel(again, 'squared');
    const x = input(5, 36);
    const { outputs, jacobian } = built.differentiate(x, image);
    // Twice the same: dropout draws nothing.
    expect(built.differentiate(x, image).outputs).toEqual(outputs);
    const trainable = [0, 1, 2, 3, 4, 5];
    const step = 2 ** -6;
    const tensor = started.tf.tensor(Float32Array.from(x), [1, ...image]);
    const outputsWith = (which: number, k: number, change: number) => {
      const numbers = Float32Array.from(weights[which]!.dataSync());
      numbers[k]! += change;
      model.setWeights(weights.map((w, i) => (i === which ? started.tf.tensor(numbers, w.shape) : w)));
      return Array.from((model.predict(tensor) as ReturnType<typeof started.tf.tensor>).dataSync());
    };
    let at = 0;
    for (const which of trainable) {
      for (let k = 0; k < weights[which]!.size; k++, at++) {
        // Differences of fourth order, whose error is below that of float32 over the step.
        const near = [1, -1].map((side) => outputsWith(which, k, side * step));
        const far = [1, -1].map((side) => outputsWith(which, k, 2 * side * step));
        for (const o of [0, 1]) {
          const slope = (8 * (near[0]![o]! - near[1]![o]!) - (far[0]![o]! - far[1]![o]!)) / (12 * step);
          expect(Math.abs(jacobian[o * built.parameters + at]! - slope)).toBeLessThan(5e-5);
        }
      }
    }
    expect(at).toBe(built.parameters);
    expect(built.parameters).toBe(18 + 2 + 4 + 16 + 2);
    expect(jacobian.some((entry) => Math.abs(entry) > 0.1)).toBe(true);
  });

  test('lacks a derivative on wasm, which is said by name', async () => {
    const { path } = await stored(convolutional(), 6);
    const built = await builtModel(path, 'squared', 'wasm');
    expect(() => built.differentiate(input(6, 36), image)).toThrow(MissingKernelError);
    expect(() => built.differentiate(input(6, 36), image)).toThrow(/Conv2DBackpropFilter .* wasm/);
  });
});

describe('the logits of a model', () => {
  test.each([
    ['a softmax layer', () => [dense({ units: 3, inputShape: [5] }), softmax()]],
    [
      'an activation layer',
      () => [dense({ units: 3, inputShape: [5] }), activation({ activation: 'softmax' })],
    ],
    ['a model inside', () => [tfLayers.sequential({ layers: [dense({ units: 3, activation: 'softmax', inputShape: [5] })] })]], // prettier-ignore
    ['a dropout behind', () => [dense({ units: 3, activation: 'softmax', inputShape: [5] }), dropout({ rate: 0.1 })]], // prettier-ignore
  ])('are taken before %s', async (_, layers) => {
    const { path, model } = await stored(layers(), 7);
    const x = input(7, 5);
    const built = await builtModel(path, 'cross-entropy');
    const { outputs } = built.differentiate(x, [5]);
    const tensor = started.tf.tensor(Float32Array.from(x), [1, 5]);
    const shares = (model.predict(tensor) as typeof tensor).dataSync();
    expect(built.loss).toBe('softmax');
    probabilities(outputs).forEach((p, k) => expect(p).toBeCloseTo(shares[k]!, 6));
    // As they are, they are no logits: softmax of a softmax is another distribution.
    expect(Math.abs(probabilities(Float64Array.from(shares))[0]! - shares[0]!)).toBeGreaterThan(1e-3);
  });

  test('of one output belong to a sigmoid', async () => {
    const { path } = await stored([dense({ units: 1, activation: 'sigmoid', inputShape: [5] })], 8);
    expect((await builtModel(path, 'cross-entropy')).loss).toBe('sigmoid');
    const linear = await stored([dense({ units: 1, inputShape: [5] })], 8);
    expect((await builtModel(linear.path, 'cross-entropy')).loss).toBe('sigmoid');
  });
});

describe('weights that are frozen', () => {
  test('are no parameters', async () => {
    const layers = [dense({ units: 4, inputShape: [5], trainable: false }), dense({ units: 3 })];
    const { path } = await stored(layers, 9);
    expect((await builtModel(path, 'squared')).parameters).toBe(15);
  });
});

describe('a model is refused in one line', () => {
  test.each<[string, () => unknown[], 'squared' | 'cross-entropy', RegExp]>([
    [
      'that ends in relu, for cross-entropy',
      () => [dense({ units: 3, activation: 'relu', inputShape: [5] })],
      'cross-entropy',
      /must end in logits \(linear\), softmax or sigmoid for cross-entropy; got relu \(layer /,
    ],
    [
      'that ends in a softmax of one output',
      () => [dense({ units: 1, activation: 'softmax', inputShape: [5] })],
      'cross-entropy',
      /softmax of one output/,
    ],
    [
      'whose outputs are images, for cross-entropy',
      () => [conv2d({ filters: 2, kernelSize: 3, inputShape: [...image] })],
      'cross-entropy',
      /must have outputs of the shape \(samples, classes\); got \(samples, 4, 4, 2\)/,
    ],
    [
      'without trainable weights',
      () => [dense({ units: 3, inputShape: [5], trainable: false })],
      'squared',
      /has no trainable weights/,
    ],
  ])('%s', async (_, layers, loss, message) => {
    const { path } = await stored(layers(), 10);
    const refused = await builtModel(path, loss).catch((error: unknown) => error as Error);
    expect(refused).toBeInstanceOf(UnusableModelError);
    expect((refused as Error).message).toMatch(message);
    expect((refused as Error).message).toMatch(/model\.json: [^\n]*$/);
  });

  test('with weights that are not finite, and outputs that are not', async () => {
    const { model } = await stored([dense({ units: 2, inputShape: [1], useBias: false })], 11);
    const withKernel = async (kernel: number[][]) => {
      model.setWeights([started.tf.tensor2d(kernel)]);
      return storeModel(model, join(temporaryFolder(), 'model'));
    };
    const broken = await withKernel([[NaN, 1]]);
    await expect(builtModel(broken, 'squared')).rejects.toThrow(/weight .* has numbers that are not finite/);
    const huge = await builtModel(await withKernel([[1e30, 1]]), 'squared');
    expect(() => huge.differentiate(Float64Array.of(1e30), [1])).toThrow(/has outputs that are not finite/);
  });
});
