import { randomSource, randomSubset } from '../statistics/generator.js';
import { type OutputSet, heldBytes } from './output-set.js';
import type { RouteName } from './route.js';
import type { ForecastSetting } from './setting.js';

/** How a forecast is computed, decided before it starts. */
export interface ForecastPlan {
  readonly route: RouteName;
  /** Steps between two looks: points of the curves. */
  readonly every: number;
  /** Samples of each set that are watched after every step; a mark is passed only if the whole set has passed it, too. */
  readonly parts: readonly Int32Array[];
  /** Steps up to which the first run goes on for the goal if it has not met it, and for the limit. */
  readonly horizon: { readonly goal: number; readonly limit: number };
  /** Multiplications of the whole forecast, about. */
  readonly work: number;
  /** Those before the first step, which nothing interrupts. */
  readonly fixed: number;
  /** Bytes of memory, about. */
  readonly bytes: number;
}

/** Choices of the user for a plan; null: chosen by cost. */
interface PlanWishes {
  readonly route: RouteName | null;
  readonly every: number | null;
  /** Batch orders, and settings of a sweep. */
  readonly runs: number;
  readonly seed: number;
}

/** Multiplications by which a run may be watched: a few seconds. Where whole sets take more, parts of them are watched. */
const WATCH_WORK = 3e10;

/** Fewest samples of a set that are watched. */
const FEWEST_WATCHED = 256;

/** Products with many vectors at once are so many times as quick as those of a step. */
const AT_ONCE_GAIN = 6;

/** A curve has no more points than that, unless it is asked for .. */
const MOST_LOOKS = 500;

/** .. and no fewer. */
const FEWEST_LOOKS = 25;

/** Looks may cost this share of the steps, .. */
const LOOK_SHARE = 0.25;

/** .. or so many multiplications, a fraction of a second. */
const LOOK_WORK = 2e9;

/** A run goes on for its goal, and for its limit, up to so many times its steps, .. */
const FURTHER = { goal: 10, limit: 2 };

/** .. while that takes no more multiplications than these, about a second and a half. */
const FURTHER_WORK = 1e9;

/** Most bytes of the Gram matrix and of what forms it. */
const MOST_GRAM_BYTES = 2 ** 31;

/** Chooses the cheaper route, at how many samples a run is watched, and how often its curves have a point. */
export function forecastPlan(
  sets: readonly OutputSet[],
  setting: ForecastSetting,
  { route, every, runs, seed }: PlanWishes,
): ForecastPlan {
  const { batch, procedure, steps } = setting;
  const { width, jacobian } = sets[0]!;
  const p = jacobian.columns;
  const rows = sets.reduce((sum, set) => sum + set.samples * set.width, 0);
  const { ascent, descent } = procedure.schedule ?? { ascent: 1, descent: 1 };
  const perStep = procedure.schedule === null ? 1 : 1 / (ascent + descent);
  // A whole set is taken as it is at hand, a draw from it or not.
  const [ofRetain, ofForget] = (['retain', 'forget'] as const).map((name, k) =>
    sets[k]!.of === batch[name] ? sets[k]!.samples : batch[name],
  );
  const batchRows = (descent * ofRetain! + ascent * ofForget!) * perStep * width;
  const most = mostWatched(
    sets.map(({ samples }) => samples),
    WATCH_WORK / (steps * p * width),
  );
  // Products of many vectors in the measure of those of a step; on the Gram matrix the outputs are there anyway.
  const watchRows = sets.reduce((sum, { samples }) => sum + Math.min(samples, most), 0) * width;
  const watchWork = { jacobian: (watchRows * p) / AT_ONCE_GAIN, gram: 0 };
  const stepWork = { jacobian: 2 * batchRows * p, gram: batchRows * rows };
  const shared = (name: RouteName): number => {
    if (every !== null) return every;
    const isCheap = name === 'gram' || watchRows * p * steps <= LOOK_WORK;
    const cheap = isCheap ? 1 : Math.ceil(watchWork[name] / (LOOK_SHARE * stepWork[name]));
    return Math.max(1, Math.min(cheap, Math.floor(steps / FEWEST_LOOKS)), Math.ceil(steps / MOST_LOOKS));
  };
  const bytesOfGram = 16 * rows * rows;
  const workOfGram = (rows * rows * p) / (2 * AT_ONCE_GAIN);
  const work = {
    jacobian: runs * (steps * (stepWork.jacobian + watchWork.jacobian) + (2 * rows * p) / AT_ONCE_GAIN),
    gram: workOfGram + runs * steps * stepWork.gram,
  };
  const furthest = (name: RouteName, times: number): number =>
    Math.min(times * steps, steps + Math.floor(FURTHER_WORK / (2 * (stepWork[name] + watchWork[name]))));
  const canGram = procedure.optimizer === 'sgd' && bytesOfGram <= MOST_GRAM_BYTES;
  const name = route ?? (canGram && work.gram < work.jacobian ? 'gram' : 'jacobian');
  return {
    route: name,
    every: shared(name),
    parts: sets.map(({ samples }, set) => {
      const all = Array.from({ length: samples }, (_, i) => i);
      const isPart = name === 'jacobian' && samples > most;
      return Int32Array.from(
        isPart ? randomSubset(all, most, randomSource(seed, 'forecast part', set)) : all,
      );
    }),
    horizon: {
      goal: furthest(name, FURTHER.goal),
      limit: furthest(name, FURTHER.limit),
    },
    work: work[name],
    fixed: name === 'gram' ? workOfGram : rows * p,
    bytes: name === 'gram' ? bytesOfGram : sets.reduce((sum, set) => sum + heldBytes(set.jacobian), 0),
  };
}

/** Samples that are watched of every set, all of a smaller one: so many that they are no more than `total` together. */
function mostWatched(samples: readonly number[], total: number): number {
  const rising = [...samples].sort((a, b) => a - b);
  let left = total;
  for (const [k, n] of rising.entries()) {
    const share = Math.floor(left / (rising.length - k));
    if (n > share) return Math.max(FEWEST_WATCHED, share);
    left -= n;
  }
  return Infinity;
}
