import { describe, expect, test } from 'vitest';
import { dot, norm } from '../../src/linalg/vectors.js';
import {
  checkSignalPlusNoise,
  drawSignal,
  drawSignalPlusNoise,
  signalNormOf,
  type SignalPlusNoise,
  type SignalPlusNoiseData,
} from '../../src/network/signal-plus-noise.js';
import { randomSource } from '../../src/statistics/generator.js';

const DISTRIBUTION: SignalPlusNoise = {
  dimension: 12,
  signalNorm: 3,
  noiseScale: 0.5,
  noisePatches: 2,
  positives: 0.5,
};

/** A sum of d products of numbers of order 1. */
const ROUNDING = 1e-13;

/** Standard errors a mean of many numbers may be off: a normal number beyond 6 has probability 2e-9. */
const STANDARD_ERRORS = 6;

function draw(changes: Partial<SignalPlusNoise>, n: number, seed: string): SignalPlusNoiseData {
  return drawSignalPlusNoise({ ...DISTRIBUTION, ...changes }, n, randomSource('signal', seed));
}

function patch({ inputs, patches, dimension: d }: SignalPlusNoiseData, i: number, p: number): Float64Array {
  const row = i * patches + p;
  return inputs.slice(row * d, (row + 1) * d);
}

function noisePatches(data: SignalPlusNoiseData): Float64Array[] {
  return Array.from({ length: data.sampleCount }, (_, i) =>
    Array.from({ length: data.patches - 1 }, (__, p) => patch(data, i, p + 1)),
  ).flat();
}

/** Number of labels +1. */
function positiveCount({ labels }: SignalPlusNoiseData): number {
  return labels.filter((y) => y === 1).length;
}

describe('drawSignalPlusNoise', () => {
  test('has y mu as first patch, of norm |mu|', () => {
    const data = draw({}, 20, 'first');
    expect(Math.abs(norm(data.signal) - 3)).toBeLessThan(ROUNDING);
    for (let i = 0; i < 20; i++) {
      expect(patch(data, i, 0)).toEqual(data.signal.map((x) => data.labels[i]! * x));
      expect(patch(data, i, 0)).not.toEqual(data.signal.map((x) => -data.labels[i]! * x));
    }
  });

  test.each([0, 3])(
    'has noise orthogonal to one direction, the one of mu if there is one (|mu| = %i)',
    (signalNorm) => {
      const data = draw({ signalNorm, dimension: 3 }, 40, 'orthogonal');
      const noise = noisePatches(data);
      expect(noise).toHaveLength(80);
      const [x, y] = [noise[0]!, noise[1]!];
      // In three dimensions two noises leave one direction: x cross y.
      const axis = Float64Array.from(
        [0, 1, 2],
        (a) => x[(a + 1) % 3]! * y[(a + 2) % 3]! - x[(a + 2) % 3]! * y[(a + 1) % 3]!,
      );
      for (const xi of noise) {
        expect(Math.abs(dot(xi, axis)) / norm(axis)).toBeLessThan(ROUNDING);
        expect(Math.abs(dot(xi, data.signal))).toBeLessThan(ROUNDING);
      }
      // Noise that is not projected is not orthogonal to it.
      expect(Math.abs(dot(Float64Array.of(1, 0, 0), axis)) / norm(axis)).toBeGreaterThan(ROUNDING);
    },
  );

  test('has noise of variance sp^2 in every direction orthogonal to mu, and none of it is lost', () => {
    const data = draw({}, 6000, 'variance');
    const noise = noisePatches(data);
    const unit = data.signal.map((x) => x / norm(data.signal));
    const random = randomSource('signal', 'directions');
    for (let k = 0; k < 5; k++) {
      const raw = Float64Array.from({ length: 12 }, () => random.normal());
      const along = dot(raw, unit);
      const projected = raw.map((x, a) => x - along * unit[a]!);
      const direction = projected.map((x) => x / norm(projected));
      const variance = noise.reduce((sum, xi) => sum + dot(xi, direction) ** 2, 0) / noise.length;
      // The square of a normal number has standard deviation sqrt 2 times its variance.
      const bound = STANDARD_ERRORS * 0.25 * Math.sqrt(2 / noise.length);
      expect(Math.abs(variance - 0.25)).toBeLessThan(bound);
      // Noise of all 12 dimensions scaled to the length of 11 is what this must tell apart.
      expect(0.25 - (0.25 * 11) / 12).toBeGreaterThan(bound);
    }
    // Total variance (d - 1) sp^2, with standard deviation sqrt(2 (d - 1)) sp^2 of one noise.
    const total = noise.reduce((sum, xi) => sum + dot(xi, xi), 0) / noise.length;
    const bound = STANDARD_ERRORS * 0.25 * Math.sqrt(22 / noise.length);
    expect(Math.abs(total - 11 * 0.25)).toBeLessThan(bound);
    expect(Math.abs(12 * 0.25 - 11 * 0.25)).toBeGreaterThan(bound);
  });

  test('has independent noises in patches and samples', () => {
    const noise = noisePatches(draw({}, 2000, 'independent'));
    const pairs = noise.slice(1).map((xi, k) => dot(xi, noise[k]!));
    const mean = pairs.reduce((sum, x) => sum + x, 0) / pairs.length;
    // <xi, xi'> has variance (d - 1) sp^4.
    const bound = (STANDARD_ERRORS * Math.sqrt(11) * 0.25) / Math.sqrt(pairs.length);
    expect(Math.abs(mean)).toBeLessThan(bound);
    expect(11 * 0.25).toBeGreaterThan(bound);
  });

  test.each([
    [10, 0.5, 5],
    [10, 0.34, 3],
    [7, 0.5, 4],
    [9, 0, 0],
    [9, 1, 9],
    [3, 0.9, 3],
    [1, 0.4, 0],
  ])('%i samples with a share of %f positives have %i', (n, positives, count) => {
    const data = draw({ positives }, n, 'balance');
    expect(positiveCount(data)).toBe(count);
    expect(data.labels.filter((y) => y === -1)).toHaveLength(n - count);
  });

  test('has its labels in random order: the first is +1 about half of the time', () => {
    const firsts = Array.from({ length: 400 }, (_, k) => draw({ dimension: 2 }, 4, `order ${k}`).labels[0]!);
    const mean = firsts.reduce((sum, y) => sum + y, 0) / firsts.length;
    const bound = STANDARD_ERRORS / Math.sqrt(firsts.length);
    expect(Math.abs(mean)).toBeLessThan(bound);
    // Labels in order would have mean 1.
    expect(1).toBeGreaterThan(bound);
  });

  test('gives the same data for the same seed, and other data for another', () => {
    expect(draw({}, 6, 'seed')).toEqual(draw({}, 6, 'seed'));
    expect(draw({}, 6, 'seed').inputs).not.toEqual(draw({}, 6, 'another seed').inputs);
  });

  test('uses a given signal again, for test samples', () => {
    const training = draw({}, 4, 'training');
    const test = drawSignalPlusNoise(DISTRIBUTION, 4, randomSource('signal', 'test'), training.signal);
    expect(test.signal).toEqual(training.signal);
    expect(test.inputs).not.toEqual(training.inputs);
    for (const xi of noisePatches(test)) expect(Math.abs(dot(xi, training.signal))).toBeLessThan(ROUNDING);
  });

  test.each([0, -1, 1.5, NaN])('throws RangeError for %f samples', (n) => {
    expect(() => draw({}, n, 'bad')).toThrow(
      new RangeError(`the number of samples must be an integer >= 1; got ${n}`),
    );
  });
});

describe('drawSignal', () => {
  test('has a uniformly random direction: every coordinate has mean square |mu|^2 / d', () => {
    const random = randomSource('signal', 'direction');
    const squares = new Float64Array(4);
    const draws = 3000;
    for (let k = 0; k < draws; k++) {
      drawSignal({ ...DISTRIBUTION, dimension: 4 }, random).forEach(
        (x, a) => (squares[a]! += (x * x) / draws),
      );
    }
    // u_a^2 on the sphere has variance 2 (d - 1) / (d^2 (d + 2)) = 1/16 for d = 4.
    const bound = (STANDARD_ERRORS * 9) / 4 / Math.sqrt(draws);
    for (const square of squares) expect(Math.abs(square - 9 / 4)).toBeLessThan(bound);
    expect(9 / 4).toBeGreaterThan(bound);
  });
});

describe('signalNormOf', () => {
  test('inverts SNR = |mu| / (sp sqrt d)', () => {
    expect(signalNormOf(0.5, 2, 16)).toBe(4);
    const length = signalNormOf(0.3, 0.7, 50);
    expect(Math.abs(length / (0.7 * Math.sqrt(50)) - 0.3)).toBeLessThan(1e-15);
    expect(signalNormOf(0, 1, 9)).toBe(0);
  });
});

describe('checkSignalPlusNoise', () => {
  test('accepts the extremes of every range', () => {
    checkSignalPlusNoise(DISTRIBUTION);
    checkSignalPlusNoise({ dimension: 2, signalNorm: 0, noiseScale: 1e-300, noisePatches: 1, positives: 0 });
    checkSignalPlusNoise({ ...DISTRIBUTION, positives: 1 });
  });

  test.each<[keyof SignalPlusNoise, number, string]>([
    ['dimension', 1, 'an integer >= 2'],
    ['dimension', 2.5, 'an integer >= 2'],
    ['dimension', NaN, 'an integer >= 2'],
    ['signalNorm', -0.1, 'a number >= 0'],
    ['signalNorm', NaN, 'a number >= 0'],
    ['signalNorm', Infinity, 'a number >= 0'],
    ['noiseScale', 0, 'a number > 0'],
    ['noiseScale', -1, 'a number > 0'],
    ['noiseScale', Infinity, 'a number > 0'],
    ['noisePatches', 0, 'an integer >= 1'],
    ['noisePatches', 1.5, 'an integer >= 1'],
    ['positives', -0.01, 'in [0, 1]'],
    ['positives', 1.01, 'in [0, 1]'],
    ['positives', NaN, 'in [0, 1]'],
  ])('throws RangeError for %s = %f', (field, value, allowed) => {
    const expected = new RangeError(`${field} must be ${allowed}; got ${value}`);
    expect(() => checkSignalPlusNoise({ ...DISTRIBUTION, [field]: value })).toThrow(expected);
    expect(() => draw({ [field]: value }, 3, 'bad')).toThrow(expected);
  });
});
