import { randomSource, randomSubset } from '../random/generator.js';
import { type OutputSet, heldBytes } from './output-set.js';
import type { RouteName } from './route.js';
import type { ForecastSetting } from './setting.js';

/** How a forecast is computed, decided before it starts. */
export interface ForecastPlan {
  readonly route: RouteName;
  readonly every: number;
  /** Samples of each set that a look takes in. */
  readonly parts: readonly Int32Array[];
  /** Steps up to which the first run goes on for the goal if it has not met it, and for the limit. */
  readonly horizon: { readonly goal: number; readonly limit: number };
  /** Multiplications of the whole forecast, about. */
  readonly work: number;
  /** Bytes of memory, about. */
  readonly bytes: number;
}

/** What the user fixes of a plan; null: chosen by cost. */
export interface PlanWishes {
  readonly route: RouteName | null;
  readonly every: number | null;
  /** Batch orders, and settings of a sweep. */
  readonly runs: number;
  readonly seed: number;
}

/** Samples of a set that a look takes in on the route over the Jacobian. */
const PART = 256;

/** A curve has no more points than that, unless it is asked for .. */
const MOST_LOOKS = 500;

/** .. and no fewer. */
const FEWEST_LOOKS = 25;

/** Looks may cost this share of the steps. */
const LOOK_SHARE = 0.25;

/** A run goes on for its goal, and for its limit, up to so many times its steps, .. */
const FURTHER = { goal: 10, limit: 2 };

/** .. while that takes no more multiplications than these, about a second and a half. */
const FURTHER_WORK = 1e9;

/** Most bytes of the Gram matrix and of what forms it. */
const MOST_GRAM_BYTES = 2 ** 31;

/** Chooses the cheaper route, and how often and at how many samples a run is looked at. */
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
  const batchRows = (descent * batch.retain + ascent * batch.forget) * perStep * width;
  const parts = sets.map(({ samples }, set) =>
    Math.min(samples, PART) === samples
      ? null
      : randomSubset(numbersTo(samples), PART, randomSource(seed, 'forecast part', set)),
  );
  const lookRows = sets.reduce((sum, set, k) => sum + (parts[k]?.length ?? set.samples) * set.width, 0);
  const stepWork = { jacobian: 2 * batchRows * p, gram: batchRows * rows };
  const shared = (name: RouteName): number => {
    if (every !== null) return every;
    const cheap = name === 'gram' ? 1 : Math.ceil((lookRows * p) / (LOOK_SHARE * stepWork.jacobian));
    return Math.max(1, Math.min(cheap, Math.floor(steps / FEWEST_LOOKS)), Math.ceil(steps / MOST_LOOKS));
  };
  const bytesOfGram = 16 * rows * rows;
  const work = {
    jacobian: runs * (steps * stepWork.jacobian + ((steps / shared('jacobian')) * lookRows + 3 * rows) * p),
    gram: (rows * rows * p) / 2 + runs * steps * stepWork.gram,
  };
  const furthest = (name: RouteName, times: number): number =>
    Math.min(times * steps, steps + Math.floor(FURTHER_WORK / (2 * stepWork[name])));
  const canGram = procedure.optimizer === 'sgd' && bytesOfGram <= MOST_GRAM_BYTES;
  const name = route ?? (canGram && work.gram < work.jacobian ? 'gram' : 'jacobian');
  return {
    route: name,
    every: shared(name),
    parts: sets.map(({ samples }, k) =>
      Int32Array.from(name === 'gram' ? numbersTo(samples) : (parts[k] ?? numbersTo(samples))),
    ),
    horizon: {
      goal: furthest(name, FURTHER.goal),
      limit: furthest(name, FURTHER.limit),
    },
    work: work[name],
    bytes: name === 'gram' ? bytesOfGram : sets.reduce((sum, set) => sum + heldBytes(set.jacobian), 0),
  };
}

function numbersTo(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
