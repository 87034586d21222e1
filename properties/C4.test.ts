import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LocationClaim } from '../src/harness/network-instance.js';
import { C4 } from '../theorems/C4.js';
import { PLAIN_SETTING } from '../theorems/draws/network-settings.js';
import { theoremProperties } from './theorem-property.js';

const { claim } = C4;
if (claim.kind !== 'location') throw new TypeError('C4 states a location');

/** The edge whatever the signal. */
const withoutSpike: LocationClaim = {
  ...claim,
  limit: (setting) => claim.limit({ ...setting, signalToNoise: 0 }),
};

theoremProperties(C4, withoutSpike);

function settingAt(n: number, d: number, theta: number) {
  return { ...PLAIN_SETTING, samples: n, dimension: d, signalToNoise: Math.sqrt(theta / n) };
}

const limitAt = (n: number, d: number, theta: number): number => claim.limit(settingAt(n, d, theta));

const sizes = { n: fc.integer({ min: 2, max: 1000 }), d: fc.integer({ min: 2, max: 10_000 }) };

test('at the transition the spike leaves the edge continuously, with slope 0', () => {
  fc.assert(
    fc.property(fc.record(sizes), ({ n, d }) => {
      const g = n / d;
      const critical = g + Math.sqrt(g);
      const edge = limitAt(n, d, 0);
      expect(limitAt(n, d, critical * (1 - 1e-9))).toBe(edge);
      const rise = limitAt(n, d, critical * (1 + 1e-4)) - edge;
      expect(rise).toBeGreaterThan(0);
      // The curvature of theta + theta/(theta - g) there is 2/sqrt g.
      expect(Math.abs(rise / ((1e-4 * critical) ** 2 / Math.sqrt(g)) - 1)).toBeLessThan(1e-2);
    }),
    { seed: 4, numRuns: 300 },
  );
});

test('the limit is the point outside the edge where the Cauchy transform of the noise is 1/theta', () => {
  /** The smaller root m of g z m^2 - (z + g - 1) m + 1 = 0, the transform of Marchenko and Pastur's law. */
  const transform = (z: number, g: number): number => {
    const b = z + g - 1;
    return 2 / (b + Math.sqrt(b * b - 4 * g * z));
  };
  fc.assert(
    fc.property(fc.record({ ...sizes, level: fc.integer({ min: 1, max: 500 }) }), ({ n, d, level }) => {
      const g = n / d;
      const theta = (g + Math.sqrt(g)) * (1 + level / 50);
      expect(Math.abs(theta * transform(limitAt(n, d, theta), g) - 1)).toBeLessThan(1e-9);
      // With inner products of signal and noise the spike would be elsewhere.
      expect(Math.abs(theta * transform((1 + theta) * (1 + g / theta), g) - 1)).toBeGreaterThan(1e-5);
    }),
    { seed: 4, numRuns: 1000 },
  );
});

test('the tolerance shrinks like n^(-2/3) up to the transition and like n^(-1/2) above it, at fixed g', () => {
  for (const g of [0.1, 0.5, 1, 3]) {
    for (const [ratio, rate] of [
      [0, -2 / 3],
      [0.9, -2 / 3],
      [1.1, -1 / 2],
      [10, -1 / 2],
    ] as const) {
      const theta = ratio * (g + Math.sqrt(g));
      const [small, large] = [1e5, 1e6].map((d) => claim.tolerance(settingAt(g * d, d, theta))) as [
        number,
        number,
      ];
      expect(Math.abs(Math.log10(large / small) - rate)).toBeLessThan(0.02);
    }
  }
});
