import { escapePrediction } from '../../src/network/escape-prediction.js';
import { theoremThresholds } from '../../src/frontier/assessed-problem.js';
import type { PredictedSide } from '../../src/harness/examination.js';
import type { Theorem } from '../../src/harness/theorem.js';
import { randomSource, type RandomSource } from '../../src/random/generator.js';
import { typicalGrowthAlong } from '../../src/unlearning/growth.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { FACTOR, LIMITS, LINEAR_RUNS, MAX_STEPS } from './design.js';
import { escapeStep, runToThreshold, type Run } from './run-to-threshold.js';
import { secondMomentEscape } from './second-moment-path.js';
import type { Setting } from './setting.js';

/** What the linear theory says of a cell. No real step has any part in it. */
export interface Prediction {
  /** log rho(T): growth of E|delta|^2 per step, exact. */
  readonly logGrowth: number;
  /** 2 gamma, growth of log|delta|^2 of single runs: exact for full batches, else an interval of the linearised process. */
  readonly typical: { readonly low: number; readonly high: number };
  /** The sides that theorems decide, by id. */
  readonly theorems: Readonly<Record<string, PredictedSide>>;
  /** First step at which the second moment has grown by FACTOR^2; null: not within MAX_STEPS. */
  readonly secondMomentStep: number | null;
  /** Runs of the linearised process with batches and starts of their own; none for full batches. */
  readonly runs: readonly LinearRun[];
}

export interface LinearRun {
  readonly growth: number;
  readonly escapeStep: number | null;
}

/** Runs from which 2 gamma is measured, started along the Perron matrix. */
const TYPICAL = { runs: 16, steps: 2000, burnIn: 200, confidence: 0.999 };

/** @param words name the cell in the random numbers. */
export function predictionOf(
  { exact, eta, local: { reduced } }: Setting,
  full: boolean,
  theorems: readonly Theorem[],
  words: readonly (string | number)[],
): Prediction {
  const { logGrowth, perron } = exact.growth(eta);
  const decided = theoremThresholds(theorems, reduced)
    .map((threshold) => [threshold.id, threshold.side(eta)] as const)
    .filter(([, side]) => side !== 'undecided');
  const process = linearisedProcess(reduced, eta);
  const typical = full
    ? { low: logGrowth, high: logGrowth }
    : typicalGrowthAlong(perron, process, randomSource(...words, 'typical'), TYPICAL).interval;
  return {
    logGrowth,
    typical: { low: typical.low, high: typical.high },
    theorems: Object.fromEntries(decided),
    secondMomentStep: secondMomentEscape(reduced, eta, logGrowth, LIMITS),
    runs: full ? [] : linearRuns({ reduced, eta }, randomSource(...words, 'linear')),
  };
}

/** Runs of the linearised process from random directions. */
export function linearRuns(
  { reduced, eta }: { readonly reduced: Setting['local']['reduced']; readonly eta: number },
  random: RandomSource,
): LinearRun[] {
  const process = linearisedProcess(reduced, eta);
  return Array.from({ length: LINEAR_RUNS }, () => {
    const start = randomDirection(reduced.dimension, random);
    const run = runToThreshold(process, start, random, LIMITS);
    return linearRun(run);
  });
}

/** The run of full batches from a given start, in closed form. */
export function fullBatchRun(
  { eta, local: { reduced } }: Pick<Setting, 'eta' | 'local'>,
  start: Float64Array,
): { readonly escapeStep: number | null; readonly logDistance: (k: number) => number } {
  const { escapeStep, logDistance } = escapePrediction(reduced, eta, start, { factor: FACTOR });
  return { escapeStep: escapeStep !== null && escapeStep <= MAX_STEPS ? escapeStep : null, logDistance };
}

/** r numbers, uniformly distributed up to their length. */
export function randomDirection(dimension: number, random: RandomSource): Float64Array {
  return Float64Array.from({ length: dimension }, () => random.normal());
}

function linearRun(run: Run): LinearRun {
  return { growth: run.growth, escapeStep: escapeStep(run) };
}
