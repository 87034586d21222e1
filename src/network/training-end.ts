import { norm } from '../linalg/vectors.js';
import { squaredGradientNorms } from './output-gradients.js';
import type { LossName } from './losses.js';
import type { PatchData } from './patch-data.js';
import { filterCount, type PatchNetwork } from './patch-network.js';
import type { Evaluation } from './descent.js';

/** What counts as trained. */
export interface TrainingGoal {
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
export type TrainingFailure = 'steps' | 'diverged' | 'dead' | 'stationary' | 'stalled' | 'stopped';

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

export function goalReached(
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
export function smallestMargin({ outputs }: Evaluation, { labels }: PatchData): number {
  // Plus 0: the margin of a dead sample is 0, not -0.
  return outputs.reduce((smallest, f, i) => Math.min(smallest, f * labels[i]! + 0), Infinity);
}

/** Why descent cannot go on from a point, or null; `longest` is `longestGradient` of the data. */
export function deadEnd(at: Evaluation, relativeLoss: number, longest: number): TrainingFailure | null {
  if (!(relativeLoss < DIVERGED)) return 'diverged';
  if (at.dead) return 'dead';
  const push = at.pushes.reduce((sum, p) => sum + Math.abs(p), 0) / at.pushes.length;
  return norm(at.gradient()) <= STATIONARY * push * longest ? 'stationary' : null;
}

/** Takes one loss after another; true as soon as the lowest of them has stalled. */
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

/** No output gradient is longer than this, at any W: every filter active, all patches along one line. */
export function gradientNormBound(network: PatchNetwork, data: PatchData): number {
  const { sampleCount, patches } = data;
  const allActive = new Float64Array(sampleCount * patches * filterCount(network)).fill(1);
  let longest = 0;
  for (let p = 0; p < patches; p++) {
    const squares = squaredGradientNorms(network, allActive, data, { first: p, end: p + 1 });
    longest = squares.reduce((largest, square) => Math.max(largest, Math.sqrt(square)), longest);
  }
  return longest * patches;
}
