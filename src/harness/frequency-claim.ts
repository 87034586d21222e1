import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import type { SignalPlusNoiseData } from '../network/signal-plus-noise.js';
import { type Interval, proportionInterval } from '../statistics/intervals.js';
import { drawnData } from './drawn-network.js';
import {
  type Examination,
  type ExaminationSettings,
  networkExamination,
  type Outcome,
} from './examination.js';
import type { FrequencyClaim, NetworkInstance, NoiseFeatures } from './network-instance.js';

/**
 * Counts on how many of `repeats` independent data sets a bound is broken. The exact interval for the rate
 * decides against delta: above it, the bound does not hold with probability 1 - delta.
 */
export function examineFrequency(
  claim: FrequencyClaim,
  { experiment, setting }: NetworkInstance,
  { mutants, errorProbability }: ExaminationSettings,
): Examination {
  const { repeats, delta } = setting;
  const variants = mutants.flatMap(({ id, claim: wrong }) =>
    wrong.kind === 'frequency' ? [{ id, claim: wrong, broken: 0 }] : [],
  );
  let broken = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const noise = noiseFeatures(drawnData(setting, repeat), setting.noiseScale);
    if (claim.violated(experiment, noise, delta)) broken++;
    for (const variant of variants) if (variant.claim.violated(experiment, noise, delta)) variant.broken++;
  }
  const rate = proportionInterval(broken, repeats, errorProbability);
  return networkExamination({
    outcome: outcomeOf(rate, delta),
    evidence: `${broken} of ${repeats} data sets break the bound: rate in [${rate.low.toFixed(4)}, ${rate.high.toFixed(4)}], delta ${delta}`,
    samples: repeats,
    certificates: 1 + mutants.length,
    // A rate that is not above delta has no lower bound above it.
    refuted: variants.flatMap((variant) =>
      variant.broken > delta * repeats &&
      outcomeOf(proportionInterval(variant.broken, repeats, errorProbability), delta) === 'contradict'
        ? [variant.id]
        : [],
    ),
  });
}

function outcomeOf(rate: Interval, delta: number): Outcome {
  if (rate.high <= delta) return 'agree';
  return rate.low > delta ? 'contradict' : 'inconclusive';
}

/** What a statement about the noise may use: inner products of the first noise patches of a drawn data set. */
export function noiseFeatures(data: SignalPlusNoiseData, noiseScale: number): NoiseFeatures {
  const { sampleCount: n, patches, dimension: d, inputs } = data;
  const noise = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const from = (i * patches + 1) * d;
    noise.set(inputs.subarray(from, from + d), i * d);
  }
  return {
    sampleCount: n,
    dimension: d,
    noiseScale,
    inner: multiplyTransposedSymmetric(noise, noise, n, d),
  };
}
