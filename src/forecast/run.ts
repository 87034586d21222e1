import type { PausingWork } from '../jobs/interrupt.js';
import type { StepBatches } from './batches.js';
import { allSamples, isDamaged, isForgotten, type Level, levelAt, levelsOf, type Mark } from './levels.js';
import type { OutputSet } from './output-set.js';
import type { ForecastPlan } from './plan.js';
import { keptPositions } from './positions.js';
import type { Route } from './route.js';
import type { ForecastSetting } from './setting.js';
import { trainingLoop } from './training-loop.js';

/** Goal and limit of a forecast, tested after every step, and how often its curves have a point. */
export interface Watch extends Pick<ForecastPlan, 'every' | 'parts' | 'horizon'> {
  readonly goal: Mark;
  /** Null: the retain set may change as it likes, short of overflow. */
  readonly limit: Mark | null;
  /** Asked after every step: true ends the run. */
  readonly isOver: (steps: number) => boolean;
  /** Told, too, while many samples are looked at. */
  readonly onWork?: (steps: number) => void;
  /** True if the levels of whole sets after the last step are wanted, which takes a look at all samples. */
  readonly withEnd?: boolean;
}

/** One batch order from w* to the last step, and beyond where that is asked for. */
export interface ForecastRun {
  /** Levels of every set at every look. */
  readonly levels: readonly (readonly Level[])[];
  /** First step at which the forget set has reached the goal. */
  readonly goalStep: number | null;
  /** First step at which the retain set is out of its limit. */
  readonly limitStep: number | null;
  /** Levels of the whole retain and forget set at the goal. */
  readonly atGoal: readonly Level[] | null;
  /** Levels of whole sets at the start. */
  readonly start: readonly Level[];
  /** Those after the last step, if they were asked for and it was made. */
  readonly end: readonly Level[] | null;
  /** First step at which a sample of the forget part has reached the goal by itself. */
  readonly forgottenAt: readonly (number | null)[];
  /** Steps that were made; fewer than asked for if the time was over. */
  readonly made: number;
  /** Steps that were looked at, with those made beyond the last one for goal and limit. */
  readonly seen: number;
  /** First step at which the loss of the retain part, or the weights, had overflowed. */
  readonly overflowAt: number | null;
}

const RETAIN = 0;
const FORGET = 1;

/** First steps at which something was found, null where it was not. */
type Firsts = Record<'goal' | 'limit' | 'overflow', number | null>;

/** The steps of a setting at which a run is looked at: every so many, and the last. */
export function lookedAt(steps: number, every: number): number[] {
  const looks = Array.from({ length: Math.floor(steps / every) + 1 }, (_, k) => k * every);
  return looks.at(-1) === steps ? looks : [...looks, steps];
}

/**
 * Runs the training loop and watches it. Marks are looked for after every step, so that a level that is passed for one step
 * alone is found; steps are kept until their outputs are computed together. Pauses after every step.
 */
export function* forecastRun(
  sets: readonly OutputSet[],
  setting: ForecastSetting,
  route: Route,
  draw: () => StepBatches,
  watch: Watch,
): PausingWork<ForecastRun> {
  const { goal, limit, every, parts, horizon, onWork = () => undefined, withEnd = false } = watch;
  const loop = trainingLoop(sets, setting, route, draw);
  const kept = keptPositions(sets, setting, route, () => onWork(loop.steps));
  const wholes = sets.map(allSamples);
  const isWhole = (set: number): boolean => parts[set]!.length === wholes[set]!.length;
  const isLook = (step: number): boolean =>
    step <= setting.steps && (step % every === 0 || step === setting.steps);
  const forgottenAt = new Array<number | null>(parts[FORGET]!.length).fill(null);
  const first: Firsts = { goal: null, limit: null, overflow: null };
  let atGoal: readonly Level[] | null = null;

  const hear = (sample: number, step: number, own: Level): void => {
    if (step <= setting.steps && isForgotten(own, goal)) forgottenAt[sample] ??= step;
  };

  /** The first of some places at which a set has passed a mark, which its part must have, too. */
  function firstPassed(
    set: number,
    isPast: (level: Level) => boolean,
    ofPart: ReadonlyMap<number, Level>,
  ): number | null {
    const places = [...ofPart].flatMap(([place, level]) => (isPast(level) ? place : []));
    if (isWhole(set)) return places[0] ?? null;
    for (let from = 0, count = 1; from < places.length; from += count, count *= 2) {
      const some = places.slice(from, from + count);
      const found = kept.levels(set, wholes[set]!, some).findIndex(isPast);
      if (found >= 0) return some[found]!;
    }
    return null;
  }

  /** Looks at the kept steps. */
  function examine(): void {
    const all = kept.steps.map((_, place) => place);
    const looks = all.filter((place) => isLook(kept.steps[place]!));
    const within = all.filter((place) => kept.steps[place]! <= setting.steps);
    const placesOf = (set: number): readonly number[] => {
      if (set === RETAIN) {
        // Past the limit nothing but an overflow is looked for.
        const isSeen = (place: number): boolean =>
          first.limit === null || isLook(kept.steps[place]!) || kept.mayOverflow(RETAIN, place);
        return all.filter(isSeen);
      }
      if (set === FORGET) return first.goal === null ? all : within;
      return looks;
    };
    const found = sets.map((_, set) => {
      const places = placesOf(set);
      const ofSet = kept.levels(set, parts[set]!, places, set === FORGET ? hear : undefined);
      return new Map(ofSet.map((level, k) => [places[k]!, level]));
    });
    const [retain, forget] = [found[RETAIN]!, found[FORGET]!];
    if (first.limit === null) {
      const place = firstPassed(RETAIN, (level) => isDamaged(level, limit), retain);
      if (place !== null) first.limit = kept.steps[place]!;
    }
    if (first.goal === null) {
      const place = firstPassed(FORGET, (level) => isForgotten(level, goal), forget);
      if (place !== null) {
        first.goal = kept.steps[place]!;
        atGoal = [RETAIN, FORGET].map((set) => kept.levels(set, wholes[set]!, [place])[0]!);
      }
    }
    const infinite = [...retain].find(([, { loss }]) => loss === Infinity);
    if (infinite) first.overflow ??= kept.steps[infinite[0]]!;
    if (loop.overflowed()) first.overflow ??= loop.steps;
    for (const place of looks) levels.push(found.map((ofSet) => ofSet.get(place)!));
    kept.clear();
  }

  /** Makes steps up to one, or until the outputs overflow; true if the time was over. */
  function* advance(to: number): PausingWork<boolean> {
    let isOver = false;
    while (loop.steps < to && first.overflow === null && !isOver) {
      loop.step();
      kept.keep(loop.steps, loop.position);
      yield;
      isOver = watch.isOver(loop.steps);
      if (kept.isFull || isOver || loop.steps === to || loop.overflowed()) examine();
    }
    return isOver;
  }

  /** Levels of whole sets where the loop is. */
  function wholeLevels(): Level[] {
    kept.keep(loop.steps, loop.position);
    const found = wholes.map((samples, set) => kept.levels(set, samples, [0])[0]!);
    kept.clear();
    return found;
  }

  const start = sets.map((set) => levelAt(set, setting.loss, set.outputs));
  if (isDamaged(start[RETAIN]!, limit)) first.limit = 0;
  if (start[RETAIN]!.loss === Infinity) first.overflow = 0;
  if (isForgotten(start[FORGET]!, goal)) {
    first.goal = 0;
    atGoal = start.slice(0, 2);
  }
  const levels = [
    sets.map((set, k) => partAt(set, setting.loss, parts[k]!, k === FORGET ? hear : undefined)),
  ];
  let isOver = yield* advance(setting.steps);
  const made = isOver ? loop.steps : setting.steps;
  const end = withEnd && made === setting.steps ? wholeLevels() : null;
  if (!isOver && first.overflow !== null) {
    // Outputs that have overflowed stay so.
    const overflowed = end ?? wholeLevels();
    for (let k = levels.length; k < lookedAt(made, every).length; k++) levels.push(overflowed);
  }
  const furthest = (): number =>
    first.goal === null ? horizon.goal : first.limit === null ? horizon.limit : 0;
  while (!isOver && first.overflow === null && loop.steps < furthest()) {
    isOver = yield* advance(Math.min(furthest(), loop.steps + route.vectorsAtOnce));
  }
  return {
    levels,
    ...{ goalStep: first.goal, limitStep: first.limit, overflowAt: first.overflow },
    ...{ atGoal, start, end, forgottenAt, made, seen: loop.steps },
  };
}

/** Level of some samples of a set at w*. */
function partAt(
  set: OutputSet,
  loss: ForecastSetting['loss'],
  part: Int32Array,
  hear?: (sample: number, step: number, own: Level) => void,
): Level {
  const { width, outputs } = set;
  const write = (from: number, to: number, z: Float64Array): void => {
    for (let j = from; j < to; j++) {
      z.set(outputs.subarray(part[j]! * width, (part[j]! + 1) * width), (j - from) * width);
    }
  };
  return levelsOf(set, loss, part, 1, write, hear)[0]!;
}
