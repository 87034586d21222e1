import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LocationClaim } from '../src/harness/network-instance.js';
import { C3 } from '../theorems/C3.js';
import { PLAIN_SETTING } from '../theorems/draws/network-settings.js';
import { theoremProperties } from './theorem-property.js';

const { claim } = C3;
if (claim.kind !== 'location') throw new TypeError('C3 states a location');

/** The excess over 1 larger by three tenths. */
const enlarged: LocationClaim = { ...claim, limit: (setting) => 1.3 * claim.limit(setting) - 0.3 };

theoremProperties(C3, enlarged);

const limitAt = (n: number, d: number, signalToNoise: number): number =>
  claim.limit({ ...PLAIN_SETTING, samples: n, dimension: d, signalToNoise });

const sizes = { n: fc.integer({ min: 2, max: 1000 }), d: fc.integer({ min: 2, max: 10_000 }) };

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
      expect(claim.tolerance(setting)).toBeLessThan(5 * (1 / n + 1 / d) * claim.limit(setting));
    }),
    { seed: 3, numRuns: 1000 },
  );
});
