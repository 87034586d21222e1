import { describe, expect, test } from 'vitest';
import { drawnData } from '../src/harness/drawn-network.js';
import { noiseFeatures, type NoiseFeatures } from '../src/harness/frequency-claim.js';
import { C2 } from '../theorems/C2.js';
import { PLAIN_SETTING } from '../theorems/draws/network-settings.js';

const { claim } = C2;

describe('the bounds of C2 are broken exactly beyond their values', () => {
  const delta = 0.25;
  const n = 3;
  const d = 7;
  const sp = 2;

  /** Noises of squared lengths 4 (d-1), orthogonal but for the first and the last. */
  function features(product: number, lastSquare: number): NoiseFeatures {
    const square = sp ** 2 * (d - 1);
    const inner = Float64Array.of(square, 0, product, 0, square, 0, product, 0, lastSquare);
    return { sampleCount: n, dimension: d, noiseScale: sp, inner };
  }

  const square = sp ** 2 * (d - 1);
  const innerBound = sp * Math.sqrt(square) * Math.sqrt(2 * Math.log((n * (n - 1)) / delta));
  const x = Math.log((2 * n) / delta);
  const normBound = 2 * Math.sqrt((d - 1) * x) + 2 * x;

  test.each([1, -1])('inner products, of either sign (%i)', (sign) => {
    const broken = (factor: number): boolean =>
      claim.violated('noise-inner-products', features(sign * factor * innerBound, square), delta);
    expect([broken(0.999), broken(1.001)]).toEqual([false, true]);
  });

  test('norms, above and below', () => {
    const broken = (factor: number): boolean =>
      claim.violated('noise-norms', features(0, sp ** 2 * (d - 1 + factor * normBound)), delta);
    expect([broken(0.999), broken(1.001)]).toEqual([false, true]);
    // Below, the bound bites only where it is less than d - 1.
    const low = (lastSquare: number): boolean => {
      const wide = 400;
      const inner = Float64Array.of(lastSquare, 0, 0, wide - 1);
      return claim.violated('noise-norms', { sampleCount: 2, dimension: wide, noiseScale: 1, inner }, delta);
    };
    const xOfTwo = Math.log(4 / delta);
    const lowest = 399 - 2 * Math.sqrt(399 * xOfTwo) - 2 * xOfTwo;
    expect([low(lowest + 0.1), low(lowest - 0.1)]).toEqual([false, true]);
  });
});

test('the bounds do not depend on the unit of length', () => {
  for (const experiment of ['noise-inner-products', 'noise-norms'] as const) {
    for (let repeat = 0; repeat < 200; repeat++) {
      const setting = { ...PLAIN_SETTING, samples: 6, dimension: 4, delta: 0.9 };
      const one = noiseFeatures(drawnData(setting, repeat), 1);
      const other = { ...one, noiseScale: 3, inner: one.inner.map((x) => 9 * x) };
      expect(claim.violated(experiment, other, 0.9)).toBe(claim.violated(experiment, one, 0.9));
    }
  }
});
