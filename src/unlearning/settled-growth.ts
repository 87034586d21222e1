import type { RandomSource } from '../statistics/generator.js';
import { type Interval, studentInterval } from '../statistics/intervals.js';
import {
  type GrowthEstimate,
  meanRate,
  type MovingProcess,
  type RunRate,
  runRates,
  type StartDisplacement,
} from './growth.js';

/** A measured growth rate per period, and whether its runs had settled. */
export interface SettledGrowth extends GrowthEstimate {
  /**
   * False where the budget ended before the runs had forgotten their start, before both their halves told the same, or
   * above the bound: the interval is wider than that of the runs then.
   */
  readonly settled: boolean;
}

/** Runs of a measurement, its least length, and the longest it may become. */
export interface SettlingEffort {
  readonly runs: number;
  readonly steps: number;
  readonly burnIn: number;
  readonly confidence: number;
  /** Most periods of a run, where the least are not enough. */
  readonly mostSteps: number;
}

/** Prior knowledge of the runs. */
interface KnownOfRuns {
  readonly start?: StartDisplacement | undefined;
  /** Periods in which the mean forgets where it started and oscillates once; 0: no more than the least burn-in covers. */
  readonly memory: number;
  /** log rho a period, which 2 gamma does not exceed (U11); Infinity where it is not known. */
  readonly ceiling: number;
}

/** Memories that are waited for, and counted: what is left of a transient, e^-3, is spread over twenty. */
export const WAITED = 3;
const COUNTED = 20;

/** Confidence with which halves must differ for a drift: it costs time where there is none. */
const DRIFT_CONFIDENCE = 0.999;

/** Drifts by which an interval is widened on both sides: what a transient that halves from half to half has left is one. */
const WIDENED = 3;

/** Growth a period below which it is rounding of the steps. */
const GROWTH_ROUNDING = 1e-12;

/**
 * 2 gamma of single runs that are as long as their procedure remembers: three memories are waited for and twenty counted,
 * from phases on that are drawn from a memory, or from the wait where that is shorter. Where the halves of the runs
 * disagree, or the whole interval lies above the bound log rho, they start again, twice as long and after all that was
 * counted, as far as the budget goes; then the interval is widened, by the drift, to below the bound, and, where the runs
 * are short of a memory, to hold 0.
 */
export function settledGrowth(
  process: MovingProcess,
  random: RandomSource,
  { runs, confidence, mostSteps, ...least }: SettlingEffort,
  { start, memory, ceiling }: KnownOfRuns,
): SettledGrowth {
  const wanted = {
    burnIn: Math.max(least.burnIn, Math.ceil(WAITED * memory)),
    steps: Math.max(least.steps, Math.ceil(COUNTED * memory)),
  };
  const share = Math.min(1, Math.max(mostSteps, least.burnIn + least.steps) / (wanted.burnIn + wanted.steps));
  let [burnIn, steps] = [Math.ceil(share * wanted.burnIn), Math.ceil(share * wanted.steps)];
  for (;;) {
    const rates = runRates(process, random, {
      ...{ runs, steps, burnIn, phases: Math.min(Math.ceil(memory), burnIn) },
      ...(start && { start }),
    });
    // Runs that wait for a memory count four of them at least.
    const isShort = burnIn < memory;
    const estimate = honestGrowth(rates, { confidence, ceiling, isShort });
    const longer = { burnIn: burnIn + steps, steps: 2 * steps };
    if (estimate.settled || longer.burnIn + longer.steps > mostSteps) return estimate;
    ({ burnIn, steps } = longer);
  }
}

/** Criteria by which runs are judged. */
interface Judged {
  readonly confidence: number;
  /** What the growth does not exceed. */
  readonly ceiling: number;
  /** True if the runs wait for less than their process remembers: nothing is said about a sign then. */
  readonly isShort: boolean;
}

/** The growth that runs tell, with an interval that allows for their drift, for what is above the bound, and for rounding. */
export function honestGrowth(
  rates: readonly RunRate[],
  { confidence, ceiling, isShort }: Judged,
): SettledGrowth {
  const { growth, interval } = meanRate(
    rates.map(({ rate }) => rate),
    confidence,
  );
  const drift = significantDrift(rates.map((run) => run.drift));
  const above = Math.max(0, interval.low - GROWTH_ROUNDING - ceiling);
  const slack = WIDENED * Math.max(drift, above) + GROWTH_ROUNDING;
  const ends = {
    low: Math.min(interval.low, ceiling) - slack,
    high: Math.min(interval.high + slack, ceiling),
  };
  return {
    growth: Math.min(growth, ceiling),
    interval: { ...interval, ...(isShort ? holdingZero(ends) : ends) },
    settled: !isShort && drift === 0 && above === 0,
  };
}

/** |mean| of the drifts of runs if it is beyond chance and rounding, else 0. */
function significantDrift(drifts: readonly number[]): number {
  const { mean, interval } = studentInterval(drifts, DRIFT_CONFIDENCE);
  const isChance = interval.low <= GROWTH_ROUNDING && interval.high >= -GROWTH_ROUNDING;
  return isChance ? 0 : Math.abs(mean);
}

function holdingZero({ low, high }: Pick<Interval, 'low' | 'high'>): Pick<Interval, 'low' | 'high'> {
  return { low: Math.min(low, 0), high: Math.max(high, 0) };
}
