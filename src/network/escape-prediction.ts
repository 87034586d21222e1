import { largestEigenvalue, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { matrixTimesVector, norm } from '../linalg/vectors.js';
import type { RandomSource } from '../statistics/generator.js';
import { meanCurvature, totalCurvature } from '../theory/mean-curvature.js';
import type { BatchSizes, ReducedProblem, UnlearningProblem } from '../theory/problem.js';
import type { UnlearningSettings } from './experiment-settings.js';
import { type ForgetSplit, fullBatches } from './forget-set.js';
import {
  drift,
  type ForgettingSettings,
  insideDisplacement,
  type Linearisation,
  localProblem,
  type TrainedNetwork,
} from './linearisation.js';
import { activationMargin } from './patch-network.js';

/** When a run counts as escaped: at a distance from w*, or at a multiple of the distance it started from. */
export type EscapeThreshold = { readonly factor: number } | { readonly distance: number };

/**
 * The distance of a threshold.
 *
 * @throws RangeError for a factor <= 1, a distance <= 0, or a factor of a start at w* itself.
 */
export function escapeDistance(threshold: EscapeThreshold, startDistance: number): number {
  if ('distance' in threshold) {
    if (threshold.distance > 0) return threshold.distance;
    throw new RangeError(`the distance of escape must be > 0; got ${threshold.distance}`);
  }
  const { factor } = threshold;
  if (!(factor > 1)) throw new RangeError(`the factor of escape must be > 1; got ${factor}`);
  if (!(startDistance > 0)) {
    throw new RangeError(`a factor of escape needs a start away from w*; it is at distance ${startDistance}`);
  }
  return factor * startDistance;
}

/** Path of one displacement under the linear dynamics of full batches. */
interface EscapePrediction {
  /** lambda_min(D). */
  readonly lowest: number;
  /** Its unit eigenvector, in r coordinates: the direction that grows at that rate from the first step on. */
  readonly direction: Float64Array;
  /**
   * Growth of log|delta_k| per step in the long run, max_a log|1 - eta d_a|: log(1 - eta lambda_min(D)) for
   * step sizes up to 2/(lambda_max + lambda_min).
   */
  readonly growth: number;
  /** log|delta_k|; -Infinity for no displacement. */
  readonly logDistance: (k: number) => number;
  /** First k with |delta_k| at the threshold or beyond, null if there is none. */
  readonly escapeStep: number | null;
}

/**
 * delta_k = (I - eta D)^k delta_0, in the eigenbasis of D:
 *
 *   |delta_k|^2 = sum_a (1 - eta d_a)^{2k} c_a^2.
 *
 * @param displacement delta_0 in r coordinates; what is outside U does not move and is no part of it.
 * @throws RangeError for batches that are not full, or a threshold that makes no sense.
 */
export function escapePrediction(
  problem: ReducedProblem,
  eta: number,
  displacement: Float64Array,
  threshold: EscapeThreshold,
): EscapePrediction {
  requireFullBatches(problem);
  const r = problem.dimension;
  const { values, rows } = symmetricEigen(meanCurvature(problem), r);
  const logGrowths = values.map((d) => Math.log(Math.abs(1 - eta * d)));
  const logParts = matrixTimesVector(rows, displacement).map((c) => Math.log(Math.abs(c)));
  const target = Math.log(escapeDistance(threshold, norm(displacement)));
  const growth = Math.max(...logGrowths);
  return {
    lowest: values[0] ?? 0,
    direction: rows.slice(0, r),
    growth,
    logDistance,
    escapeStep: firstStep(),
  };

  function logDistance(k: number): number {
    // At k = 0 a factor of 0 (eta d_a = 1) counts as 1.
    const logs = logParts.map((part, a) => (k === 0 ? part : part + k * logGrowths[a]!));
    const largest = logs.reduce((x, y) => Math.max(x, y), -Infinity);
    if (largest === -Infinity) return -Infinity;
    return largest + Math.log(logs.reduce((sum, x) => sum + Math.exp(2 * (x - largest)), 0)) / 2;
  }

  /** log|delta_k| is convex in k, so from the first step beyond the threshold on all are: bisection. */
  function firstStep(): number | null {
    if (logDistance(0) >= target) return 0;
    const reaching = logGrowths.some((log, a) => log > 0 && logParts[a]! > -Infinity);
    if (!reaching) return null;
    let below = 0;
    let beyond = 1;
    for (; logDistance(beyond) < target; beyond *= 2) below = beyond;
    while (beyond - below > 1) {
      const middle = Math.floor((below + beyond) / 2);
      if (logDistance(middle) < target) below = middle;
      else beyond = middle;
    }
    return beyond;
  }
}

/**
 * Predictions without batch noise hold for batches that are the whole sets, each sample once.
 *
 * @throws RangeError naming the first set with smaller or random batches.
 */
function requireFullBatches({ groups }: ReducedProblem): void {
  for (const { name, batchSize, sampling, samples } of groups) {
    if (batchSize !== samples.sampleCount) {
      throw new RangeError(`the ${name} batch must be all ${samples.sampleCount} samples; got ${batchSize}`);
    }
    if (sampling === 'with-replacement' && batchSize > 1) {
      throw new RangeError(`${sampling} sampling repeats samples even in a batch of all ${batchSize}`);
    }
  }
}

/** Linear prediction of the unlearning of a trained network, and the start of its run. */
export interface LinearPrediction {
  readonly local: Linearisation;
  /** Both sets in common coordinates, also where one has weight zero. */
  readonly problem: UnlearningProblem;
  readonly settings: ForgettingSettings;
  readonly eta: number;
  /** lambda_min(D), lambda_max(D) on U, lambda_1(K). */
  readonly lowestD: number;
  readonly highestD: number;
  readonly highestK: number;
  /** |lambda_min(D)|/lambda_1(K), 0 if D has no negative eigenvalue. */
  readonly relativeEscapeRate: number;
  /** max_a log|1 - eta d_a|: growth of log|E delta_k| per step in the long run. */
  readonly growth: number;
  /** W can move so far before an activation flips. */
  readonly activationMargin: number;
  /** delta_0 in r coordinates, in a random direction of U. */
  readonly displacement: Float64Array;
  /** |delta_0|. */
  readonly displacementLength: number;
  /** Distance from w* that counts as escape. */
  readonly escapeDistance: number;
  /** |g|, g the mean unlearning gradient at w*: 0 at a minimum that interpolates. */
  readonly driftLength: number;
  /** |D^-1 g|: where the mean of a stable run comes to rest; null if D is not positive on U. */
  readonly restDistance: number | null;
}

/** Settings of the step and of the start, without how long to run, on what, and beside what. */
type LinearisedSettings = Omit<UnlearningSettings, 'forget' | 'forgetCount' | 'steps' | 'retrained'>;

/** Displacements below this share of |w*| are lost in the rounding of W. */
export const SMALLEST_DISPLACEMENT = 1e-10;

/** Eigenvalues of D below this share of lambda_1(K) are rounding. */
const EIGENVALUE_ROUNDING = 1e-12;

/** Batches as given, or all samples. */
function batchesOf({ batchRetain, batchForget }: LinearisedSettings, split: ForgetSplit): BatchSizes {
  const full = fullBatches(split);
  return { retain: batchRetain ?? full.retain, forget: batchForget ?? full.forget };
}

/**
 * Linear prediction from a random start.
 *
 * @returns null if no sample has any curvature: nothing moves the network, or nothing is linear about it.
 */
export function linearPrediction(
  trained: TrainedNetwork,
  split: ForgetSplit,
  unlearning: LinearisedSettings,
  random: RandomSource,
): LinearPrediction | null {
  const { alpha, sampling, factor } = unlearning;
  const settings = { alpha, sampling, batch: batchesOf(unlearning, split) };
  const local = localProblem(trained, split, settings);
  const { reduced } = local;
  const r = reduced.dimension;
  if (r === 0) return null;
  const { values, rows } = symmetricEigen(meanCurvature(reduced), r);
  const highestK = largestEigenvalue(totalCurvature(reduced), r);
  const eta = unlearning.eta ?? 0.5 / highestK;
  const margin = activationMargin(trained.network, trained.weights, trained.data);
  const smallest = SMALLEST_DISPLACEMENT * norm(trained.weights);
  const displacementLength = unlearning.displacement ?? Math.max(smallest, margin / (2 * factor));
  const { length: driftLength, coordinates } = drift(local);
  const rest = matrixTimesVector(rows, coordinates).map((g, a) => g / values[a]!);
  const lowestD = values[0]!;
  // A set of weight zero is not in it, but matters for what does not depend on alpha.
  const complete = (alpha > 0 && alpha < 1) || split.forget.length === 0;
  const whole = complete ? local : localProblem(trained, split, { ...settings, alpha: 0.5 });
  return {
    local,
    problem: { ...whole.problem, alpha },
    settings,
    eta,
    lowestD,
    highestD: values[r - 1]!,
    highestK,
    relativeEscapeRate: lowestD < -EIGENVALUE_ROUNDING * highestK ? -lowestD / highestK : 0,
    growth: Math.max(...values.map((d) => Math.log(Math.abs(1 - eta * d)))),
    activationMargin: margin,
    displacement: insideDisplacement(local, displacementLength, random),
    displacementLength,
    escapeDistance: factor * displacementLength,
    driftLength,
    restDistance: lowestD > EIGENVALUE_ROUNDING * highestK ? norm(rest) : null,
  };
}

/** Steps of a run without a predicted escape. */
const WITHOUT_ESCAPE = 1000;

const MOST_STEPS = 20_000;

/**
 * Steps after which the linear growth would have multiplied the displacement by factor^8: with the default
 * displacement far beyond the size of w*, so that the end of a run shows what becomes of the network.
 */
const ESCAPES = 8;

/** Default number of steps of a run. */
export function defaultSteps({ growth, escapeDistance, displacementLength }: LinearPrediction): number {
  if (!(growth > 0)) return WITHOUT_ESCAPE;
  const escape = Math.log(escapeDistance / displacementLength) / growth;
  return Math.min(MOST_STEPS, Math.max(WITHOUT_ESCAPE / 2, Math.ceil(ESCAPES * escape)));
}
