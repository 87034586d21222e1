import type { PausingWork } from '../jobs/interrupt.js';
import { batchesOf } from './batches.js';
import type { Level, Mark } from './levels.js';
import {
  countsOf,
  FORECAST_SETS,
  type ForecastSets,
  type ForecastSetName,
  listedSets,
  type OutputSet,
} from './output-set.js';
import type { ForecastPlan } from './plan.js';
import { type ForecastRun, forecastRun, lookedAt, type Watch } from './run.js';
import { gramRoute, jacobianRoute, type Route, type RouteName } from './route.js';
import { type ForecastRequest, isFullBatch } from './setting.js';
import { type ForecastTrust, trustIn } from './trust.js';
import { type ForecastVerdict, ordersWith, retainAtGoal, verdictOn } from './verdict.js';

/** Losses and accuracies by look; null where they overflow or there are no classes. */
export interface Curve {
  readonly loss: readonly number[];
  readonly accuracy: readonly number[] | null;
}

/** Medians over the batch orders, with the lowest and the highest beside them if there are several. */
export type BandedCurve = Curve & { readonly low?: Curve; readonly high?: Curve };

/** What an unlearning run will do. */
export interface Forecast {
  readonly verdict: ForecastVerdict;
  /** First and last step at which to stop; null if there is none. */
  readonly stopWindow: readonly [number, number] | null;
  /** The whole retain set at the goal, medians over the orders with the word of the verdict; null if none of them meets it. */
  readonly atGoal: Level | null;
  readonly goal: Mark;
  readonly limit: Mark | null;
  readonly route: RouteName;
  /** Every batch order by itself. */
  readonly orders: readonly { readonly goalStep: number | null; readonly limitStep: number | null }[];
  /** Steps of the looks. */
  readonly steps: readonly number[];
  readonly retain: BandedCurve;
  readonly forget: BandedCurve;
  readonly test: BandedCurve | null;
  readonly trust: ForecastTrust;
  /** Forget samples in the order in which they go; `forgottenAt` is the median over the orders, null: not within the steps. */
  readonly samples: readonly { readonly id: number | string; readonly forgottenAt: number | null }[];
}

/** What a forecast tells its caller while it goes on. */
export interface ForecastWatch {
  /** Called with the share that is done. */
  readonly onProgress?: (share: number) => void;
  /** Asked now and then: true ends the work with what there is. */
  readonly isOver?: () => boolean;
}

/** The sets as a route keeps them, for any number of settings. */
export function routeOf(
  sets: ForecastSets,
  plan: Pick<ForecastPlan, 'route'>,
  onProgress?: (share: number) => void,
): Route {
  const listed = listedSets(sets);
  if (plan.route === 'jacobian') return jacobianRoute(listed);
  const p = listed[0]!.jacobian.columns;
  return gramRoute(listed, onProgress && { onProgress: (columns) => onProgress(columns / p) });
}

/** Batch orders that differ: one if no batch is random. */
export function ordersOf({ setting, seeds }: ForecastRequest, sets: ForecastSets): number {
  return isFullBatch(setting, countsOf(sets)) ? 1 : seeds;
}

/**
 * Runs the batch orders of a request one after the other, and says what they do. Pauses after every step.
 *
 * @param known a whole run of the first order, which stands for it if the time does not suffice.
 */
export function* forecast(
  sets: ForecastSets,
  request: ForecastRequest,
  route: Route,
  { every, parts, horizon }: Pick<ForecastPlan, 'every' | 'parts' | 'horizon'>,
  { onProgress = () => undefined, isOver = () => false }: ForecastWatch = {},
  known: ForecastRun | null = null,
): PausingWork<Forecast> {
  const { setting, goal, limit, seed } = request;
  const { steps } = setting;
  const listed = listedSets(sets);
  const orders = ordersOf(request, sets);
  const runs: ForecastRun[] = [];
  for (let order = 0; order < orders && (order === 0 || !isOver()); order++) {
    const shown = (done: number): void => onProgress((order + Math.min(1, done / steps)) / orders);
    const watch: Watch = {
      goal,
      limit,
      every,
      parts,
      horizon: order === 0 ? horizon : { goal: 0, limit: 0 },
      onWork: shown,
      isOver(done) {
        shown(done);
        return isOver();
      },
    };
    const draw = batchesOf(sets, setting, seed, order);
    const run = yield* forecastRun(listed, setting, route, draw, watch);
    runs.push(order === 0 && run.made < steps ? (known ?? run) : run);
  }
  // A run that was cut short says nothing of the steps it did not make; the first one is all there is.
  const whole = runs.filter(({ made }, order) => order === 0 || made === steps);
  const { made } = whole[0]!;
  const verdict = verdictOn(whole, { steps: made, asked: steps, limit });
  const curves = listed.map((_, k) =>
    bandedCurve(whole.map(({ levels }) => levels.map((level) => level[k]!))),
  );
  const curveOf = (name: ForecastSetName): BandedCurve | null =>
    sets[name] === null ? null : curves[FORECAST_SETS.indexOf(name)]!;
  return {
    verdict,
    stopWindow: stopWindow(verdict, made),
    atGoal: retainAtGoal(ordersWith(verdict.word, whole, made)),
    goal,
    limit,
    route: route.name,
    orders: whole.map(({ goalStep, limitStep }) => ({ goalStep, limitStep })),
    steps: lookedAt(setting.steps, every).slice(0, whole[0]!.levels.length),
    retain: curveOf('retain')!,
    forget: curveOf('forget')!,
    test: curveOf('test'),
    trust: trustIn(listed, request, route, whole, { every, parts, orders }),
    samples: forgetOrder(sets.forget, parts[1]!, whole),
  };
}

function stopWindow(
  { word, goalStep, limitStep }: ForecastVerdict,
  steps: number,
): readonly [number, number] | null {
  return word === 'forgets' ? [goalStep!, limitStep === null ? steps : limitStep - 1] : null;
}

function bandedCurve(runs: readonly (readonly Level[])[]): BandedCurve {
  const points = Math.min(...runs.map(({ length }) => length));
  const curveBy = (pick: (sorted: readonly number[]) => number): Curve => {
    const of = (quantity: keyof Level): number[] =>
      Array.from({ length: points }, (_, k) =>
        pick(runs.map((run) => run[k]![quantity]!).sort((a, b) => a - b)),
      );
    return { loss: of('loss'), accuracy: runs[0]![0]!.accuracy === null ? null : of('accuracy') };
  };
  const medians = curveBy(medianOfSorted);
  if (runs.length === 1) return medians;
  return { ...medians, low: curveBy((sorted) => sorted[0]!), high: curveBy((sorted) => sorted.at(-1)!) };
}

function medianOfSorted(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}

/** Samples that go first are first; those that stay last. */
function forgetOrder(
  { ids }: OutputSet,
  part: Int32Array,
  runs: readonly ForecastRun[],
): Forecast['samples'] {
  const samples = Array.from(part, (sample, k) => {
    const sorted = runs.map(({ forgottenAt }) => forgottenAt[k] ?? Infinity).sort((a, b) => a - b);
    const median = sorted[Math.ceil(sorted.length / 2) - 1]!;
    return { id: ids?.[sample] ?? sample, forgottenAt: median === Infinity ? null : median };
  });
  return samples.sort((a, b) => (a.forgottenAt ?? Infinity) - (b.forgottenAt ?? Infinity) || 0);
}
