import fc, { type Arbitrary } from 'fast-check';
import type { NetworkInstance, NetworkSetting } from '../../src/harness/instance.js';

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

/** Normal variates of one instance, which bounds its cost. */
const VARIATES = 250_000;

/**
 * Data sets of an instance. The exact interval of the median at an error of 1e-14 reaches 0.7 standard
 * deviations of a single measurement to each side with 250, 0.3 with 1000.
 */
const FEWEST = 250;
const MOST = 1000;

/** Sizes from n = 10, d = 10 up; the larger, the rarer. */
const sizes = fc.oneof(
  { weight: 20, arbitrary: rectangle([10, 30], [10, 60]) },
  { weight: 3, arbitrary: rectangle([30, 60], [10, 60]) },
  { weight: 3, arbitrary: rectangle([10, 20], [60, 200]) },
  { weight: 1, arbitrary: rectangle([30, 60], [60, 200]) },
);

type Range = readonly [min: number, max: number];

function rectangle(
  [fewestSamples, mostSamples]: Range,
  [lowest, highest]: Range,
): Arbitrary<{ samples: number; dimension: number }> {
  return fc.record({
    samples: fc.integer({ min: fewestSamples, max: mostSamples }),
    dimension: fc.integer({ min: lowest, max: highest }),
  });
}

/**
 * Settings of a statement about a spectrum of the Gram matrix, of every size.
 *
 * @param levels drawn strengths of the signal; @param signalToNoise SNR of a strength at a size.
 */
export function spectrumSettings(
  experiment: string,
  levels: Arbitrary<number>,
  signalToNoise: (level: number, n: number, d: number) => number,
): Arbitrary<NetworkInstance> {
  return fc
    .record({
      size: sizes,
      level: levels,
      noiseScale: fc.constantFrom(1, 0.5, 2),
      positives: fc.constantFrom(0.5, 1, 0.25),
      seed: seeds,
    })
    .map(({ size: { samples, dimension }, level, ...rest }) => ({
      experiment,
      setting: {
        ...PLAIN_SETTING,
        ...rest,
        samples,
        dimension,
        signalToNoise: signalToNoise(level, samples, dimension),
        repeats: Math.min(MOST, Math.max(FEWEST, Math.floor(VARIATES / (samples * dimension)))),
      },
    }));
}
