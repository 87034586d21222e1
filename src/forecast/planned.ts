import type { PausingWork } from '../jobs/interrupt.js';
import { type ForecastDocument, forecastDocument } from './document.js';
import { type Forecast, forecast, type ForecastWatch, ordersOf } from './forecast.js';
import type { Level } from './levels.js';
import { type ForecastSets, listedSets } from './output-set.js';
import { type ForecastPlan, forecastPlan } from './plan.js';
import { gramRoute, jacobianRoute, type Route, type RouteName } from './route.js';
import type { ForecastRequest } from './setting.js';
import {
  leastDamageFirst,
  MOST_RATES,
  ratesAround,
  recommending,
  searchedRates,
  sweep,
  type SweepPoint,
  type Swept,
} from './sweep.js';

/** Choices of the user for a forecast, beside the request. */
interface ForecastWishes {
  readonly route: RouteName | null;
  readonly every: number | null;
  /** What a sweep may vary: null where the user gave nothing; without a sweep null. */
  readonly sweep: { readonly lr: number | null; readonly forgetWeight: number | null } | null;
}

/** Weights of the forget loss that are tried where none is given, as shares of that of the retain loss. */
const FORGET_SHARES = [0.01, 0.03, 0.1, 0.3, 1];

/** Settings that hold with several batch orders, of which the best is recommended. */
const FINALISTS = 3;

/** How the parts of the work are shown: does a part by its name. */
type ShownWork = <Result>(
  name: string,
  work: (watch: Required<ForecastWatch>) => PausingWork<Result>,
) => PausingWork<Result>;

/**
 * Plans a forecast, and carries it out. With a sweep, the forecast is that of the recommended setting, which forgets with all
 * batch orders, or that of the middle of the grid, and the verdict says so: rates around the given one if a weight is given, too; a rate alone is pinned, and weights are tried. Pauses
 * before the first step, and after every one.
 *
 * @param announce hears of the plan before the work begins; it may throw.
 */
export function* plannedForecast(
  sets: ForecastSets,
  request: ForecastRequest,
  { route: wished, every, sweep: free }: ForecastWishes,
  shown: ShownWork,
  announce: (plan: ForecastPlan) => void = () => undefined,
): PausingWork<ForecastDocument> {
  const { retainWeight } = request.setting;
  const forgetWeights =
    free?.forgetWeight == null ? FORGET_SHARES.map((share) => share * retainWeight) : [free.forgetWeight];
  const tried =
    free === null
      ? 0
      : forgetWeights.length * (free.lr !== null && free.forgetWeight === null ? 1 : MOST_RATES);
  const plan = forecastPlan(listedSets(sets), request.setting, {
    ...{ route: wished, every, seed: request.seed },
    runs: ordersOf(request, sets) * (free === null ? 1 : finalistsOf(request, sets)) + tried,
  });
  announce(plan);
  const route = yield* shown('Jacobian', function* ({ onProgress }) {
    const found = routeOf(sets, plan, onProgress);
    yield;
    return found;
  });
  if (free === null) {
    const found = yield* shown('forecast', (watch) => forecast(sets, request, route, plan, watch));
    return forecastDocument(found, request.setting);
  }
  const swept = yield* tryAll(sets, request, route, plan, free, forgetWeights, shown);
  return yield* chosen(sets, request, route, plan, swept, shown);
}

/** The forecast of the setting that is chosen with all batch orders, or of the middle of the grid. */
function* chosen(
  sets: ForecastSets,
  request: ForecastRequest,
  route: Route,
  plan: ForecastPlan,
  swept: Swept,
  shown: ShownWork,
): PausingWork<ForecastDocument> {
  const { grid, forgetting, runOf } = swept;
  const held: { point: SweepPoint; found: Forecast; atGoal: Level | null }[] = [];
  function* forecastOf(pair: Pick<SweepPoint, 'lr' | 'forgetWeight'>) {
    const { lr, forgetWeight } = pair;
    const setting = { ...request.setting, lr, forgetWeight };
    return yield* shown('forecast', function* (watch) {
      const found = yield* forecast(sets, { ...request, setting }, route, plan, watch, runOf(pair));
      return { setting, found, isOver: watch.isOver() };
    });
  }
  for (const point of forgetting) {
    const { found, isOver } = yield* forecastOf(point);
    if (found.verdict.word === 'forgets') held.push({ point, found, atGoal: found.atGoal });
    if (held.length === finalistsOf(request, sets) || (isOver && held.length > 0)) break;
  }
  const [best = null] = leastDamageFirst(held, request.limit);
  const sweep = recommending(swept, best);
  if (best !== null) {
    const { lr, forgetWeight } = best.point;
    return forecastDocument(best.found, { ...request.setting, lr, forgetWeight }, sweep);
  }
  const middle = { lr: middleOf(grid.lrs), forgetWeight: middleOf(grid.forgetWeights) };
  const { setting, found } = yield* forecastOf(middle);
  return forecastDocument(found, setting, sweep);
}

/** The sets as a route keeps them, for any number of settings. */
function routeOf(
  sets: ForecastSets,
  plan: Pick<ForecastPlan, 'route'>,
  onProgress?: (share: number) => void,
): Route {
  const listed = listedSets(sets);
  if (plan.route === 'jacobian') return jacobianRoute(listed);
  const p = listed[0]!.jacobian.columns;
  return gramRoute(listed, onProgress && { onProgress: (columns) => onProgress(columns / p) });
}

/** How many settings that forget with all batch orders are compared. */
function finalistsOf(request: ForecastRequest, sets: ForecastSets): number {
  return ordersOf(request, sets) === 1 ? 1 : FINALISTS;
}

function middleOf(values: readonly number[]): number {
  return values[Math.floor(values.length / 2)]!;
}

function* tryAll(
  sets: ForecastSets,
  request: ForecastRequest,
  route: Route,
  plan: ForecastPlan,
  free: NonNullable<ForecastWishes['sweep']>,
  forgetWeights: readonly number[],
  shown: ShownWork,
): PausingWork<Swept> {
  const { setting } = request;
  function* rates(watch: Required<ForecastWatch>): PausingWork<number[]> {
    if (free.lr === null) {
      const start = { ...request, setting: { ...setting, forgetWeight: middleOf(forgetWeights) } };
      return yield* searchedRates(sets, start, route, plan, watch);
    }
    return free.forgetWeight === null ? [free.lr] : ratesAround(free.lr);
  }
  const lrs = yield* shown('learning rates', rates);
  return yield* shown('sweep', (watch) => sweep(sets, request, route, plan, { lrs, forgetWeights }, watch));
}
