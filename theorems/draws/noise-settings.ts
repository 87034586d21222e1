import fc, { type Arbitrary } from 'fast-check';
import type { NetworkInstance } from '../../src/harness/network-claim.js';
import { PLAIN_SETTING, seeds } from './network-settings.js';

/** Normal variates of one instance, which bounds its cost; a rare large one may have more. */
const VARIATES = 400_000;

/**
 * Data sets for every delta: true rates are so far below it (a fifth of it, a twentieth for the norms) that this
 * many tell them from it at an error of 1e-15.
 */
const REPEATS_TIMES_DELTA = { any: 100, norms: 50 };

/** What every setting of noise varies. */
const common = {
  signalToNoise: fc.constantFrom(0, 0.5, 2),
  noiseScale: fc.constantFrom(1, 0.5, 2),
  positives: fc.constantFrom(0.5, 0, 0.25),
  seed: seeds,
};

const small: Arbitrary<NetworkInstance> = fc
  .record({
    ...common,
    experiment: fc.constantFrom('noise-inner-products' as const, 'noise-norms' as const),
    samples: fc.oneof(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 13, max: 40 })),
    dimension: fc.oneof(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 13, max: 200 })),
    delta: fc.constantFrom(0.5, 0.3, 0.2, 0.1, 0.05),
  })
  .map(({ experiment, dimension, ...rest }) => {
    const repeats = Math.ceil(REPEATS_TIMES_DELTA.any / rest.delta);
    const affordable = Math.max(2, Math.floor(VARIATES / (repeats * rest.samples)));
    return {
      experiment,
      setting: { ...PLAIN_SETTING, ...rest, dimension: Math.min(dimension, affordable), repeats },
    };
  });

/** Many samples in many dimensions, where the norms are nearly normal and their bound is tightest. */
const large: Arbitrary<NetworkInstance> = fc
  .record({
    ...common,
    samples: fc.integer({ min: 40, max: 60 }),
    dimension: fc.integer({ min: 200, max: 400 }),
    delta: fc.constantFrom(0.3, 0.2),
  })
  .map((rest) => ({
    experiment: 'noise-norms',
    setting: { ...PLAIN_SETTING, ...rest, repeats: Math.ceil(REPEATS_TIMES_DELTA.norms / rest.delta) },
  }));

/** Settings of a statement about the noise that holds with probability 1 - delta. */
export const noiseSettings: Arbitrary<NetworkInstance> = fc.oneof(
  { weight: 60, arbitrary: small },
  { weight: 1, arbitrary: large },
);
