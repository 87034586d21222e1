import type { PausingWork } from '../jobs/interrupt.js';
import { batchesOf } from './batches.js';
import { type Level, type Mark, levelAt } from './levels.js';
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
import type { Route, RouteName } from './route.js';
import { type ForecastRequest, isFullBatch } from './setting.js';
import { type ForecastVerdict, lowerMedian, ordersWith, retainAtGoal, verdictOn } from './verdict.js';
import { trainingLoop } from './training-loop.js';

/** Losses and accuracies by look; null where they overflow or there are no classes. */
export interface Curve {
  readonly loss: readonly number[];
  readonly accuracy: readonly number[] | null;
}

/** Medians over the batch orders, with the lowest and the highest beside them if there are several. */
export type BandedCurve = Curve & { readonly low?: Curve; readonly high?: Curve };

/** Forecast of an unlearning run. */
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

/** Callbacks of a forecast. */
export interface ForecastWatch {
  /** Called with the share that is done. */
  readonly onProgress?: (share: number) => void;
  /** Asked now and then: true ends the work with what there is. */
  readonly isOver?: () => boolean;
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
    const median = lowerMedian(runs.map(({ forgottenAt }) => forgottenAt[k] ?? Infinity));
    return { id: ids?.[sample] ?? sample, forgottenAt: median === Infinity ? null : median };
  });
  return samples.sort((a, b) => (a.forgottenAt ?? Infinity) - (b.forgottenAt ?? Infinity) || 0);
}

/** How far a forecast can be relied on. */
interface ForecastTrust {
  /** What it leaves out, in words. */
  readonly leavesOut: string;
  /** Batch orders that were run, of those asked for, and the steps asked for. */
  readonly orders: { readonly run: number; readonly of: number; readonly steps: number };
  /** Samples of each set that were watched; marks are decided by whole sets. */
  readonly samples: readonly {
    readonly set: ForecastSetName;
    readonly looked: number;
    readonly of: number;
  }[];
  /** Samples at hand of sets that they are a uniform draw from; accuracies are at most so far off, by two standard errors. */
  readonly thinned: readonly {
    readonly set: ForecastSetName;
    readonly held: number;
    readonly of: number;
    readonly accuracyWithin: number;
  }[];
  /** Steps between two points of the curves; marks are looked for after every step. */
  readonly every: number;
  /** Steps made, fewer than asked for if the time was over. */
  readonly made: number;
  /** Step at which the outputs had overflowed in some order. */
  readonly overflowAt: number | null;
  /** Real outputs after some real steps beside the forecast's; empty without. */
  readonly real: readonly RealComparison[];
}

/** Outputs of the real model after m steps beside those of the forecast. */
interface RealComparison {
  readonly set: ForecastSetName;
  readonly steps: number;
  readonly real: Level;
  readonly forecast: Level;
  /** Root mean square of (real - forecast) over that of (real - start): 0 is perfect, 1 as if nothing had been forecast. */
  readonly error: number;
}

const LEAVES_OUT =
  'the change of the Jacobian on the way: the forecast is exact for the linearised network, and real runs leave it as the weights move';

/** @param plan what the looks took in, and how many orders there are. */
export function trustIn(
  sets: readonly OutputSet[],
  request: ForecastRequest,
  route: Route,
  runs: readonly ForecastRun[],
  plan: Pick<ForecastPlan, 'every' | 'parts'> & { readonly orders: number },
): ForecastTrust {
  const overflows = runs.flatMap(({ overflowAt }) => overflowAt ?? []);
  return {
    leavesOut: LEAVES_OUT,
    orders: { run: runs.length, of: plan.orders, steps: request.setting.steps },
    samples: sets.map(({ samples }, k) => ({
      set: FORECAST_SETS[k]!,
      looked: plan.parts[k]!.length,
      of: samples,
    })),
    thinned: sets.flatMap(({ samples, of }, k) =>
      of === samples
        ? []
        : [{ set: FORECAST_SETS[k]!, held: samples, of, accuracyWithin: accuracyWithin(samples, of) }],
    ),
    every: plan.every,
    made: runs[0]!.made,
    overflowAt: overflows.length > 0 ? Math.min(...overflows) : null,
    real: sets.flatMap((set, k) =>
      set.real === null ? [] : [comparison(sets, k, set.real, request, route)],
    ),
  };
}

/** Two standard errors of a share among n samples that are drawn from N, at most: 2 sqrt((1/4)(1/n)(1 - n/N)), nearly. */
function accuracyWithin(n: number, of: number): number {
  return Math.sqrt((1 - n / of) / n);
}

function comparison(
  sets: readonly OutputSet[],
  k: number,
  real: NonNullable<OutputSet['real']>,
  { setting, seed }: ForecastRequest,
  route: Route,
): RealComparison {
  const [retain, forget] = [sets[0]!, sets[1]!];
  const loop = trainingLoop(sets, setting, route, batchesOf({ retain, forget }, setting, seed, 0));
  while (loop.steps < real.steps) loop.step();
  const set = sets[k]!;
  const outputs = new Float64Array(set.outputs.length);
  loop.outputs(k, 0, set.samples, outputs);
  const distance = (from: Float64Array): number =>
    Math.sqrt(real.outputs.reduce((sum, z, i) => sum + (z - from[i]!) ** 2, 0));
  const moved = distance(set.outputs);
  return {
    set: FORECAST_SETS[k]!,
    steps: real.steps,
    real: levelAt(set, setting.loss, real.outputs),
    forecast: levelAt(set, setting.loss, outputs),
    error: moved > 0 ? distance(outputs) / moved : 0,
  };
}
