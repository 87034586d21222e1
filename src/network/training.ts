import { completed } from '../jobs/interrupt.js';
import { norm } from '../linalg/vectors.js';
import { descentOf, type Evaluation, type TrainingMethod } from './descent.js';
import type { Loss, LossName } from './losses.js';
import { outputGradients, squaredGradientNorms } from './output-gradients.js';
import { filterCount, type PatchData, type PatchNetwork } from './patch-network.js';

/** Goal of training. */
interface TrainingGoal {
  /** Squared loss: interpolation is a mean loss of at most this share of the initial one. Default 1e-18. */
  readonly tolerance?: number;
  /** Logistic loss, which has no minimum: interpolation is y f >= margin for every sample. Default 5. */
  readonly margin?: number;
  /** Stop early, at this share of the initial loss, to get a minimum that does not interpolate. */
  readonly stopAt?: number;
}

/**
 * Why training ended short of its goal. 'dead': every filter is inactive on every patch. 'stationary': the
 * gradient of the mean loss is 0 but those of the samples do not all vanish, as with a sample that no filter
 * sees or equal inputs with different labels; or no step decreases the loss any more, for rounding. 'stalled': the
 * loss hardly falls although the gradient is not 0, as at a kink of f that is lower than all around it.
 */
type TrainingFailure = 'steps' | 'diverged' | 'dead' | 'stationary' | 'stalled';

/** Goal, method and most steps of training. */
export interface TrainingOptions extends TrainingGoal {
  /** Default: spectral. */
  readonly method?: TrainingMethod;
  /** Default `DEFAULT_MAX_STEPS`; mini-batch descent may exceed it by part of an epoch. */
  readonly maxSteps?: number;
}

/** Progress of training. */
export interface TrainingProgress {
  readonly steps: number;
  /** Mean loss over the initial one; Infinity if diverged, 0 if both are 0. */
  readonly relativeLoss: number;
}

/** Result of training: weights, and why it ended. */
export interface TrainingResult extends TrainingProgress {
  /** 2 m d numbers, always finite: the last weights with a finite loss. */
  readonly weights: Float64Array;
  readonly reached: boolean;
  /** Null if reached. */
  readonly reason: TrainingFailure | null;
  /** min y_i f_i. */
  readonly smallestMargin: number;
  /** Largest |grad l_i|: 0 where every sample is interpolated. A dead sample has gradient 0 too. */
  readonly interpolationResidual: number;
  /** Samples on which no filter is active: training cannot move their output. */
  readonly deadSamples: number;
  /** The first and last point, and in between about twenty for every factor of e in the number of steps. */
  readonly curve: readonly TrainingProgress[];
}

/** Standard deviation of initial weights: outputs start well below 1, and few networks are dead. */
export const INITIAL_SCALE = 0.1;

/** Relative squared loss at which the residual is a few units in the last place of the outputs. */
export const INTERPOLATION = 1e-26;

/** Steps after which a method has failed: about ten times what ill-conditioned data (SNR 4) take. */
const DEFAULT_MAX_STEPS = { spectral: 5000, 'mini-batch': 300_000 } as const;

/** Ratio of the numbers of steps of neighbouring points of the curve. */
const CURVE_SPACING = 1.05;

/**
 * Trains until every sample is interpolated, or says why not. A draw on which training fails is a result,
 * not an error.
 *
 * @param start 2 m d numbers, such as `initialWeights`.
 * @throws RangeError for data without samples, a start without a finite loss, or a batch size outside 1..n.
 */
export function trainNetwork(
  network: PatchNetwork,
  start: Float64Array,
  data: PatchData,
  loss: Loss,
  options: TrainingOptions = {},
): TrainingResult {
  return completed(trainingSteps(network, start, data, loss, options));
}

/** `trainNetwork`, one step (spectral) or epoch (mini-batch) at a time; the progress comes before each, and at the end. */
export function* trainingSteps(
  network: PatchNetwork,
  start: Float64Array,
  data: PatchData,
  loss: Loss,
  options: TrainingOptions = {},
): Generator<TrainingProgress, TrainingResult> {
  if (data.sampleCount < 1) throw new RangeError('training needs at least one sample; got 0');
  const { method = { kind: 'spectral' } } = options;
  const { maxSteps = DEFAULT_MAX_STEPS[method.kind] } = options;
  const descent = descentOf(method, network, start, data, loss);
  const initialLoss = descent.current.loss;
  if (!Number.isFinite(initialLoss)) {
    throw new RangeError(`training must start at a finite loss; got ${initialLoss}`);
  }
  const normBound = gradientNormBound(network, data);
  const curve: TrainingProgress[] = [];
  const stalled = stallDetector();
  let steps = 0;
  let finite = descent.current;
  for (;;) {
    const { current } = descent;
    if (Number.isFinite(current.loss)) finite = current;
    const relativeLoss = current.loss === 0 ? 0 : current.loss / initialLoss;
    const progress = { steps, relativeLoss };
    yield progress;
    const reached = goalReached(current, relativeLoss, data, loss.name, options);
    let reason = reached ? null : (deadEnd(current, relativeLoss, normBound) ?? tooLong());
    const ended = reached || reason !== null;
    const made = ended ? 0 : descent.advance();
    if (!ended && made === 0) reason = 'stationary';
    if (made === 0 || steps >= (curve.at(-1)?.steps ?? -1) * CURVE_SPACING) curve.push(progress);
    steps += made;
    if (made > 0) continue;
    return { ...progress, ...endOf(network, finite, data), reached, reason, curve };
  }

  /** Whether training has taken too long. */
  function tooLong(): TrainingFailure | null {
    if (steps >= maxSteps) return 'steps';
    return stalled(descent.current.loss) ? 'stalled' : null;
  }
}

/** Weights, margin and gradients at the end. */
function endOf(network: PatchNetwork, at: Evaluation, data: PatchData) {
  const { active } = outputGradients(network, data)(at.weights);
  const squares = squaredGradientNorms(network, active, data);
  const residuals = squares.map((square, i) => Math.abs(at.lossDerivatives[i]!) * Math.sqrt(square));
  return {
    weights: at.weights,
    smallestMargin: smallestMargin(at, data),
    interpolationResidual: residuals.reduce((largest, x) => Math.max(largest, x), 0),
    deadSamples: squares.filter((square) => square === 0).length,
  };
}

/** Relative loss from which a run counts as diverged; transients of stable runs stay far below. */
const DIVERGED = 1e12;

/**
 * Length of the gradient, relative to what it is where nothing cancels, below which a point is stationary. At
 * an interpolating minimum the ratio stays above 1/sqrt(condition), so this allows a condition of 1e20.
 */
const STATIONARY = 1e-10;

/**
 * A loss that falls by less than this share in so many advances (steps or epochs) is stalled: at that rate a
 * tenth of it would take another hundred thousand.
 */
const STALLED = { share: 0.01, advances: 500 };

/** Whether the goal is met at a point. */
function goalReached(
  at: Evaluation,
  relativeLoss: number,
  data: PatchData,
  loss: LossName,
  { tolerance = 1e-18, margin = 5, stopAt }: TrainingGoal,
): boolean {
  if (stopAt !== undefined) return relativeLoss <= stopAt;
  return loss === 'squared' ? relativeLoss <= tolerance : smallestMargin(at, data) >= margin;
}

/** min y_i f_i. */
function smallestMargin({ outputs }: Evaluation, { labels }: PatchData): number {
  // Plus 0: the margin of a dead sample is 0, not -0.
  return outputs.reduce((smallest, f, i) => Math.min(smallest, f * labels[i]! + 0), Infinity);
}

/** Why descent cannot go on from a point, or null; `normBound` is `gradientNormBound` of the data. */
function deadEnd(at: Evaluation, relativeLoss: number, normBound: number): TrainingFailure | null {
  if (!(relativeLoss < DIVERGED)) return 'diverged';
  if (at.dead) return 'dead';
  const { lossDerivatives } = at;
  const meanSize = lossDerivatives.reduce((sum, x) => sum + Math.abs(x), 0) / lossDerivatives.length;
  return norm(at.gradient()) <= STATIONARY * meanSize * normBound ? 'stationary' : null;
}

/** Test of one loss after another: true as soon as the lowest of them has stalled. */
export function stallDetector(): (loss: number) => boolean {
  let lowest = Infinity;
  let checkpoint = Infinity;
  let advances = 0;
  return (loss) => {
    lowest = Math.min(lowest, loss);
    if (advances++ % STALLED.advances !== 0) return false;
    const stalled = lowest > (1 - STALLED.share) * checkpoint;
    checkpoint = lowest;
    return stalled;
  };
}

/** Upper bound of |grad f_i| over samples and weights: every filter active, all patches along one line. */
function gradientNormBound(network: PatchNetwork, data: PatchData): number {
  const { sampleCount, patches } = data;
  const allActive = new Float64Array(sampleCount * patches * filterCount(network)).fill(1);
  let longest = 0;
  for (let p = 0; p < patches; p++) {
    const squares = squaredGradientNorms(network, allActive, data, { first: p, end: p + 1 });
    longest = squares.reduce((largest, square) => Math.max(largest, Math.sqrt(square)), longest);
  }
  return longest * patches;
}
