import { theoremThresholds } from '../../src/frontier/assessed-problem.js';
import type { PredictedSide } from '../../src/harness/examination.js';
import type { Theorem } from '../../src/harness/theorem.js';
import { identityMatrix, largestEigenvalue, symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { trace } from '../../src/linalg/vectors.js';
import { escapePrediction } from '../../src/network/escape-prediction.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { batchNoise, meanCurvature, totalCurvature } from '../../src/theory/mean-curvature.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { secondMomentStep } from '../../src/theory/operator/noise-map.js';
import { groupInBasis, type ReducedProblem } from '../../src/theory/problem.js';
import { typicalGrowthAlong } from '../../src/unlearning/growth.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { FACTOR, LIMITS, LINEAR_RUNS, MAX_STEPS, type Setting } from './design.js';
import { escapeStep, type Run, type RunLimits, runToThreshold } from './run-to-threshold.js';

/** Prediction of the linear theory for a cell. No real step has any part in it. */
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

/**
 * First k with E|delta_k|^2 >= factor^2 |delta_0|^2, for starts in a uniformly random direction: the second moment
 * M_k = T^k(I/r), iterated exactly, in the eigenbasis of D. T is self-adjoint, so that tr M_k <= rho^k: what cannot get there in
 * time is not iterated.
 *
 * @param logGrowth log rho(T).
 * @returns null if there is none up to `maxSteps`.
 */
export function secondMomentEscape(
  problem: ReducedProblem,
  eta: number,
  logGrowth: number,
  { factor, maxSteps }: RunLimits,
): number | null {
  if (maxSteps * logGrowth < 2 * Math.log(factor)) return null;
  const r = problem.dimension;
  const { values, rows } = symmetricEigen(meanCurvature(problem), r);
  const groups = problem.groups.map((group) => groupInBasis(group, rows, r));
  const step = secondMomentStep(groups, values, eta);
  const moment = identityMatrix(r).map((x) => x / r);
  for (let k = 0; k <= maxSteps; k++) {
    if (trace(moment, r) >= factor ** 2) return k;
    step(moment);
  }
  return null;
}

/** Predictions that are wrong on purpose, as a plausible mistake would make them: the comparison must tell them from right ones. */
export type WrongRule = 'noise ignored' | 'coherence ignored' | 'alpha exchanged';

/** What each wrong rule says of the side of the second moment. */
export function wrongRules(
  problem: ReducedProblem,
  swapped: ReducedProblem,
  eta: number,
): Record<WrongRule, 'diverges' | 'stable'> {
  const side = (diverges: boolean) => (diverges ? 'diverges' : 'stable');
  const r = problem.dimension;
  const { values } = symmetricEigen(meanCurvature(problem), r);
  const meanGrowth = Math.max(...values.map((d) => Math.abs(1 - eta * d)));
  const noise = Math.sqrt(Math.min(...problem.groups.map(batchNoise)));
  const curvature = largestEigenvalue(totalCurvature(problem), r);
  return {
    // The mean path alone, as if every batch were the whole set.
    'noise ignored': side(meanGrowth > 1),
    // U3 with sigma = 1 as a rule for both sides, and overshoot.
    'coherence ignored': side(eta * curvature * noise > 1 || eta * values[r - 1]! > 2),
    'alpha exchanged': side(exactStability(swapped).growth(eta).logGrowth > 0),
  };
}
