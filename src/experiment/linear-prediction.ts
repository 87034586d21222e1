import { meanCurvature, totalCurvature } from '../curvature/mean-curvature.js';
import type { BatchSizes, UnlearningProblem } from '../curvature/problem.js';
import { activationMargin } from '../forgetting/activation-margin.js';
import { drift } from '../forgetting/drift.js';
import { eigenCoordinates } from '../forgetting/escape-prediction.js';
import type { ForgetSplit } from '../forgetting/forget-set.js';
import { insideDisplacement } from '../forgetting/inside-displacement.js';
import {
  localProblem,
  type ForgettingSettings,
  type LocalProblem,
  type TrainedNetwork,
} from '../forgetting/local-problem.js';
import { largestEigenvalue, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { norm } from '../linalg/vectors.js';
import type { RandomSource } from '../random/generator.js';
import type { UnlearningSettings } from './experiment-settings.js';

/** The unlearning of a trained network, linearised at w*, and the start of its run. */
export interface LinearPrediction {
  readonly local: LocalProblem;
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

/** Displacements below this share of |w*| are lost in the rounding of W. */
export const SMALLEST_DISPLACEMENT = 1e-10;

/** Eigenvalues of D below this share of lambda_1(K) are rounding. */
const ROUNDING = 1e-12;

/** Batches as given, or all samples. */
export function batchesOf(
  { batchRetain, batchForget }: UnlearningSettings,
  { retain, forget }: ForgetSplit,
): BatchSizes {
  return { retain: batchRetain ?? retain.length, forget: batchForget ?? forget.length };
}

/** @returns null if no sample has any curvature: nothing moves the network, or nothing is linear about it. */
export function linearPrediction(
  trained: TrainedNetwork,
  split: ForgetSplit,
  unlearning: UnlearningSettings,
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
  const { length: driftLength, coordinates } = drift(trained, split, alpha, local);
  const rest = eigenCoordinates(rows, coordinates).map((g, a) => g / values[a]!);
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
    relativeEscapeRate: lowestD < -ROUNDING * highestK ? -lowestD / highestK : 0,
    growth: Math.max(...values.map((d) => Math.log(Math.abs(1 - eta * d)))),
    activationMargin: margin,
    displacement: insideDisplacement(local, displacementLength, random),
    displacementLength,
    escapeDistance: factor * displacementLength,
    driftLength,
    restDistance: lowestD > ROUNDING * highestK ? norm(rest) : null,
  };
}
