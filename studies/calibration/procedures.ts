import bundle from 'jstat';
import { decideSide, type ObservedSide } from '../../src/decision/decide-side.js';
import { BUDGETS } from '../../src/harness/budget.js';
import type { RandomSource } from '../../src/statistics/generator.js';
import type { Interval } from '../../src/statistics/intervals.js';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { trajectory } from '../../src/unlearning/growth.js';
import type { UnlearningProcess } from '../../src/unlearning/process.js';

/** Verdict of a procedure on one process, and its cost. */
export interface ProcedureVerdict {
  readonly side: ObservedSide;
  /** Pairs of batches drawn. */
  readonly samples: number;
}

/** A problem at one step size: what the code under test claims to run. */
export interface ClaimedInstance {
  readonly problem: ReducedProblem;
  readonly eta: number;
}

/** A way to tell from real unlearning steps whether the minimum is stable. */
export interface SideProcedure {
  readonly name: string;
  readonly decide: (
    process: UnlearningProcess,
    claimed: ClaimedInstance,
    random: RandomSource,
  ) => ProcedureVerdict;
}

/** Error probability of one certificate: no more than `verify` allows one, at budgets quick and standard. */
export const CERTIFICATE_ERROR = 1e-14;

/** Budgets of `verify` whose certificates are calibrated. */
export const CALIBRATED_BUDGETS = ['quick', 'standard'] as const;
export type CalibratedBudget = (typeof CALIBRATED_BUDGETS)[number];

/** The project's own decision, with the samples that a budget of `verify` allows. */
export function certificate(budget: CalibratedBudget): SideProcedure {
  const { maxSamples } = BUDGETS[budget];
  return {
    name: `certificate, ${budget}`,
    decide(process, { problem, eta }, random) {
      const { side, samples } = decideSide(process, problem, eta, random, {
        errorProbability: CERTIFICATE_ERROR,
        maxSamples,
      });
      return { side, samples };
    },
  };
}

const REPEATS = 10;
const STEPS = 1000;
const BLOW_UP = 1000;

/**
 * The published protocol (Dexter et al., arXiv 2401.12332, and its unlearning successor): a run diverged
 * if |w|^2 reaches 1000 |w_0|^2 within 1000 steps; ten runs vote, and more than half of them must have
 * diverged. It asks what a typical run does, not what E|delta_k|^2 does.
 */
export const publishedVote: SideProcedure = {
  name: 'majority of single runs',
  decide(process, _, random) {
    let diverged = 0;
    for (let run = 0; run < REPEATS; run++) {
      if (relativeTrajectory(process, STEPS, random).some((square) => square >= BLOW_UP)) diverged++;
    }
    return { side: diverged > REPEATS / 2 ? 'diverges' : 'stable', samples: REPEATS * STEPS };
  },
};

const RUNS = 200;
const MEAN_STEPS = 100;

/**
 * Mean of |delta_100|^2/|delta_0|^2 over 200 runs: diverges if it exceeds 1. It aims at the right
 * quantity, but the runs that carry the mean are too rare to be among 200.
 */
export const meanNorm: SideProcedure = {
  name: 'mean norm of 200 runs',
  decide(process, _, random) {
    let sum = 0;
    for (let run = 0; run < RUNS; run++) sum += relativeTrajectory(process, MEAN_STEPS, random)[MEAN_STEPS]!;
    return { side: sum / RUNS > 1 ? 'diverges' : 'stable', samples: RUNS * MEAN_STEPS };
  },
};

const WILSON_STEPS = 100;
const RUNS_PER_LOOK = 20;
const MAX_RUNS = 1000;
const LEVEL = 1e-3;

/**
 * Share of runs that have grown after 100 steps, with Wilson's interval of level 1e-3 looked at after
 * every 20 runs until it excludes 1/2, for at most 1000 runs: diverges if the share is above 1/2, stable
 * if below. Typical growth in the place of mean growth, and a fixed level in the place of one for all looks.
 */
export const repeatedWilson: SideProcedure = {
  name: 'repeated Wilson intervals',
  decide(process, _, random) {
    let grown = 0;
    for (let runs = 1; runs <= MAX_RUNS; runs++) {
      if (relativeTrajectory(process, WILSON_STEPS, random)[WILSON_STEPS]! > 1) grown++;
      if (runs % RUNS_PER_LOOK !== 0) continue;
      const { low, high } = wilsonInterval(grown, runs, LEVEL);
      if (low > 0.5) return { side: 'diverges', samples: runs * WILSON_STEPS };
      if (high < 0.5) return { side: 'stable', samples: runs * WILSON_STEPS };
    }
    return { side: 'inconclusive', samples: MAX_RUNS * WILSON_STEPS };
  },
};

/** |delta_k|^2/|delta_0|^2 along one run from a displacement with coordinates uniform in [0, 1]. */
export function relativeTrajectory(
  process: UnlearningProcess,
  steps: number,
  random: RandomSource,
): Float64Array {
  const start = process.minimum.map((x) => x + random.uniform());
  const distances = trajectory(process, start, steps, random);
  const first = distances[0]!;
  return distances.map((distance) => distance / first);
}

const { jStat } = bundle;

/** Two-sided normal quantile: a standard normal exceeds it in size with probability `level`. */
export function twoSidedQuantile(level: number): number {
  return jStat.normal.inv(1 - level / 2, 0, 1);
}

/** Wilson's score interval (1927) for a share of `events` in `trials`; its level holds for one look. */
export function wilsonInterval(events: number, trials: number, level: number): Interval {
  const share = events / trials;
  const weight = twoSidedQuantile(level) ** 2 / trials;
  const half = Math.sqrt(weight * (share * (1 - share) + weight / 4));
  return {
    low: (share + weight / 2 - half) / (1 + weight),
    high: (share + weight / 2 + half) / (1 + weight),
    confidence: 1 - level,
  };
}
