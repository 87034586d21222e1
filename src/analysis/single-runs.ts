import { quadraticForm } from '../linalg/vectors.js';
import { randomSource, type RandomSource } from '../statistics/generator.js';
import { factorCount } from '../theory/problem.js';
import { TYPICAL_EFFORT, typicalGrowth } from '../unlearning/growth.js';
import { linearisedProcess, type UnlearningProcess } from '../unlearning/process.js';
import type { SingleRuns } from './recommendation.js';
import type { EscapePath, StepSetting } from './kept-directions.js';
import type { EscapeGoal, MixingSplit } from './tried-settings.js';

/** Share of the runs that must escape in time, and most that may end with more kept loss than they began with. */
export const PROMISED = { escaped: 0.95, worse: 0.05 };

/** Runs from which the shares are taken. */
const RUNS = 200;

/** Operations that the runs may take, about ten seconds. */
const OPERATIONS = 1e10;

/** Seed of the runs: a recommendation is the same every time. */
const SEED = 1;

/**
 * What single runs of the real step do at a setting: 2 gamma from runs along the fastest direction, and the end of each
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
