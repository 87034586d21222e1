import type { StepBatches } from './batches.js';
import { isDamaged, isForgotten, type Level, levelOf, type Mark } from './levels.js';
import type { OutputSet } from './output-set.js';
import type { Route } from './route.js';
import type { ForecastSetting } from './setting.js';
import { trainingLoop } from './training-loop.js';

/** What a forecast looks for, and how often it looks. */
export interface Watch {
  readonly goal: Mark;
  /** Null: the retain set may change as it likes, short of overflow. */
  readonly limit: Mark | null;
  /** Steps between two looks. */
  readonly every: number;
  /** Samples of each set that a look takes in; whole sets decide whether a mark is passed. */
  readonly parts: readonly Int32Array[];
  /** Steps up to which a run goes on for the goal, and then for the limit. */
  readonly horizon: { readonly goal: number; readonly limit: number };
  /** Asked after every look: true ends the run. */
  readonly isOver: (steps: number) => boolean;
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
  /** Levels of whole sets, at the start and after the last step. */
  readonly start: readonly Level[];
  readonly end: readonly Level[];
  /** First look at which a sample of the forget part has reached the goal by itself. */
  readonly forgottenAt: readonly (number | null)[];
  /** Steps that were made; fewer than asked for if the time was over. */
  readonly made: number;
  /** Look at which the outputs had overflowed. */
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

/** Runs the training loop and watches it. Between two looks a mark that was passed is found by going back. */
export function forecastRun(
  sets: readonly OutputSet[],
  setting: ForecastSetting,
  route: Route,
  draw: () => StepBatches,
  watch: Watch,
): ForecastRun {
  const { goal, limit, every, parts, horizon } = watch;
  const loop = trainingLoop(sets, setting, route, draw);
  const wholes = sets.map(({ samples }) => Int32Array.from({ length: samples }, (_, i) => i));
  const forgottenAt = new Array<number | null>(parts[FORGET]!.length).fill(null);
  const levels: Level[][] = [];
  const first: Firsts = { goal: null, limit: null, overflow: null };
  let atGoal: readonly Level[] | null = null;

  const level = (set: number, samples: Int32Array, each?: (k: number, level: Level) => void): Level =>
    levelOf(sets[set]!, setting.loss, samples, (from, to, out) => loop.outputs(set, from, to, out), each);

  /** True if the part of a set has passed a mark, and the whole set, too. */
  const passed = (set: number, isPast: (level: Level) => boolean, ofPart: Level): boolean =>
    isPast(ofPart) && (parts[set]!.length === wholes[set]!.length || isPast(level(set, wholes[set]!)));

  function findPassed(retain: () => Level, forget: () => Level): void {
    if (first.limit === null && passed(RETAIN, (found) => isDamaged(found, limit), retain()))
      first.limit = loop.steps;
    if (first.goal === null && passed(FORGET, (found) => isForgotten(found, goal), forget())) {
      first.goal = loop.steps;
      atGoal = [RETAIN, FORGET].map((set) => level(set, wholes[set]!));
    }
  }

  function look(): Level[] {
    const found = parts.map((part, set) =>
      level(set, part, (k, own) => {
        if (set === FORGET && loop.steps <= setting.steps && isForgotten(own, goal))
          forgottenAt[k] ??= loop.steps;
      }),
    );
    if (found[RETAIN]!.loss === Infinity || loop.overflowed()) first.overflow ??= loop.steps;
    return found;
  }

  /** Steps to the next look; true if something was passed on the way. */
  function advance(to: number): Level[] {
    const [from, back] = [loop.steps, to - loop.steps > 1 ? loop.save() : null];
    while (loop.steps < to) loop.step();
    const found = look();
    const [retain, forget] = [found[RETAIN]!, found[FORGET]!];
    const isNew =
      (first.limit === null && isDamaged(retain, limit)) ||
      (first.goal === null && isForgotten(forget, goal));
    if (back !== null && isNew) {
      back();
      for (let step = from; step < to; step++) {
        loop.step();
        findPassed(
          () => level(RETAIN, parts[RETAIN]!),
          () => level(FORGET, parts[FORGET]!),
        );
      }
    } else
      findPassed(
        () => retain,
        () => forget,
      );
    return found;
  }

  const start = wholes.map((samples, set) => level(set, samples));
  levels.push(look());
  findPassed(
    () => start[RETAIN]!,
    () => start[FORGET]!,
  );
  let isOver = false;
  for (const step of lookedAt(setting.steps, every).slice(1)) {
    if (isOver) break;
    levels.push(first.overflow === null ? advance(step) : levels.at(-1)!);
    isOver = watch.isOver(loop.steps);
  }
  const end = wholes.map((samples, set) => level(set, samples));
  const made = isOver ? loop.steps : setting.steps;
  const goesOn = (): boolean =>
    loop.steps < (first.goal === null ? horizon.goal : first.limit === null ? horizon.limit : 0);
  while (!isOver && first.overflow === null && goesOn()) {
    advance(loop.steps + every);
    isOver = watch.isOver(loop.steps);
  }
  return {
    levels,
    ...{ goalStep: first.goal, limitStep: first.limit, overflowAt: first.overflow },
    ...{ atGoal, start, end, forgottenAt, made },
  };
}
