import { multiplyTransposedSymmetric } from '../linalg/multiply-transposed.js';
import { largestEigenvalue } from '../linalg/symmetric-eigen.js';
import { trace } from '../linalg/vectors.js';
import { normals, randomSource } from '../statistics/generator.js';
import { type Interval, medianInterval } from '../statistics/intervals.js';
import { criticalMixing } from '../theory/mean-curvature.js';
import { meanFieldStep } from '../theory/mean-field.js';
import { exactStability } from '../theory/operator/exact-stability.js';
import { emptySet, type FactorSet, rankOneSet, type ReducedProblem } from '../theory/problem.js';
import { reduceProblem } from '../theory/reduction.js';
import { drawnData } from './drawn-network.js';
import { rangeOutcome, withoutThreshold, type Examination, type Outcome } from './examination.js';
import type { NetworkInstance, NetworkSetting } from './instance.js';
import { type Claim, type ClaimKind, type ExaminationSettings, refutedVariants } from './theorem.js';

/** The median of a measured quantity lies at a limit, up to a tolerance that shrinks with the size. */
export interface LocationClaim extends Claim {
  readonly kind: 'location';
  limit(setting: NetworkSetting): number;
  /** Half-width of the interval around the limit; the rate of convergence is its dependence on n and d. */
  tolerance(setting: NetworkSetting, experiment: string): number;
}

/** Claims of a median: an exact interval for it against the limit. */
export const locationClaims: ClaimKind<LocationClaim, NetworkInstance> = {
  name: 'location',
  about: 'network',
  wording: {
    testedAs: () => 'interval for the median over many data sets against the limit with its tolerance',
  },
  certificates: () => 1,
  examine: examineLocation,
  experiments: ['coherence', 'largest-eigenvalue', 'mean-field-step', 'critical-step', 'critical-mixing'],
};

/**
 * Compares the claimed location of a measured quantity with an exact interval for its median over
 * `repeats` independent data sets; the same interval serves claim and wrong variants.
 */
function examineLocation(
  claim: LocationClaim,
  { experiment, setting }: NetworkInstance,
  { mutants, errorProbability }: ExaminationSettings,
): Examination {
  const values = Array.from({ length: setting.repeats }, (_, repeat) =>
    measured(experiment, setting, repeat),
  );
  const median = medianInterval(values, errorProbability);
  return withoutThreshold({
    outcome: outcomeOf(claim, median),
    evidence: `median of ${setting.repeats} data sets in [${median.low.toFixed(4)}, ${median.high.toFixed(4)}], predicted ${claim.limit(setting).toFixed(4)} +- ${claim.tolerance(setting, experiment).toFixed(4)}`,
    samples: setting.repeats,
    certificates: 1,
    refuted: refutedVariants(mutants, claim, (wrong) => outcomeOf(wrong, median) === 'contradict'),
  });

  /** Whether the median's interval lies inside the claimed one, apart from it, or neither. */
  function outcomeOf(tried: LocationClaim, interval: Interval): Outcome {
    const limit = tried.limit(setting);
    const tolerance = tried.tolerance(setting, experiment);
    return rangeOutcome(interval, limit - tolerance, limit + tolerance);
  }
}

/** The quantity of an experiment on data set number `repeat`. */
export function measured(experiment: string, setting: NetworkSetting, repeat: number): number {
  switch (experiment) {
    case 'mean-field-step':
      return meanFieldStep(gaussianProblem(setting, repeat))!;
    case 'critical-step':
      return exactStability(gaussianProblem(setting, repeat)).criticalStep().value;
    case 'critical-mixing': {
      const { retain, forget } = gaussianSets(setting, repeat);
      return criticalMixing(retain, forget);
    }
    default:
      return measuredSpectrum(experiment, setting, repeat);
  }
}

/** Independent standard normal samples of rank one: n - n_F retain and n_F forget samples in d dimensions. */
function gaussianSets({ samples, forget, dimension: d, seed }: NetworkSetting, repeat: number) {
  const random = randomSource('gaussian sets', seed, repeat);
  const set = (n: number): FactorSet => rankOneSet(normals(n * d, random), d);
  return { retain: set(samples - forget), forget: set(forget) };
}

/** Descent alone on a normal retain set with bernoulli batches, in coordinates of U. */
function gaussianProblem(setting: NetworkSetting, repeat: number): ReducedProblem {
  const { samples, dimension, batch = 1 } = setting;
  const sets = { ...gaussianSets(setting, repeat), forget: emptySet(dimension) };
  return reduceProblem({
    ...sets,
    alpha: 0,
    batch: { retain: Math.min(batch, samples), forget: 1 },
    sampling: 'bernoulli',
  });
}

/**
 * The quantity of an experiment on data set number `repeat`, from the Gram matrix of the whole inputs,
 * <x_i, x_k>/(sp^2 d), which is SNR^2 y y^T + Xi Xi^T/(sp^2 d) with one noise patch: its largest eigenvalue, or
 * the coherence lambda_1(S)/mean(S_ii) of S = |Gram|.
 *
 * @throws RangeError for an experiment that measures no spectrum.
 */
export function measuredSpectrum(experiment: string, setting: NetworkSetting, repeat: number): number {
  const { sampleCount: n, patches, dimension: d, inputs } = drawnData(setting, repeat);
  const scale = 1 / (setting.noiseScale ** 2 * d);
  const gram = multiplyTransposedSymmetric(inputs, inputs, n, patches * d);
  for (let ik = 0; ik < gram.length; ik++) gram[ik]! *= scale;
  switch (experiment) {
    case 'largest-eigenvalue':
      return largestEigenvalue(gram, n);
    case 'coherence':
      return largestEigenvalue(magnitudes(gram), n) / (trace(gram, n) / n);
    default:
      throw new RangeError(`${experiment} is no experiment about a spectrum`);
  }
}

function magnitudes(matrix: Float64Array): Float64Array {
  const out = new Float64Array(matrix.length);
  for (let k = 0; k < out.length; k++) out[k] = Math.abs(matrix[k]!);
  return out;
}
