import fc, { type Arbitrary } from 'fast-check';
import type { NetworkSetting } from '../../src/harness/network-claim.js';

/** A setting with what an experiment does not use at its simplest value. */
export const PLAIN_SETTING: NetworkSetting = {
  samples: 2,
  forget: 0,
  dimension: 2,
  width: 1,
  signalToNoise: 1,
  noiseScale: 1,
  noisePatches: 1,
  positives: 0.5,
  alpha: 0,
  delta: 0.5,
  repeats: 1,
  seed: 0,
};

export const seeds: Arbitrary<number> = fc.integer({ min: 0, max: 0x7fffffff });
