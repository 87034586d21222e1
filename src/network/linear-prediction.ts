import { largestEigenvalue, symmetricEigen } from '../linalg/symmetric-eigen.js';
import { matrixTimesVector, norm } from '../linalg/vectors.js';
import type { RandomSource } from '../random/generator.js';
import { meanCurvature, totalCurvature } from '../theory/mean-curvature.js';
import type { BatchSizes, UnlearningProblem } from '../theory/problem.js';
import { activationMargin } from './patch-network.js';
import type { UnlearningSettings } from './experiment-settings.js';
import { type ForgetSplit, fullBatches } from './forget-set.js';
import {
  drift,
  type ForgettingSettings,
  insideDisplacement,
  localProblem,
  type Linearisation,
  type TrainedNetwork,
} from './linearisation.js';

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
