import { largestEigenvalue, smallestEigenvalue } from '../linalg/symmetric-eigen.js';
import { gradientGram } from '../network/output-gradients.js';
import { INITIAL_SCALE } from '../network/training.js';
import { medianInterval } from '../statistics/intervals.js';
import { risingTrend } from '../statistics/trend.js';
import { rankOneSet } from '../theory/factor-set.js';
import { meanCurvature, totalCurvature } from '../theory/mean-curvature.js';
import { curvatureGroups, type ReducedProblem } from '../theory/problem.js';
import { gramCoordinates } from '../theory/reduction.js';
import { drawnData, drawnNetwork, trainedMinimum } from './drawn-network.js';
import {
  type Examination,
  type ExaminationSettings,
  networkExamination,
  type Outcome,
} from './examination.js';
import type {
  BlockModel,
  BlockModelClaim,
  CurvatureExtremes,
  NetworkInstance,
  NetworkSetting,
} from './network-instance.js';

/** Relative rounding of eigenvalues of two matrices of up to 24 rows. */
const EIGENVALUE_ROUNDING = 1e-10;

/** The rate is compared with that at an SNR larger by this factor. */
const NEXT_SNR = 1.25;

/** Levels of SNR at which trained networks are compared. */
const LEVELS = [0.1, 0.7, 1.5, 4];

/** Compares the block model's eigenvalues with exact ones, or its relative escape rate with real networks. */
export function examineBlockModel(
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
  const nextSnr = setting.signalToNoise === 0 ? 0.05 : NEXT_SNR * setting.signalToNoise;
  const next = modelExtremes({ ...model, shared: nextSnr ** 2 }, labels, setting.forget);
  const change = relativeEscapeRate(next) / relativeEscapeRate(exact) - 1;
  const ordered = setting.alpha / setting.forget >= (1 - setting.alpha) / (setting.samples - setting.forget);
  const faults = (tried: BlockModelClaim): string[] => {
    const { lowestD, highestK } = tried.extremes(model);
    const scale = EIGENVALUE_ROUNDING * exact.highestK;
    return [
      ...(Math.abs(lowestD - exact.lowestD) <= scale
        ? []
        : [`lambda_min(D) claimed ${lowestD}, exactly ${exact.lowestD}`]),
      ...(Math.abs(highestK - exact.highestK) <= scale
        ? []
        : [`lambda_1(K) claimed ${highestK}, exactly ${exact.highestK}`]),
      ...(ordered && (tried.falling ? change > EIGENVALUE_ROUNDING : change < -EIGENVALUE_ROUNDING)
        ? [`the relative escape rate changes by ${change} from SNR ${setting.signalToNoise} to ${nextSnr}`]
        : []),
    ];
  };
  const found = faults(claim);
  return networkExamination({
    outcome: found.length > 0 ? 'contradict' : 'agree',
    evidence: found[0] ?? `equal to the eigenvalues of the ${labels.length} x ${labels.length} model`,
    samples: 0,
    certificates: 0,
    refuted: mutants.flatMap(({ id, claim: wrong }) =>
      wrong.kind === 'block-model' && faults(wrong).length > 0 ? [id] : [],
    ),
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
  const { low, high } = medianInterval(deviations, errorProbability);
  const tolerance = claim.tolerance(setting);
  return networkExamination({
    outcome: located(low, high, tolerance),
    evidence: `median deviation of the relative escape rate in [${low.toFixed(4)}, ${high.toFixed(4)}], allowed ${tolerance.toFixed(4)}`,
    samples: setting.repeats,
    certificates: 1,
    refuted: [],
  });
}

function located(low: number, high: number, tolerance: number): Outcome {
  if (low >= -tolerance && high <= tolerance) return 'agree';
  return low > tolerance || high < -tolerance ? 'contradict' : 'inconclusive';
}

/** Relative escape rates of trained networks over levels of SNR, by the exact trend test. */
function examineTrained(
  claim: BlockModelClaim,
  setting: NetworkSetting,
  { errorProbability, mutants }: ExaminationSettings,
): Examination {
  const rates = LEVELS.map((signalToNoise) =>
    Array.from({ length: setting.repeats }, (_, repeat) =>
      trainedEscapeRate({ ...setting, signalToNoise }, repeat),
    ),
  );
  // Both directions are tested.
  const level = errorProbability / 2;
  const falls = risingTrend(rates.map((group) => group.map((rate) => -rate))).probability <= level;
  const rises = risingTrend(rates).probability <= level;
  const outcome = (falling: boolean): Outcome => {
    if (!falls && !rises) return 'inconclusive';
    return falling === falls ? 'agree' : 'contradict';
  };
  const means = rates.map((group) => group.reduce((sum, rate) => sum + rate, 0) / group.length);
  return networkExamination({
    outcome: outcome(claim.falling),
    evidence: `mean relative escape rate after training at SNR ${LEVELS.join(', ')}: ${means.map((mean) => mean.toFixed(4)).join(', ')}`,
    samples: rates.length * setting.repeats,
    certificates: 1,
    refuted: mutants.flatMap(({ id, claim: wrong }) =>
      wrong.kind === 'block-model' && outcome(wrong.falling) === 'contradict' ? [id] : [],
    ),
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
export function relativeEscapeRate({ lowestD, highestK }: CurvatureExtremes): number {
  return -lowestD / highestK;
}

/**
 * Extreme eigenvalues of D and K of rank-one samples with a given Gram matrix (n x n); the first `forget`
 * samples are the forget set, the others the retain set.
 */
export function gramExtremes(
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
  }).filter(({ weight, samples }) => weight > 0 && samples.sampleCount > 0);
  return curvatureExtremes({ dimension, alpha, sampling: 'bernoulli', groups });
}

/** Extreme eigenvalues of D and K of a problem. */
export function curvatureExtremes(problem: ReducedProblem): CurvatureExtremes {
  return {
    lowestD: smallestEigenvalue(meanCurvature(problem), problem.dimension),
    highestK: largestEigenvalue(totalCurvature(problem), problem.dimension),
  };
}
