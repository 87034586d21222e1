import { trace } from '../linalg/vectors.js';
import { randomSource } from '../statistics/generator.js';
import type { Interval } from '../statistics/intervals.js';
import { meanSpectrum } from '../theory/curvature-signs.js';
import { totalCurvature } from '../theory/mean-curvature.js';
import { type ExactStability, exactStability } from '../theory/operator/exact-stability.js';
import { meanGrowthAlong, meanMemory } from '../theory/operator/growth-of-mean.js';
import { procedureStability } from '../theory/operator/procedure-stability.js';
import type { ReducedProblem } from '../theory/problem.js';
import { isDrawn, isPlain, periodSteps, PLAIN_PROCEDURE } from '../theory/procedure.js';
import { populationRates } from '../unlearning/growth.js';
import { linearisedProcess } from '../unlearning/process.js';
import { honestGrowth, WAITED } from '../unlearning/settled-growth.js';

/** Growth of the second moment at a step size. */
export interface MomentGrowth {
  /** Per step. */
  readonly logGrowth: number;
  readonly spectralRadius: number;
  /** Perron matrix of the states (s x s, the displacement first); null where only an estimate is known. */
  readonly perron: Float64Array | null;
  /** Stated error of `logGrowth`; 0 for the plain step, whose side is read from the signs of D. */
  readonly error: number;
  /** Interval of an estimate by simulation; absent where it is exact. */
  readonly estimate?: Interval;
}

/** The second moment of a problem, whatever its procedure, for an analysis. */
export interface SecondMoment extends Pick<
  ExactStability,
  'dimension' | 'meanEigenvalues' | 'meanDirections' | 'total'
> {
  growth(eta: number): MomentGrowth;
  /** eta*; null where it is not known. */
  criticalStep(): { readonly value: number | null; readonly firstCrossingOnly: boolean };
  /** log of the growth of the mean per step, for other procedures than the plain step; null where it is not known. */
  readonly meanGrowth: ((eta: number) => number | null) | null;
  /** Which eigenvectors of D the mean grows along; null where it does not follow them. */
  leaving(eta: number): number[] | null;
  /** Steps of a period. */
  readonly period: number;
  /** Why there is no exact operator, in words; null if there is one. */
  readonly unavailable: string | null;
  /** Periods that a simulated growth takes; 0 where there is an exact operator. */
  simulatedPeriods(eta: number): number;
}

/** The second moment of a problem: of the plain step, of a procedure, or an estimate where its operator is too large. */
export function secondMoment(problem: ReducedProblem): SecondMoment {
  if (isPlain(problem)) return plainMoment(exactStability(problem));
  const exact = procedureStability(problem);
  const { procedure = PLAIN_PROCEDURE, groups } = problem;
  const { values, rows } = meanSpectrum(problem);
  const indices = [...values.keys()];
  const known = {
    dimension: problem.dimension,
    meanEigenvalues: values,
    meanDirections: rows,
    total: trace(totalCurvature(problem), problem.dimension),
    period: periodSteps(groups, procedure).length,
  };
  if ('unavailable' in exact) {
    return {
      ...known,
      growth: (eta) => estimatedGrowth(problem, eta),
      criticalStep: () => ({ value: null, firstCrossingOnly: true }),
      meanGrowth: () => null,
      // Of small steps.
      leaving: () => indices.filter((k) => values[k]! + procedure.weightDecay < 0),
      unavailable: exact.unavailable,
      simulatedPeriods(eta) {
        const { populations, particles, steps, burnIn } = effortOf(problem, eta, known.period);
        return populations * particles * (steps + burnIn);
      },
    };
  }
  return {
    ...known,
    growth(eta) {
      const { logGrowth, logGrowthPerPeriod, perron, relativeError } = exact.growth(eta);
      // The error of rho, which is near 1 where it matters, is that of its logarithm.
      const error = (relativeError * Math.max(1, Math.abs(logGrowthPerPeriod))) / exact.period;
      return { logGrowth, spectralRadius: radiusOf(logGrowth), perron, error };
    },
    criticalStep: () => exact.criticalStep(),
    meanGrowth: (eta) => exact.meanGrowth(eta),
    leaving: (eta) =>
      procedure.schedule === null && groups.every(isDrawn)
        ? indices.filter((k) => meanGrowthAlong(procedure, eta, values[k]!) > GROWS)
        : null,
    unavailable: null,
    simulatedPeriods: () => 0,
  };
}

/** The second moment of the plain step. */
export function plainMoment(exact: ExactStability): SecondMoment {
  return {
    ...exact,
    growth: (eta) => ({ ...exact.growth(eta), error: 0 }),
    criticalStep: () => ({ value: exact.criticalStep().value, firstCrossingOnly: false }),
    meanGrowth: null,
    leaving: (eta) =>
      [...exact.meanEigenvalues.keys()].filter((k) => {
        const d = exact.meanEigenvalues[k]!;
        return d < 0 || eta * d > 2;
      }),
    period: 1,
    unavailable: null,
    simulatedPeriods: () => 0,
  };
}

/** Growth of a mean that is not rounding. */
const GROWS = 1e-12;

function radiusOf(logGrowth: number): number {
  return Math.min(Number.MAX_VALUE, Math.exp(logGrowth));
}

/** Most effort of an estimate by splitting, in periods, and the least. */
const EFFORT = { particles: 200, populations: 8, steps: 60, burnIn: 20, confidence: 0.99 };
const LEAST_EFFORT = { particles: 40, steps: 3 };

/** Steps that all particles of an estimate may take: some seconds. Longer periods tell more, so that fewer of them do. */
const MOST_STEPS = 3e6;

/** Effort of an estimate for a period of so many steps, of a process that remembers for so many periods. */
export function estimateEffort(period: number, memory: number): typeof EFFORT {
  const periods = MOST_STEPS / (period * EFFORT.populations);
  const steps = Math.floor((0.75 * periods) / EFFORT.particles);
  const kept = Math.min(EFFORT.steps, Math.max(LEAST_EFFORT.steps, steps));
  const most = Math.max(0, Math.floor(periods / LEAST_EFFORT.particles) - kept);
  const burnIn = Math.max(Math.ceil(kept / 3), Math.min(most, Math.ceil(WAITED * memory)));
  const particles = Math.floor(periods / (kept + burnIn));
  return {
    ...EFFORT,
    steps: kept,
    burnIn,
    particles: Math.min(EFFORT.particles, Math.max(LEAST_EFFORT.particles, particles)),
  };
}

/** Effort of an estimate at a step size, and the periods that the mean remembers there. */
function effortOf(problem: ReducedProblem, eta: number, period: number) {
  const memory = meanMemory(problem, eta) / period;
  return { ...estimateEffort(period, memory), memory };
}

/** log rho per step from populations of real runs, with Student's interval: an estimate, which heavy tails make too low. */
function estimatedGrowth(problem: ReducedProblem, eta: number): MomentGrowth {
  const process = linearisedProcess(problem, eta);
  const { period = 1 } = process;
  const { memory, ...effort } = effortOf(problem, eta, period);
  const { confidence, burnIn } = effort;
  const rates = populationRates(process, randomSource('moment', 1), effort);
  const isShort = burnIn < memory;
  const { growth, interval } = honestGrowth(rates, { confidence, ceiling: Infinity, isShort });
  const estimate = { ...interval, low: interval.low / period, high: interval.high / period };
  const logGrowth = growth / period;
  return { logGrowth, spectralRadius: radiusOf(logGrowth), perron: null, error: 0, estimate };
}
