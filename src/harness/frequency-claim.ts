import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import type { SignalPlusNoiseData } from '../network/signal-plus-noise.js';
import { proportionInterval } from '../statistics/intervals.js';
import { drawnData } from './drawn-network.js';
import { rangeOutcome, withoutThreshold, type Examination } from './examination.js';
import type { NetworkInstance } from './instance.js';
import { type Claim, type ClaimKind, type ExaminationSettings, variantsOf } from './theorem.js';

/** Noise of one drawn data set. */
export interface NoiseFeatures {
  /** n >= 2. */
  readonly sampleCount: number;
  readonly dimension: number;
  readonly noiseScale: number;
  /** n x n: inner products <xi_i, xi_k>. */
  readonly inner: Float64Array;
}

/** A bound that holds with probability at least 1 - delta over the noise. */
export interface FrequencyClaim extends Claim {
  readonly kind: 'frequency';
  /** True if the noise breaks the bound of the named experiment. */
  violated(experiment: string, noise: NoiseFeatures, delta: number): boolean;
}

/** Claims that a bound holds often enough: it is counted. */
export const frequencyClaims: ClaimKind<FrequencyClaim, NetworkInstance> = {
  name: 'frequency',
  about: 'network',
  wording: {
    testedAs: () =>
      'how often the bound is broken over many data sets, with an exact binomial interval, against delta',
  },
  // How often a bound is broken is another number for every variant.
  certificates: (variants) => 1 + variants,
  examine: examineFrequency,
  experiments: ['noise-inner-products', 'noise-norms'],
};

/**
 * Counts on how many of `repeats` independent data sets a bound is broken. The exact interval for the rate
 * decides against delta: above it, the bound does not hold with probability 1 - delta.
 */
function examineFrequency(
  claim: FrequencyClaim,
  { experiment, setting }: NetworkInstance,
  { mutants, errorProbability }: ExaminationSettings,
): Examination {
  const { repeats, delta } = setting;
  const variants = variantsOf(mutants, claim).map((variant) => ({ ...variant, broken: 0 }));
  let broken = 0;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const noise = noiseFeatures(drawnData(setting, repeat), setting.noiseScale);
    if (claim.violated(experiment, noise, delta)) broken++;
    for (const variant of variants) if (variant.claim.violated(experiment, noise, delta)) variant.broken++;
  }
  const rate = proportionInterval(broken, repeats, errorProbability);
  return withoutThreshold({
    outcome: rangeOutcome(rate, 0, delta),
    evidence: `${broken} of ${repeats} data sets break the bound: rate in [${rate.low.toFixed(4)}, ${rate.high.toFixed(4)}], delta ${delta}`,
    samples: repeats,
    certificates: 1 + mutants.length,
    // A rate that is not above delta has no lower bound above it.
    refuted: variants.flatMap((variant) =>
      variant.broken > delta * repeats &&
      rangeOutcome(proportionInterval(variant.broken, repeats, errorProbability), 0, delta) === 'contradict'
        ? [variant.id]
        : [],
    ),
  });
}

/** Quantities that a statement about the noise may use: inner products of the first noise patches of a drawn data set. */
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
