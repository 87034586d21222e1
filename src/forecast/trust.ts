import { batchesOf } from './batches.js';
import { levelAt, type Level } from './levels.js';
import { FORECAST_SETS, type ForecastSetName, type OutputSet } from './output-set.js';
import type { ForecastPlan } from './plan.js';
import type { Route } from './route.js';
import type { ForecastRun } from './run.js';
import type { ForecastRequest } from './setting.js';
import { trainingLoop } from './training-loop.js';

/** How far a forecast can be relied on. */
export interface ForecastTrust {
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
