import { largestEigenvalue, smallestEigenvalue } from '../linalg/symmetric-eigen.js';
import { gradientGram } from '../network/output-gradients.js';
import { INITIAL_SCALE } from '../network/training.js';
import { medianInterval } from '../statistics/intervals.js';
import { significantTrend } from '../statistics/rank-tests.js';
import { curvatureGroups, rankOneSet, type ReducedProblem } from '../theory/problem.js';
import { meanCurvature, totalCurvature } from '../theory/mean-curvature.js';
import { gramCoordinates } from '../theory/reduction.js';
import { drawnData, drawnNetwork, repeatsOfLevel, trainedMinimum } from './drawn-network.js';
import {
  rangeOutcome,
  trendOutcome,
  withoutThreshold,
  type Examination,
  type Outcome,
} from './examination.js';
import type { NetworkInstance, NetworkSetting } from './instance.js';
import { type Claim, type ClaimKind, type ExaminationSettings, refutedVariants } from './theorem.js';

/** Extreme eigenvalues of D and K of a network's samples. */
export interface CurvatureExtremes {
  readonly lowestD: number;
  readonly highestK: number;
}

/** Retain and forget samples of one class. */
export interface ClassCounts {
  readonly retain: number;
  readonly forget: number;
}

/** Gram = c [same class] + tau [i = k], with the weights of the sets in the step. */
export interface BlockModel {
  /** c: inner product of two samples of one class. */
  readonly shared: number;
  /** tau > 0: what a sample has to itself. */
  readonly own: number;
  readonly classes: readonly ClassCounts[];
  readonly alpha: number;
}

/** Where and how the change of the relative escape rate with SNR is tried. */
export interface SnrTrend {
  /** The hypothesis of the change. */
  applies(setting: NetworkSetting): boolean;
  /** The SNR at which the rate of the model is compared with that at the given one. */
  nextSnr(signalToNoise: number): number;
  /** Levels of SNR at which trained networks are compared. */
  readonly levels: readonly number[];
}

/** Extreme eigenvalues of D and K of the block model, and how near real networks are to it. */
export interface BlockModelClaim extends Claim {
  readonly kind: 'block-model';
  extremes(model: BlockModel): CurvatureExtremes;
  /** Relative rounding of the eigenvalues of two matrices. */
  readonly rounding: number;
  /** Relative tolerance of |lambda_min(D)|/lambda_1(K) of a network to that of the model. */
  tolerance(setting: NetworkSetting): number;
  /** True if the relative escape rate is claimed to fall as SNR rises; wrong variants may claim the opposite. */
  readonly falling: boolean;
  readonly fall: SnrTrend;
}

/** Claims of the block model: its exact eigenvalues, and real networks before and after training. */
export const blockModelClaims: ClaimKind<BlockModelClaim, NetworkInstance> = {
  name: 'block-model',
  about: 'network',
  wording: {
    testedAs: () => 'exact eigenvalues of the block model, and real networks before and after training',
  },
  // An interval for a median or a rank test serves a claim and its variants alike.
  certificates: () => 1,
  examine: examineBlockModel,
  experiments: ['block-model', 'initial-network', 'trained-network'],
};

/** Compares the block model's eigenvalues with exact ones, or its relative escape rate with real networks. */
function examineBlockModel(
  claim: BlockModelClaim,
  instance: NetworkInstance,
  settings: ExaminationSettings,
): Examination {
  switch (instance.experiment) {
    case 'initial-network':
      return examineInitial(claim, instance.setting, settings);
    case 'trained-network':
      return examineTrained(claim, instance.setting, settings);
    default:
      return examineExactly(claim, instance.setting, settings);
  }
}

/** Eigenvalues of the whole n x n model against those claimed, and the direction in which the rate moves with SNR. */
function examineExactly(
  claim: BlockModelClaim,
  setting: NetworkSetting,
  { mutants }: ExaminationSettings,
): Examination {
  const { labels } = drawnData(setting);
  const model = blockModel(setting, labels);
  const exact = modelExtremes(model, labels, setting.forget);
  const nextSnr = claim.fall.nextSnr(setting.signalToNoise);
  const next = modelExtremes({ ...model, shared: nextSnr ** 2 }, labels, setting.forget);
  const change = relativeEscapeRate(next) / relativeEscapeRate(exact) - 1;
  const faults = (tried: BlockModelClaim): string[] => {
    const { lowestD, highestK } = tried.extremes(model);
    const scale = claim.rounding * exact.highestK;
    return [
      ...(Math.abs(lowestD - exact.lowestD) <= scale
        ? []
        : [`lambda_min(D) claimed ${lowestD}, exactly ${exact.lowestD}`]),
      ...(Math.abs(highestK - exact.highestK) <= scale
        ? []
        : [`lambda_1(K) claimed ${highestK}, exactly ${exact.highestK}`]),
      ...(tried.fall.applies(setting) && (tried.falling ? change > claim.rounding : change < -claim.rounding)
        ? [`the relative escape rate changes by ${change} from SNR ${setting.signalToNoise} to ${nextSnr}`]
        : []),
    ];
  };
  const found = faults(claim);
  return withoutThreshold({
    outcome: found.length > 0 ? 'contradict' : 'agree',
    evidence: found[0] ?? `equal to the eigenvalues of the ${labels.length} x ${labels.length} model`,
    samples: 0,
    certificates: 0,
    refuted: refutedVariants(mutants, claim, (wrong) => faults(wrong).length > 0),
  });
}

/** Relative escape rates of networks with random weights over that of the model with their class counts. */
function examineInitial(
  claim: BlockModelClaim,
  setting: NetworkSetting,
  { errorProbability }: ExaminationSettings,
): Examination {
  const deviations = Array.from({ length: setting.repeats }, (_, repeat) => {
    const data = drawnData(setting, repeat);
    const { network, weights } = drawnNetwork(setting, INITIAL_SCALE, repeat);
    const gram = gradientGram(network, weights, data);
    const real = gramExtremes(gram, setting.samples, setting.forget, setting.alpha);
    const claimed = claim.extremes(blockModel(setting, data.labels));
    return relativeEscapeRate(real) / relativeEscapeRate(claimed) - 1;
  });
  const interval = medianInterval(deviations, errorProbability);
  const tolerance = claim.tolerance(setting);
  return withoutThreshold({
    outcome: rangeOutcome(interval, -tolerance, tolerance),
    evidence: `median deviation of the relative escape rate in [${interval.low.toFixed(4)}, ${interval.high.toFixed(4)}], allowed ${tolerance.toFixed(4)}`,
    samples: setting.repeats,
    certificates: 1,
    refuted: [],
  });
}

/**
 * Relative escape rates of trained networks over levels of SNR, by the exact trend test. Its null law is that of
 * independent values, so that every level has networks of its own.
 */
function examineTrained(
  claim: BlockModelClaim,
  setting: NetworkSetting,
  { errorProbability, mutants }: ExaminationSettings,
): Examination {
  const { levels } = claim.fall;
  const rates = levels.map((signalToNoise, level) =>
    repeatsOfLevel(level, setting).map((repeat) => trainedEscapeRate({ ...setting, signalToNoise }, repeat)),
  );
  const found = significantTrend(rates, errorProbability);
  const outcome = ({ falling }: BlockModelClaim): Outcome =>
    trendOutcome(falling ? 'falling' : 'rising', found);
  const means = rates.map((group) => group.reduce((sum, rate) => sum + rate, 0) / group.length);
  return withoutThreshold({
    outcome: outcome(claim),
    evidence: `mean relative escape rate after training at SNR ${levels.join(', ')}: ${means.map((mean) => mean.toFixed(4)).join(', ')}`,
    samples: rates.length * setting.repeats,
    certificates: 1,
    refuted: refutedVariants(mutants, claim, (wrong) => outcome(wrong) === 'contradict'),
  });
}

/** Relative escape rate at the minimum of one trained network; 0 if it does not interpolate. */
function trainedEscapeRate(setting: NetworkSetting, repeat: number): number {
  const minimum = trainedMinimum(setting, repeat);
  return minimum ? relativeEscapeRate(curvatureExtremes(minimum.local.reduced)) : 0;
}

/** The model with tau = 1, c = SNR^2 and the class counts of the labels; the first samples are forgotten. */
function blockModel({ signalToNoise, forget, alpha }: NetworkSetting, labels: Float64Array): BlockModel {
  const classes = [1, -1].map((label) => {
    const members = [...labels.keys()].filter((i) => labels[i] === label);
    const forgotten = members.filter((i) => i < forget).length;
    return { retain: members.length - forgotten, forget: forgotten };
  });
  return { shared: signalToNoise ** 2, own: 1, classes, alpha };
}

/** Exact extremes from the n x n Gram matrix c [same class] + tau [i = k]. */
function modelExtremes(
  { shared, own, alpha }: BlockModel,
  labels: Float64Array,
  forget: number,
): CurvatureExtremes {
  const n = labels.length;
  const gram = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      gram[i * n + k] = (labels[i] === labels[k] ? shared : 0) + (i === k ? own : 0);
    }
  }
  return gramExtremes(gram, n, forget, alpha);
}

/** |lambda_min(D)| / lambda_1(K). */
function relativeEscapeRate({ lowestD, highestK }: CurvatureExtremes): number {
  return -lowestD / highestK;
}

/**
 * Extreme eigenvalues of D and K of rank-one samples with a given Gram matrix (n x n); the first `forget`
 * samples are the forget set, the others the retain set.
 */
function gramExtremes(
  gram: Float64Array,
  sampleCount: number,
  forget: number,
  alpha: number,
): CurvatureExtremes {
  const { dimension, coordinates } = gramCoordinates(gram, sampleCount);
  const rows = (from: number, to: number) =>
    rankOneSet(coordinates.slice(from * dimension, to * dimension), dimension);
  const groups = curvatureGroups({
    retain: rows(forget, sampleCount),
    forget: rows(0, forget),
    alpha,
    batch: { retain: sampleCount - forget, forget },
    sampling: 'bernoulli',
  }).filter(({ weight, samples }) => weight > 0 && samples.sampleCount > 0);
  return curvatureExtremes({ dimension, alpha, groups });
}

/** Extreme eigenvalues of D and K of a problem. */
function curvatureExtremes(problem: ReducedProblem): CurvatureExtremes {
  return {
    lowestD: smallestEigenvalue(meanCurvature(problem), problem.dimension),
    highestK: largestEigenvalue(totalCurvature(problem), problem.dimension),
  };
}
