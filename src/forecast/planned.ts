import type { PausingWork } from '../jobs/interrupt.js';
import { type ForecastDocument, forecastDocument } from './document.js';
import { forecast, type ForecastWatch, ordersOf, routeOf } from './forecast.js';
import { type ForecastSets, listedSets } from './output-set.js';
import { type ForecastPlan, forecastPlan } from './plan.js';
import type { Route, RouteName } from './route.js';
import type { ForecastRequest } from './setting.js';
import { FORGET_SHARES, MOST_RATES, ratesAround, searchedRates, type Sweep, sweep } from './sweep.js';

/** What the user fixes of a forecast beside the request. */
export interface ForecastWishes {
  readonly route: RouteName | null;
  readonly every: number | null;
  /** What a sweep may vary: null where the user gave nothing; without a sweep null. */
  readonly sweep: { readonly lr: number | null; readonly forgetWeight: number | null } | null;
}

/** How the parts of the work are shown: does a part by its name. */
export type ShownWork = <Result>(
  name: string,
  work: (watch: Required<ForecastWatch>) => PausingWork<Result>,
) => PausingWork<Result>;

/**
 * Plans a forecast, and carries it out. With a sweep, the forecast is that of the recommended setting, else that of the middle
 * of the grid: rates around the given one if a weight is given, too; a rate alone is pinned, and weights are tried. Pauses
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
    runs: ordersOf(request, sets) + tried,
  });
  announce(plan);
  const route = yield* shown('Jacobian', function* ({ onProgress }) {
    const found = routeOf(sets, plan, onProgress);
    yield;
    return found;
  });
  const chosen = free === null ? null : yield* choose(sets, request, route, plan, free, forgetWeights, shown);
  const setting = chosen?.setting ?? request.setting;
  const found = yield* shown('forecast', (watch) =>
    forecast(sets, { ...request, setting }, route, plan, watch),
  );
  return forecastDocument(found, setting, chosen?.found);
}

function* choose(
  sets: ForecastSets,
  request: ForecastRequest,
  route: Route,
  plan: ForecastPlan,
  free: NonNullable<ForecastWishes['sweep']>,
  forgetWeights: readonly number[],
  shown: ShownWork,
): PausingWork<{ readonly setting: ForecastRequest['setting']; readonly found: Sweep }> {
  const { setting } = request;
  const middle = forgetWeights[Math.floor(forgetWeights.length / 2)]!;
  function* rates(watch: Required<ForecastWatch>): PausingWork<number[]> {
    if (free.lr === null) {
      const start = { ...request, setting: { ...setting, forgetWeight: middle } };
      return yield* searchedRates(sets, start, route, plan, watch);
    }
    return free.forgetWeight === null ? [free.lr] : ratesAround(free.lr);
  }
  const lrs = yield* shown('learning rates', rates);
  const found = yield* shown('sweep', (watch) =>
    sweep(sets, request, route, plan, { lrs, forgetWeights }, watch),
  );
  const { lr, forgetWeight } = found.recommended ?? {
    lr: lrs[Math.floor(lrs.length / 2)]!,
    forgetWeight: middle,
  };
  return { setting: { ...setting, lr, forgetWeight }, found };
}
