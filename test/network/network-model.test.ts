import { describe, expect, test } from 'vitest';
import { meanLoss } from '../reference/mean-loss.js';
import { LOSSES } from '../../src/network/losses.js';
import { networkModel } from '../../src/network/network-model.js';
import { networkOutputs } from '../../src/network/patch-network.js';
import { addBatchGradient } from '../../src/unlearning/per-sample-model.js';
import { largestDifference, relativeDifference } from '../closeness.js';
import { centralDifferences, networkSample } from '../sample-networks.js';

/** Sums of at most a hundred products in float64, in another order. */
const ROUNDING = 1e-13;

/** Central differences with h = 1e-5: rounding of 1e-15 / h and h^2 times third derivatives of order 1. */
const DIFFERENCES = 1e-7;

describe.each(Object.values(LOSSES))('networkModel with the $name loss', (loss) => {
  // A dimension that is no multiple of four: the inner product works on four numbers at a time.
  const { network, weights, data } = networkSample(
    { width: 3, dimension: 7, samples: 6, patches: 3 },
    'model',
  );
  const model = networkModel(network, data, loss);

  function gradient(i: number, scale = 1): Float64Array {
    const out = new Float64Array(weights.length);
    model.addGradient(weights, i, scale, out);
    return out;
  }

  test('has as many samples and parameters as data and network', () => {
    expect(model.sampleCount).toBe(6);
    expect(model.parameterCount).toBe(42);
  });

  test('has the losses of the outputs', () => {
    const outputs = networkOutputs(network, weights, data);
    outputs.forEach((f, i) => {
      const expected = loss.value(f, data.labels[i]!);
      expect(relativeDifference(model.loss(weights, i), expected)).toBeLessThan(ROUNDING);
      expect(relativeDifference(model.loss(weights, i), loss.value(f, -data.labels[i]!))).toBeGreaterThan(
        ROUNDING,
      );
    });
    const mean = outputs.reduce((sum, f, i) => sum + loss.value(f, data.labels[i]!), 0) / 6;
    expect(relativeDifference(meanLoss(model, weights), mean)).toBeLessThan(ROUNDING);
  });

  test('has the gradient of central differences, for every sample, and not that of the next', () => {
    for (let i = 0; i < 6; i++) {
      const expected = centralDifferences((w) => model.loss(w, i), weights);
      expect(largestDifference(gradient(i), expected)).toBeLessThan(DIFFERENCES);
      expect(largestDifference(gradient((i + 1) % 6), expected)).toBeGreaterThan(0.1);
    }
  });

  test('adds scale times the gradient to what is there', () => {
    const out = new Float64Array(42).fill(2);
    model.addGradient(weights, 3, -0.5, out);
    expect(
      largestDifference(
        out,
        gradient(3).map((x) => 2 - 0.5 * x),
      ),
    ).toBeLessThan(ROUNDING);
    expect(
      largestDifference(
        out,
        gradient(3).map((x) => -0.5 * x),
      ),
    ).toBeGreaterThan(0.1);
  });

  test('gives the same gradient whatever sample was evaluated before', () => {
    const first = gradient(0);
    model.loss(weights, 5);
    expect(gradient(0)).toEqual(first);
  });

  test.each([
    { name: 'all samples', indices: [0, 1, 2, 3, 4, 5] },
    { name: 'some, in another order', indices: [4, 0, 3] },
    { name: 'some of them twice', indices: [5, 5, 1, 2] },
    { name: 'a few, one by one', indices: [2, 1] },
    { name: 'none', indices: [] },
  ])('the gradient of a batch is the sum of those of its samples: $name', ({ indices }) => {
    const batch = { indices: Int32Array.from([...indices, 0]), size: indices.length };
    const together = new Float64Array(42).fill(1);
    addBatchGradient(model, weights, batch, -0.3, together);
    const sum = new Float64Array(42).fill(1);
    for (const i of indices) model.addGradient(weights, i, -0.3, sum);
    expect(largestDifference(together, sum)).toBeLessThan(ROUNDING);
    model.addGradient(weights, 0, -0.3, sum);
    expect(largestDifference(together, sum)).toBeGreaterThan(0.01);
    // At two W, one after the other.
    const [two, other] = [Float64Array.of(...weights, ...weights.map((w) => -w)), new Float64Array(84)];
    addBatchGradient(model, two, batch, 1, other);
    const each = new Float64Array(84);
    for (const from of [0, 42]) {
      for (const i of indices)
        model.addGradient(two.subarray(from, from + 42), i, 1, each.subarray(from, from + 42));
    }
    expect(largestDifference(other, each)).toBeLessThan(ROUNDING);
  });

  test('takes the gradient of the ReLU at 0 as 0: at W = 0 nothing moves', () => {
    const out = new Float64Array(42);
    for (let i = 0; i < 6; i++) model.addGradient(new Float64Array(42), i, 1, out);
    expect(out).toEqual(new Float64Array(42));
    expect(gradient(0)).not.toEqual(out);
  });
});

test('a squared loss that is zero has no gradient', () => {
  const { network, weights, data } = networkSample(
    { width: 2, dimension: 4, samples: 2, patches: 1 },
    'fitted',
  );
  const labels = networkOutputs(network, weights, data);
  const model = networkModel(network, { ...data, labels }, LOSSES.squared);
  const out = new Float64Array(16);
  model.addGradient(weights, 0, 1, out);
  expect(Math.max(...out.map(Math.abs))).toBeLessThan(ROUNDING);
});
