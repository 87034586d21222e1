import { type BatchSizes, type SamplingChoice, factorCount } from '../theory/problem.js';
import type { ExpectedOutcome, RecommendedWindow, SingleRuns } from './recommendation.js';
import {
  type EscapePath,
  escapePath,
  keptDirections,
  type KeptDirections,
  type StepSetting,
} from './kept-directions.js';
import { type BothSets, type EscapeGoal, type MixingSplit, smallestStep } from './tried-settings.js';
import { quadraticForm } from '../linalg/vectors.js';
import { randomSource, type RandomSource } from '../statistics/generator.js';
import { TYPICAL_EFFORT, typicalGrowth } from '../unlearning/growth.js';
import { linearisedProcess, type UnlearningProcess } from '../unlearning/process.js';

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

/** Bisections of the step size. */
const HALVINGS = 7;

/** Evaluations of a path that a window may take. */
const PATHS_PER_WINDOW = HALVINGS + 2;

/** True of an expected kept loss that is at most its start, to rounding; and where it is not known. */
function isHarmless(keptLoss: number | null | undefined): boolean {
  return (keptLoss ?? 0) <= 1 + 1e-9;
}

/**
 * Largest step size in [low, critical] at which the expected kept loss at the step of the escape is at most its start, by
 * bisection; null if it is above it at `low` already. Batch noise carries what escapes into the kept directions, in
 * proportion to eta and to the square of the factor: P T(M) P contains eta^2 nu P K_i M K_i P for escaping M, too.
 * Where the path takes too long to compute, `critical`.
 */
function largestHarmless(
  keptLoss: (eta: number) => number | null,
  low: number,
  critical: number,
): number | null {
  if (isHarmless(keptLoss(critical))) return critical;
  if (!isHarmless(keptLoss(low))) return null;
  let [harmless, harmful] = [low, critical];
  for (let k = 0; k < HALVINGS; k++) {
    const middle = Math.sqrt(harmless) * Math.sqrt(harmful);
    if (isHarmless(keptLoss(middle))) harmless = middle;
    else harmful = middle;
  }
  return harmless;
}

/** Share of the runs that must escape in time, and most that may end with more kept loss than they began with. */
export const PROMISED = { escaped: 0.95, worse: 0.05 };

/** Runs from which the shares are taken. */
const RUNS = 200;

/** Operations that the runs may take, about ten seconds. */
const OPERATIONS = 1e10;

/** Seed of the runs: a recommendation is the same every time. */
const SEED = 1;

/**
 * Single runs of the real step at a setting: 2 gamma from runs along the fastest direction, and the end of each
 * of RUNS runs from a start that is uniform over U. Null where they would take more than OPERATIONS.
 */
export function singleRuns(
  split: MixingSplit,
  path: EscapePath,
  setting: StepSetting,
  goal: Pick<EscapeGoal, 'steps' | 'factor'>,
): SingleRuns | null {
  const { alpha, curvatures, keptFrom } = split;
  const r = curvatures.length;
  const groups = path.groups(setting.batch);
  const perStep = groups.reduce((sum, { samples, batchSize }) => {
    return sum + 4 * batchSize * (factorCount(samples) / samples.sampleCount) * r;
  }, 10 * r);
  if (RUNS * goal.steps * perStep > OPERATIONS) return null;
  const process = linearisedProcess({ dimension: r, alpha, groups }, setting.eta);
  const along = Float64Array.from({ length: r }, (_, k) => (k === 0 ? 1 : 0));
  const { growth, interval } = typicalGrowth(process, randomSource('single runs', 'growth', SEED), {
    ...TYPICAL_EFFORT.analysis,
    start: () => along,
  });
  const random = randomSource('single runs', SEED);
  const kept = { curvature: path.retain, from: keptFrom ?? r };
  const ends = Array.from({ length: RUNS }, () => runToEscape(process, kept, goal, random));
  return {
    typical: { growth, low: interval.low, high: interval.high },
    runs: RUNS,
    escaped: ends.filter(({ escapedAt }) => escapedAt !== null).length / RUNS,
    worse: ends.filter(({ keptLoss }) => keptLoss > 1).length / RUNS,
  };
}

/** True if single runs escape in time and keep what is to be kept, as far as simulation tells. */
export function runsServe(
  { typical, escaped, worse }: SingleRuns,
  { steps, factor }: Pick<EscapeGoal, 'steps' | 'factor'>,
): boolean {
  const inTime = typical.low > 0 && (2 * Math.log(factor)) / typical.growth <= steps;
  return inTime && escaped >= PROMISED.escaped && worse <= PROMISED.worse;
}

/** End of a run: when its component along the fastest direction has grown by the factor, or after all steps. */
interface RunEnd {
  readonly escapedAt: number | null;
  /** Retain loss along the kept directions, relative to that of the start. */
  readonly keptLoss: number;
}

/** One run in the eigenbasis of D, from a normal start. @param kept Hbar_R, r x r, and the first kept direction. */
function runToEscape(
  process: UnlearningProcess,
  { curvature, from }: { readonly curvature: Float64Array; readonly from: number },
  { steps, factor }: Pick<EscapeGoal, 'steps' | 'factor'>,
  random: RandomSource,
): RunEnd {
  const w = Float64Array.from(process.minimum, () => random.normal());
  const loss = (): number =>
    quadraticForm(
      curvature,
      w.map((x, a) => (a < from ? 0 : x)),
    );
  const wanted = factor * Math.abs(w[0]!);
  const start = loss();
  for (let k = 1; k <= steps; k++) {
    process.drawBatches(random);
    process.applyStep(w);
    if (!(Math.abs(w[0]!) < wanted)) return { escapedAt: k, keptLoss: relative(loss(), start) };
  }
  return { escapedAt: null, keptLoss: relative(loss(), start) };
}

/** Overflow is a loss that grew. */
function relative(end: number, start: number): number {
  return end < Number.MAX_VALUE ? end / start : Number.MAX_VALUE;
}
