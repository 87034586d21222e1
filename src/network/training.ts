import { randomSource } from '../random/generator.js';
import type { Evaluation } from './descent.js';
import type { TrainingSettings } from './experiment-settings.js';
import { type Loss, LOSSES } from './losses.js';
import { outputGradients, squaredGradientNorms } from './output-gradients.js';
import type { PatchData } from './patch-data.js';
import { initialWeights, type PatchNetwork } from './patch-network.js';
import {
  deadEnd,
  goalReached,
  gradientNormBound,
  smallestMargin,
  stallDetector,
  type TrainingFailure,
  type TrainingGoal,
} from './training-end.js';
import { DEFAULT_MAX_STEPS, descentOf, type TrainingMethod } from './training-method.js';

export interface TrainingOptions extends TrainingGoal {
  /** Default: spectral. */
  readonly method?: TrainingMethod;
  /** Default `DEFAULT_MAX_STEPS`; mini-batch descent may exceed it by part of an epoch. */
  readonly maxSteps?: number;
  /** Called after every step (spectral) or epoch (mini-batch), and before the first. */
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Asked where `onProgress` is called. */
  readonly signal?: { readonly aborted: boolean };
}

export interface TrainingProgress {
  readonly steps: number;
  /** Mean loss over the initial one; Infinity if diverged, 0 if both are 0. */
  readonly relativeLoss: number;
}

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
  const training = trainingSteps(network, start, data, loss, options);
  for (;;) {
    const { value, done } = training.next();
    if (done === true) return value;
  }
}

/** The same one step (spectral) or epoch (mini-batch) at a time, so that the caller can do something in between. */
export function* trainingSteps(
  network: PatchNetwork,
  start: Float64Array,
  data: PatchData,
  loss: Loss,
  options: TrainingOptions = {},
): Generator<TrainingProgress, TrainingResult> {
  if (data.sampleCount < 1) throw new RangeError('training needs at least one sample; got 0');
  const { method = { kind: 'spectral' }, onProgress, signal } = options;
  const maxSteps = options.maxSteps ?? DEFAULT_MAX_STEPS[method.kind];
  const descent = descentOf(method, network, start, data, loss);
  const initialLoss = descent.current.loss;
  if (!Number.isFinite(initialLoss)) {
    throw new RangeError(`training must start at a finite loss; got ${initialLoss}`);
  }
  const longest = gradientNormBound(network, data);
  const curve: TrainingProgress[] = [];
  const stalled = stallDetector();
  let steps = 0;
  let finite = descent.current;
  for (;;) {
    const { current } = descent;
    if (Number.isFinite(current.loss)) finite = current;
    const relativeLoss = current.loss === 0 ? 0 : current.loss / initialLoss;
    const progress = { steps, relativeLoss };
    onProgress?.(progress);
    yield progress;
    const reached = goalReached(current, relativeLoss, data, loss.name, options);
    let reason = reached ? null : (deadEnd(current, relativeLoss, longest) ?? given());
    const ended = reached || reason !== null;
    const made = ended ? 0 : descent.advance();
    if (!ended && made === 0) reason = 'stationary';
    if (made === 0 || steps >= (curve.at(-1)?.steps ?? -1) * CURVE_SPACING) curve.push(progress);
    steps += made;
    if (made > 0) continue;
    return { ...progress, ...describe(network, finite, data), reached, reason, curve };
  }

  /** The ends that are set rather than met. */
  function given(): TrainingFailure | null {
    if (signal?.aborted === true) return 'stopped';
    if (steps >= maxSteps) return 'steps';
    return stalled(descent.current.loss) ? 'stalled' : null;
  }
}

function describe(network: PatchNetwork, at: Evaluation, data: PatchData) {
  const { active } = outputGradients(network, data)(at.weights);
  const squares = squaredGradientNorms(network, active, data);
  const residuals = squares.map((square, i) => Math.abs(at.pushes[i]!) * Math.sqrt(square));
  return {
    weights: at.weights,
    smallestMargin: smallestMargin(at, data),
    interpolationResidual: residuals.reduce((largest, x) => Math.max(largest, x), 0),
    deadSamples: squares.filter((square) => square === 0).length,
  };
}

/** Standard deviation of initial weights: outputs start well below 1, and few networks are dead. */
const INITIAL_SCALE = 0.1;

/** Relative squared loss at which the residual is a few units in the last place of the outputs. */
const INTERPOLATION = 1e-26;

/**
 * Trains a network on data from weights of its own, as the settings say, step by step.
 *
 * @param words that name its random numbers.
 */
export function trainingFrom(
  data: PatchData,
  { width, loss, batchSize, stopAt }: TrainingSettings,
  words: readonly (string | number)[],
): Generator<TrainingProgress, TrainingResult> {
  const network = { width, dimension: data.dimension };
  const start = initialWeights(network, INITIAL_SCALE, randomSource(...words, 'start'));
  const random = randomSource(...words, 'batches');
  return trainingSteps(network, start, data, LOSSES[loss], {
    ...(batchSize !== null && { method: { kind: 'mini-batch', batchSize, random } }),
    ...(stopAt === null ? { tolerance: INTERPOLATION } : { stopAt }),
  });
}
