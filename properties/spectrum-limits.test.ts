import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { C3 } from '../theorems/C3.js';
import { C4 } from '../theorems/C4.js';
import { C7 } from '../theorems/C7.js';
import { C8 } from '../theorems/C8.js';
import { PLAIN_SETTING } from '../theorems/draws/network-settings.js';

const sizes = { n: fc.integer({ min: 2, max: 1000 }), d: fc.integer({ min: 2, max: 10_000 }) };

describe('the coherence of C3', () => {
  const { claim } = C3;

  const limitAt = (n: number, d: number, signalToNoise: number): number =>
    claim.limit({ ...PLAIN_SETTING, samples: n, dimension: d, signalToNoise });

  test('the limit increases with SNR from |mu| = sp, that is SNR = 1/sqrt d, on', () => {
    fc.assert(
      fc.property(fc.record({ ...sizes, level: fc.integer({ min: 0, max: 400 }) }), ({ n, d, level }) => {
        const lesser = (1 + level / 50) / Math.sqrt(d);
        const greater = (1 + (level + 1) / 50) / Math.sqrt(d);
        expect(limitAt(n, d, greater)).toBeGreaterThan(limitAt(n, d, lesser));
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  test('below it the limit falls first, by less than a share 1/(d+1) of its excess over 1', () => {
    fc.assert(
      fc.property(fc.record(sizes), ({ n, d }) => {
        const floor = limitAt(n, d, 0) - 1;
        const lowest = Math.min(
          ...Array.from({ length: 50 }, (_, k) => limitAt(n, d, (k + 1) / 50 / Math.sqrt(d)) - 1),
        );
        expect(lowest).toBeLessThan(floor);
        expect(lowest).toBeGreaterThan((floor * d) / (d + 1));
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('at SNR 0 it is the noise floor 1 + (n-1) sqrt(2/(pi d)), at large SNR n', () => {
    fc.assert(
      fc.property(fc.record(sizes), ({ n, d }) => {
        const floor = 1 + (n - 1) * Math.sqrt(2 / (Math.PI * d));
        expect(Math.abs(limitAt(n, d, 0) / floor - 1)).toBeLessThan(1e-14);
        expect(Math.abs(limitAt(n, d, 1e6) / n - 1)).toBeLessThan(1e-11);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('the tolerance is a share O(1/n + 1/d) of the limit, at every SNR', () => {
    fc.assert(
      fc.property(fc.record({ ...sizes, level: fc.integer({ min: 0, max: 100 }) }), ({ n, d, level }) => {
        const setting = { ...PLAIN_SETTING, samples: n, dimension: d, signalToNoise: level / 20 };
        // Its terms are 0.57/n, 1/d, 1.07/n and sqrt(2/(nd)) <= 0.71 (1/n + 1/d) of (n-1) E|N|/(1 + SNR^2), and 2/d.
        expect(claim.tolerance(setting, 'coherence')).toBeLessThan(
          5 * (1 / n + 1 / d) * claim.limit(setting),
        );
      }),
      { seed: 3, numRuns: 1000 },
    );
  });
});

describe('the largest eigenvalue of C4', () => {
  const { claim } = C4;

  function settingAt(n: number, d: number, theta: number) {
    return { ...PLAIN_SETTING, samples: n, dimension: d, signalToNoise: Math.sqrt(theta / n) };
  }

  const limitAt = (n: number, d: number, theta: number): number => claim.limit(settingAt(n, d, theta));

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
        const [small, large] = [1e5, 1e6].map((d) =>
          claim.tolerance(settingAt(g * d, d, theta), 'largest-eigenvalue'),
        ) as [number, number];
        expect(Math.abs(Math.log10(large / small) - rate)).toBeLessThan(0.02);
      }
    }
  });
});

describe('the threshold of C7', () => {
  const { claim } = C7;

  const settingAt = (n: number, d: number, batch: number) => ({
    ...PLAIN_SETTING,
    samples: n,
    dimension: d,
    batch,
  });

  const limitAt = (n: number, y: number, nu: number): number =>
    claim.limit(settingAt(n, y * n, n / (1 + nu)));

  const levels = {
    y: fc.integer({ min: 1, max: 150 }).map((k) => k / 50),
    nu: fc.integer({ min: 0, max: 400 }).map((k) => k / 20),
  };

  test('is where the mean field of the law of Marchenko and Pastur has radius 1, or its edge', () => {
    /** Cauchy transform of the limit law of X^T X/n, d/n -> y, outside its edge. */
    const transform = (z: number, y: number): number =>
      (z + y - 1 - Math.sqrt((z - 1 - y) ** 2 - 4 * y)) / (2 * y * z);
    fc.assert(
      fc.property(fc.record(levels), ({ y, nu }) => {
        const z = 2 / limitAt(1000, y, nu);
        const edge = (1 + Math.sqrt(y)) ** 2;
        if (nu * Math.sqrt(y) <= 1) expect(Math.abs(z / edge - 1)).toBeLessThan(1e-12);
        else if (nu * Math.sqrt(y) > 1.01) {
          expect(z).toBeGreaterThan(edge);
          expect(Math.abs(nu * y * (z * transform(z, y) - 1) - 1)).toBeLessThan(1e-6);
        }
      }),
      { seed: 5, numRuns: 1000 },
    );
  });

  test('is continuous at B_c = n/(1 + sqrt(n/d)), and falls with smaller batches', () => {
    for (const y of [0.1, 0.5, 1, 2]) {
      const critical = 1 / Math.sqrt(y);
      expect(limitAt(1000, y, critical * (1 + 1e-9)) / limitAt(1000, y, critical * (1 - 1e-9))).toBeCloseTo(
        1,
        8,
      );
      expect(limitAt(1000, y, 1.5 * critical)).toBeLessThan(limitAt(1000, y, critical));
      expect(limitAt(1000, y, 0.5 * critical)).toBe(limitAt(1000, y, 0));
    }
  });

  test('has a tolerance that shrinks like n^(-2/3) below twice the transition and like 1/n above', () => {
    for (const y of [0.25, 1]) {
      for (const [level, rate] of [
        [0.5, -2 / 3],
        [1.5, -2 / 3],
        [4, -1],
      ] as const) {
        const nu = level / Math.sqrt(y);
        const at = (n: number): number =>
          claim.tolerance(settingAt(n, y * n, n / (1 + nu)), 'mean-field-step');
        expect(Math.abs(Math.log10(at(1e6) / at(1e5)) - rate)).toBeLessThan(0.02);
      }
    }
  });
});

describe('the critical mixing of C8', () => {
  const { claim } = C8;

  const limitAt = (retain: number, forget: number, d: number): number =>
    claim.limit({ ...PLAIN_SETTING, samples: retain + forget, forget, dimension: d });

  test('is 0.1493 for 400, 200 samples in 100 dimensions, 1/2 for very many samples, 0 from y_R = 1 on', () => {
    expect(limitAt(400, 200, 100)).toBeCloseTo(0.1493, 4);
    expect(limitAt(1e9, 1e9, 10)).toBeCloseTo(0.5, 3);
    expect(limitAt(10, 20, 10)).toBe(0);
    expect(limitAt(9, 20, 10)).toBe(0);
  });

  test('has a tolerance that shrinks like n^(-2/3)', () => {
    const at = (n: number): number =>
      claim.tolerance({ ...PLAIN_SETTING, samples: 6 * n, forget: 2 * n, dimension: n }, 'critical-mixing');
    expect(Math.abs(Math.log10(at(1e6) / at(1e5)) + 2 / 3)).toBeLessThan(0.02);
  });
});
