import type { BatchSizes, SamplingChoice } from '../theory/problem.js';
import type { ExpectedOutcome, RecommendedWindow, SingleRuns } from './recommendation.js';
import {
  type EscapePath,
  escapePath,
  isHarmless,
  keptDirections,
  type KeptDirections,
  largestHarmless,
  PATHS_PER_WINDOW,
} from './kept-directions.js';
import { runsServe, singleRuns } from './single-runs.js';
import { type BothSets, type EscapeGoal, type MixingSplit, smallestStep } from './tried-settings.js';

/** One mixing with all that its windows are made of. */
export interface Mixing {
  readonly split: MixingSplit;
  /** Smallest step size that reaches the goal in the mean; null if none does. */
  readonly low: number | null;
  readonly kept: KeptDirections;
  readonly path: () => EscapePath;
  readonly goal: EscapeGoal;
}

/** A mixing with a goal. @param sets in common coordinates that both of them span. */
export function mixingFor(
  split: MixingSplit,
  sets: BothSets,
  sampling: SamplingChoice,
  goal: EscapeGoal,
): Mixing {
  return {
    split,
    goal,
    low: split.keptFrom === null ? null : smallestStep(split, goal),
    kept: keptDirections(split, sets, sampling),
    // In its own coordinates for each use: many mixings are held at a time.
    path: () => escapePath(split, sets, sampling),
  };
}

/** A path of so many steps costs as much as one evaluation of eta*. */
const STEPS_PER_EVALUATION = 100;

/** Cost of one window, in multiplications relative to others. */
export function windowCost({ kept, goal }: Mixing): number {
  return kept.cost * (1 + (PATHS_PER_WINDOW * goal.steps) / STEPS_PER_EVALUATION);
}

/** The step sizes that serve at a mixing with batches of these sizes. */
export function windowAt({ split, low, kept, path, goal }: Mixing, batch: BatchSizes): RecommendedWindow {
  const critical = split.keptFrom === null ? 0 : kept.criticalStep(batch);
  const high = critical > 0 ? upperEnd() : null;
  const margin = low !== null && high !== null && high >= low ? Math.sqrt(high / low) : null;
  return { alpha: split.alpha, batch, low, high, retainShare: split.retainShare, margin };

  function upperEnd(): number | null {
    if (low === null || critical < low || kept.isNoiseless(batch)) return critical;
    const there = path();
    return largestHarmless(
      (eta) => there.expected({ eta, batch }, goal.factor)?.keptLoss ?? null,
      low,
      critical,
    );
  }
}

/** A window that is open. */
export type OpenWindow = RecommendedWindow & {
  readonly margin: number;
  readonly low: number;
  readonly high: number;
};

/** True if there are step sizes that serve. */
export function isOpen(window: RecommendedWindow): window is OpenWindow {
  return window.margin !== null;
}

/** A setting within a window, and what becomes of it. */
export interface TriedStep {
  readonly eta: number;
  /** Null where it would take too long to compute, or to simulate. */
  readonly outcome: ExpectedOutcome | null;
  readonly runs: SingleRuns | null;
}

/** Places in a window, in powers of its ratio, that single runs are tried at: the middle first. */
const PLACES = [0.5, 0.25, 0.75];

/**
 * The first of the tried step sizes of a window at which single runs serve; null if they do at none. Where runs would
 * take too long to simulate, the middle, unasked.
 */
export function servingStep(mixing: Mixing, { batch, low, high }: OpenWindow): TriedStep | null {
  const path = mixing.path();
  for (const place of PLACES) {
    const eta = low ** (1 - place) * high ** place;
    const outcome = path.expected({ eta, batch }, mixing.goal.factor);
    if (!isHarmless(outcome?.keptLoss)) continue;
    const runs = singleRuns(mixing.split, path, { eta, batch }, mixing.goal);
    if (runs === null || runsServe(runs, mixing.goal)) return { eta, runs, outcome };
  }
  return null;
}

/** True if batches of these sizes leave a setting at a mixing. */
export function serves(mixing: Mixing, batch: BatchSizes): boolean {
  const window = windowAt(mixing, batch);
  return isOpen(window) && servingStep(mixing, window) !== null;
}
