import type { PausingWork } from '../jobs/interrupt.js';
import { batchesOf } from './batches.js';
import type { Forecast, ForecastWatch } from './forecast.js';
import type { Level, Mark } from './levels.js';
import { type ForecastSets, listedSets } from './output-set.js';
import type { ForecastPlan } from './plan.js';
import { type ForecastRun, forecastRun, lookedAt } from './run.js';
import type { Route } from './route.js';
import type { ForecastRequest } from './setting.js';
import { type ForecastWord, wordOf } from './verdict.js';

/** Grid of a sweep: all pairs. */
interface SweepGrid {
  readonly lrs: readonly number[];
  readonly forgetWeights: readonly number[];
}

/** One setting of a sweep, by its first batch order. */
export interface SweepPoint {
  readonly lr: number;
  readonly forgetWeight: number;
  readonly word: ForecastWord;
  readonly goalStep: number | null;
  readonly limitStep: number | null;
  /** Whole sets after the last step. */
  readonly forgetLoss: number;
  readonly forgetAccuracy: number | null;
  readonly retainLoss: number;
  readonly retainAccuracy: number | null;
  /** The whole retain set at the goal; null if it is not met. */
  readonly atGoal: Level | null;
}

/** Least retain damage that some setting and step has at a forgetting of so much, as curves show it. */
interface FrontierPoint {
  readonly lr: number;
  readonly forgetWeight: number;
  readonly step: number;
  readonly forget: Level;
  readonly retain: Level;
}

/** Results of a sweep. */
export interface Sweep {
  readonly grid: SweepGrid;
  readonly points: readonly SweepPoint[];
  /** Least and largest rate without a gap around the recommended one that forget, with its weight; null if none does. */
  readonly window: { readonly low: number; readonly high: number } | null;
  readonly frontier: readonly FrontierPoint[];
  /**
   * The setting with the least retain damage at the goal, to be stopped there; null if none forgets. Its word, steps and level
   * at the goal are those of its forecast, with all batch orders.
   */
  readonly recommended: SweepPoint | null;
}

/** Settings that a sweep tried, with their runs. */
export interface Swept extends Omit<Sweep, 'window' | 'recommended'> {
  /** Settings that forget, that with the least retain damage at the goal first. */
  readonly forgetting: readonly SweepPoint[];
  /** The run of a setting that was tried; null if it was not. */
  readonly runOf: (setting: Pick<SweepPoint, 'lr' | 'forgetWeight'>) => ForecastRun | null;
}

/** Rates of a sweep at most. */
export const MOST_RATES = 17;

/** Rates around a given one: a factor 16 to each side. */
export function ratesAround(lr: number): number[] {
  const middle = (MOST_RATES - 1) / 2;
  return Array.from({ length: MOST_RATES }, (_, k) => Number((lr * 2 ** ((k - middle) / 2)).toPrecision(4)));
}

/** Steps by which the rates are searched, and how many of them there are to each side. */
const SEARCH = { factor: 8, most: 10 };

/** Rates of a sweep where none is given. */
const RATES = 13;

/**
 * Rates from one that does nothing to one that breaks, searched from 1/(mean squared length of the gradients of the outputs)
 * on: at about that rate a single sample overshoots. Ends with the range it has when the time is over. Pauses after every step.
 */
export function* searchedRates(
  sets: ForecastSets,
  request: ForecastRequest,
  route: Route,
  plan: SweepPlan,
  { onProgress, isOver }: Required<ForecastWatch>,
): PausingWork<number[]> {
  const start = 1 / meanSquaredRow(sets);
  let tried = 0;
  function* goesOn(lr: number, last: ForecastWord): PausingWork<boolean> {
    const watch = { isOver, onProgress: (share: number) => onProgress((tried + share) / (2 * SEARCH.most)) };
    const setting = { ...request.setting, lr };
    const found = yield* pointOf(sets, { ...request, setting }, route, plan, watch);
    tried++;
    return found !== null && found.point.word !== last;
  }
  let [low, high] = [start, start];
  for (let k = 0; k < SEARCH.most && (yield* goesOn(high, 'breaks')); k++) high *= SEARCH.factor;
  for (let k = 0; k < SEARCH.most && (yield* goesOn(low, 'nothing')); k++) low /= SEARCH.factor;
  if (low === high) [low, high] = [low / SEARCH.factor, high * SEARCH.factor];
  return Array.from({ length: RATES }, (_, k) =>
    Number((low * (high / low) ** (k / (RATES - 1))).toPrecision(4)),
  );
}

function meanSquaredRow({ retain: { jacobian } }: ForecastSets): number {
  const samples = Math.min(16, jacobian.rows / jacobian.factorsPerSample);
  const rows = jacobian.readBlock({
    fromSample: 0,
    toSample: samples,
    fromColumn: 0,
    toColumn: jacobian.columns,
  });
  const sum = rows.reduce((total, x) => total + x * x, 0);
  return sum > 0 ? sum / (samples * jacobian.factorsPerSample) : 1;
}

type SweepPlan = Pick<ForecastPlan, 'every' | 'parts'>;

/** One batch order of a setting, which does not go on beyond its steps; null if the time was over before its end. */
function* pointOf(
  sets: ForecastSets,
  { setting, goal, limit, seed }: ForecastRequest,
  route: Route,
  plan: SweepPlan,
  { onProgress, isOver }: Required<ForecastWatch>,
): PausingWork<{ readonly point: SweepPoint; readonly run: ForecastRun } | null> {
  if (isOver()) return null;
  const shown = (done: number): void => onProgress(Math.min(1, done / setting.steps));
  const run = yield* forecastRun(listedSets(sets), setting, route, batchesOf(sets, setting, seed, 0), {
    ...{ goal, limit, ...plan },
    horizon: { goal: 0, limit: 0 },
    withEnd: true,
    onWork: shown,
    isOver(done) {
      shown(done);
      return isOver();
    },
  });
  if (run.made < setting.steps) return null;
  const { goalStep, limitStep, end, atGoal } = run;
  const [retain, forget] = [end![0]!, end![1]!];
  const point: SweepPoint = {
    lr: setting.lr,
    forgetWeight: setting.forgetWeight,
    word: wordOf(goalStep, limitStep, setting.steps),
    goalStep,
    limitStep,
    forgetLoss: forget.loss,
    forgetAccuracy: forget.accuracy,
    retainLoss: retain.loss,
    retainAccuracy: retain.accuracy,
    atGoal: atGoal?.[0] ?? null,
  };
  return { point, run };
}

/** Tries all pairs of a grid. Pauses after every step. */
export function* sweep(
  sets: ForecastSets,
  request: ForecastRequest,
  route: Route,
  plan: SweepPlan,
  grid: SweepGrid,
  { onProgress = () => undefined, isOver = () => false }: ForecastWatch = {},
): PausingWork<Swept> {
  const pairs = grid.forgetWeights.flatMap((forgetWeight) => grid.lrs.map((lr) => ({ lr, forgetWeight })));
  const tried: { point: SweepPoint; run: ForecastRun }[] = [];
  for (const pair of pairs) {
    const watch = {
      isOver,
      onProgress: (share: number) => onProgress((tried.length + share) / pairs.length),
    };
    const setting = { ...request.setting, ...pair };
    const found = yield* pointOf(sets, { ...request, setting }, route, plan, watch);
    if (found === null) break;
    tried.push(found);
  }
  const points = tried.map(({ point }) => point);
  const runOf: Swept['runOf'] = ({ lr, forgetWeight }) =>
    tried.find(({ point }) => point.lr === lr && point.forgetWeight === forgetWeight)?.run ?? null;
  return {
    grid,
    points,
    frontier: frontierOf(tried, request, lookedAt(request.setting.steps, plan.every)),
    forgetting: leastDamageFirst(
      points.filter(({ word }) => word === 'forgets'),
      request.limit,
    ),
    runOf,
  };
}

/** A sweep of which a setting that was tried is recommended, as its forecast has it, or none. */
export function recommending(
  { grid, points, frontier }: Swept,
  chosen: { readonly point: SweepPoint; readonly found: Pick<Forecast, 'verdict' | 'atGoal'> } | null,
): Sweep {
  if (chosen === null) return { grid, points, frontier, window: null, recommended: null };
  const { point, found } = chosen;
  const { word, goalStep, limitStep } = found.verdict;
  return {
    ...{ grid, points, frontier, window: windowAround(points, point) },
    recommended: { ...point, word, goalStep, limitStep, atGoal: found.atGoal },
  };
}

/** Rates without a gap around the recommended one that forget, with its weight. */
function windowAround(points: readonly SweepPoint[], recommended: SweepPoint): Sweep['window'] {
  const row = points
    .filter(({ forgetWeight }) => forgetWeight === recommended.forgetWeight)
    .sort((a, b) => a.lr - b.lr);
  let [low, high] = [row.indexOf(recommended), row.indexOf(recommended)];
  while (row[low - 1]?.word === 'forgets') low--;
  while (row[high + 1]?.word === 'forgets') high++;
  return { low: row[low]!.lr, high: row[high]!.lr };
}

/** Damage of the retain set: by the quantity of the limit, then by its loss. */
function damage(level: Level, limit: Mark | null): readonly [number, number] {
  return [limit?.quantity === 'accuracy' ? 1 - (level.accuracy ?? 0) : level.loss, level.loss];
}

/** What meets a goal, in the order of the retain damage there. */
export function leastDamageFirst<Met extends { readonly atGoal: Level | null }>(
  met: readonly Met[],
  limit: Mark | null,
): Met[] {
  return [...met].sort((a, b) => {
    const [one, other] = [damage(a.atGoal!, limit), damage(b.atGoal!, limit)];
    return one[0] - other[0] || one[1] - other[1];
  });
}

/** Looks of all settings of which no other forgets as much with less damage, from little forgetting to much. */
function frontierOf(
  tried: readonly { readonly point: SweepPoint; readonly run: ForecastRun }[],
  { goal, limit }: ForecastRequest,
  steps: readonly number[],
): FrontierPoint[] {
  const forgetting = ({ forget }: FrontierPoint): number =>
    goal.quantity === 'accuracy' ? -(forget.accuracy ?? 1) : forget.loss;
  const all = tried.flatMap(({ point: { lr, forgetWeight }, run }) =>
    run.levels.map((levels, k) => ({
      lr,
      forgetWeight,
      step: steps[k]!,
      retain: levels[0]!,
      forget: levels[1]!,
    })),
  );
  all.sort((a, b) => {
    const [one, other] = [damage(a.retain, limit), damage(b.retain, limit)];
    return forgetting(b) - forgetting(a) || one[0] - other[0] || one[1] - other[1];
  });
  const kept: FrontierPoint[] = [];
  for (const point of all) {
    const before = kept.at(-1);
    if (point.retain.loss === Infinity) continue;
    const [own, least] = [damage(point.retain, limit), before && damage(before.retain, limit)];
    if (!least || own[0] < least[0] || (own[0] === least[0] && own[1] < least[1])) kept.push(point);
  }
  return kept.reverse();
}
