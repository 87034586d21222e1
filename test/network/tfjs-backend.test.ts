import fc from 'fast-check';
import { memory, tensor1d } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { closedFormBackend, type GradientBackend } from '../../src/network/gradient-backend.js';
import { LOSSES, type LossName } from '../../src/network/losses.js';
import { loadBackend } from '../../src/network/tfjs-backend.js';
import {
  KINK,
  networkSample,
  relativeDistanceToKink,
  type NetworkSample,
  type NetworkShape,
} from '../sample-networks.js';
import { largestInUnits, lossGradientErrors, outputErrors, outputGradientErrors } from './float32-error.js';

const LOSS_NAMES = ['squared', 'logistic'] as const;

const wasm = await loadBackend('wasm');
const cpu = await loadBackend('cpu');
/** Its native library is not installed everywhere. */
const node = await loadBackend('node').catch(() => null);
const backends = [wasm, cpu, ...(node ? [node] : [])];

const shapes: fc.Arbitrary<NetworkShape> = fc.record({
  width: fc.integer({ min: 1, max: 6 }),
  dimension: fc.integer({ min: 2, max: 20 }),
  samples: fc.integer({ min: 1, max: 8 }),
  patches: fc.integer({ min: 1, max: 3 }),
});

const samples: fc.Arbitrary<NetworkSample> = fc
  .record({ shape: shapes, seed: fc.nat(), weightScale: fc.constantFrom(0.1, 1, 3) })
  .map(({ shape, seed, weightScale }) => networkSample(shape, seed, weightScale));

/** Large enough that every filter is active somewhere and inactive somewhere. */
const SHAPE: NetworkShape = { width: 3, dimension: 7, samples: 8, patches: 2 };

/** What a backend computes of a sample, for one loss. */
interface Computed {
  readonly outputs: Float64Array;
  readonly outputGradients: Float64Array;
  readonly lossGradient: Float64Array;
}

function computedBy(
  backend: GradientBackend,
  { network, weights, data }: NetworkSample,
  loss: LossName,
): Computed {
  return {
    outputs: backend.outputs(network, weights, data),
    outputGradients: backend.outputGradients(network, weights, data),
    lossGradient: backend.lossGradient(network, weights, data, loss),
  };
}

/** Distances from the closed form in units of what float32 explains: each must be at most 1. */
function distances(actual: Computed, sample: NetworkSample, loss: LossName): Record<keyof Computed, number> {
  const exact = computedBy(closedFormBackend, sample, loss);
  const derivatives = exact.outputs.map((f, i) => LOSSES[loss].derivative(f, sample.data.labels[i]!));
  return {
    outputs: largestInUnits(actual.outputs, exact.outputs, outputErrors(sample)),
    outputGradients: largestInUnits(
      actual.outputGradients,
      exact.outputGradients,
      outputGradientErrors(sample),
    ),
    lossGradient: largestInUnits(
      actual.lossGradient,
      exact.lossGradient,
      lossGradientErrors(sample, loss, derivatives),
    ),
  };
}

/** In units of the allowed error. */
const FLOAT32 = 1;

describe.each(backends)('autodiff on $name', (backend) => {
  test.each(LOSS_NAMES)('agrees with the closed form to float32, %s loss', (loss) => {
    fc.assert(
      fc.property(samples, (sample) => {
        const { outputs, outputGradients, lossGradient } = distances(
          computedBy(backend, sample, loss),
          sample,
          loss,
        );
        expect(outputs).toBeLessThanOrEqual(FLOAT32);
        expect(outputGradients).toBeLessThanOrEqual(FLOAT32);
        expect(lossGradient).toBeLessThanOrEqual(FLOAT32);
      }),
      { numRuns: 60 },
    );
  });

  test('agrees with the closed form on more samples than have their weights copied at once', () => {
    // 2 x 8 x 5,000 weights: 13 copies at once.
    const sample = networkSample({ width: 8, dimension: 5000, samples: 15, patches: 1 }, 'many');
    const gradients = backend.outputGradients(sample.network, sample.weights, sample.data);
    const exact = closedFormBackend.outputGradients(sample.network, sample.weights, sample.data);
    expect(largestInUnits(gradients, exact, outputGradientErrors(sample))).toBeLessThanOrEqual(FLOAT32);
  });

  test('is finite for logistic losses far beyond the range of exp', () => {
    const { network, weights, data } = networkSample(SHAPE, 'large', 1e4);
    const gradient = backend.lossGradient(network, weights, data, 'logistic');
    expect(backend.outputs(network, weights, data).some((f) => Math.abs(f) > 1000)).toBe(true);
    expect(gradient.every(Number.isFinite)).toBe(true);
    expect(gradient.some((x) => x !== 0)).toBe(true);
  });

  test('keeps no tensor', () => {
    const sample = networkSample(SHAPE, 'memory');
    const before = memory().numTensors;
    for (const loss of LOSS_NAMES) computedBy(backend, sample, loss);
    expect(memory().numTensors).toBe(before);
    // What the count is for: a tensor that nobody releases.
    const kept = tensor1d([1]);
    expect(memory().numTensors).toBe(before + 1);
    kept.dispose();
  });

  test('names itself and the version of the package', () => {
    expect(backend.version).toMatch(new RegExp(`^tfjs-core 4\\.\\d+\\.\\d+, ${backend.name}$`));
  });
});

/** Wrong implementations, made from the right one by a change of the problem that it solves or of its answer. */
const faults: readonly { fault: string; compute: (sample: NetworkSample, loss: LossName) => Computed }[] = [
  {
    fault: 'the sign of one filter',
    compute: (sample, loss) => {
      const { dimension: d } = sample.network;
      const right = computedBy(wasm, sample, loss);
      const flip = (x: number, k: number) => (Math.floor(k / d) % (2 * SHAPE.width) === 4 ? -x : x);
      return {
        ...right,
        outputGradients: right.outputGradients.map(flip),
        lossGradient: right.lossGradient.map(flip),
      };
    },
  },
  {
    fault: 'no factor 1/m',
    compute: ({ network, weights, data }, loss) => {
      const scaled = weights.map((w) => w * network.width);
      const right = computedBy(wasm, { network, weights: scaled, data }, loss);
      return {
        outputs: right.outputs,
        outputGradients: right.outputGradients.map((x) => x * network.width),
        lossGradient: right.lossGradient.map((x) => x * network.width),
      };
    },
  },
  {
    fault: "no mask of the ReLU: the gradient of the linear network (relu(z) - relu(-z))'",
    compute: ({ network, weights, data }, loss) => {
      const right = computedBy(wasm, { network, weights, data }, loss);
      const mirrored = wasm.outputGradients(
        network,
        weights.map((w) => -w),
        data,
      );
      const outputGradients = right.outputGradients.map((x, k) => x + mirrored[k]!);
      const p = weights.length;
      const lossGradient = weights.map((_, k) =>
        right.outputs.reduce((sum, f, i) => {
          const push = LOSSES[loss].derivative(f, data.labels[i]!);
          return sum + (push * outputGradients[i * p + k]!) / data.sampleCount;
        }, 0),
      );
      return { ...right, outputGradients, lossGradient };
    },
  },
  {
    fault: 'the mean over one sample too many',
    compute: (sample, loss) => {
      const right = computedBy(wasm, sample, loss);
      const n = sample.data.sampleCount;
      return { ...right, lossGradient: right.lossGradient.map((x) => (x * n) / (n + 1)) };
    },
  },
  {
    fault: 'labels of the other sign',
    compute: ({ network, weights, data }, loss) =>
      computedBy(wasm, { network, weights, data: { ...data, labels: data.labels.map((y) => -y) } }, loss),
  },
  {
    fault: 'an error of 1e-4 in one weight',
    compute: ({ network, weights, data }, loss) =>
      computedBy(wasm, { network, weights: weights.with(4, weights[4]! + 1e-4), data }, loss),
  },
];

/** What each fault must be seen in. */
const SEEN_IN: Readonly<Record<string, readonly (keyof Computed)[]>> = {
  'the sign of one filter': ['outputGradients', 'lossGradient'],
  'no factor 1/m': ['outputs', 'outputGradients', 'lossGradient'],
  "no mask of the ReLU: the gradient of the linear network (relu(z) - relu(-z))'": [
    'outputGradients',
    'lossGradient',
  ],
  'the mean over one sample too many': ['lossGradient'],
  'labels of the other sign': ['lossGradient'],
  'an error of 1e-4 in one weight': ['outputs'],
};

describe('the comparison rejects', () => {
  test.each(faults)('$fault', ({ fault, compute }) => {
    for (const loss of LOSS_NAMES) {
      for (const seed of [1, 2, 3, 4, 5]) {
        const sample = networkSample(SHAPE, seed);
        const found = distances(compute(sample, loss), sample, loss);
        for (const quantity of SEEN_IN[fault]!) expect(found[quantity], quantity).toBeGreaterThan(FLOAT32);
      }
    }
  });

  test('numbers that are not finite, and too few of them', () => {
    expect(largestInUnits([NaN], [0], [1])).toBeNaN();
    expect(largestInUnits([Infinity], [0], [1])).toBe(Infinity);
    expect(largestInUnits([0], [0, 0], [1, 1])).toBe(Infinity);
    expect(largestInUnits([1e-300], [0], [0])).toBe(Infinity);
  });
});

test('at a kink float32 may take the other side, so the samples keep away from kinks', () => {
  const network = { width: 1, dimension: 2 };
  const weights = Float64Array.of(1, 1, 1, 2);
  const patch = Float64Array.of(1, -1 + 1e-9);
  const labels = Float64Array.of(1);
  const sample = {
    network,
    weights,
    data: { sampleCount: 1, patches: 1, dimension: 2, inputs: patch, labels },
  };
  const { outputGradients } = distances(computedBy(wasm, sample, 'squared'), sample, 'squared');
  expect(outputGradients).toBeGreaterThan(FLOAT32);
  expect(relativeDistanceToKink(network, weights, patch)).toBeLessThan(KINK);
  fc.assert(
    fc.property(samples, ({ network, weights, data: { inputs, dimension: d } }) => {
      for (let from = 0; from < inputs.length; from += d) {
        const distance = relativeDistanceToKink(network, weights, inputs.subarray(from, from + d));
        expect(distance).toBeGreaterThan(KINK);
      }
    }),
  );
});

describe('two backends in one process', () => {
  test('are used in turn, each on its own numbers', () => {
    const { network, weights, data } = networkSample(SHAPE, 'in turn');
    const first = [wasm.outputs(network, weights, data), cpu.outputs(network, weights, data)];
    const again = [wasm.outputs(network, weights, data), cpu.outputs(network, weights, data)];
    expect(again).toEqual(first);
    expect([wasm.name, cpu.name]).toEqual(['wasm', 'cpu']);
  });
});
