import { randomSource, type RandomSource } from '../statistics/generator.js';
import { bestStake, MeanAboveOneTest } from '../statistics/betting-tests.js';
import { sampleCurvatures } from '../theory/mean-curvature.js';
import type { ReducedProblem } from '../theory/problem.js';
import { TYPICAL_EFFORT, typicalGrowth } from '../unlearning/growth.js';
import { stepsFrom } from '../unlearning/drawn-matrices.js';
import { linearisedProcess, type UnlearningProcess } from '../unlearning/process.js';
import { besideThreshold, type Examination, examinedCase, type Outcome } from './examination.js';
import type { ProblemInstance } from './instance.js';
import { type Claim, type ClaimKind, type ExaminationSettings, variantsOf } from './theorem.js';

/** A bound on the growth 2 gamma of typical runs: an upper one by the growth log rho(T) of the second moment, or a lower one. */
export interface TypicalClaim extends Claim {
  readonly kind: 'typical';
  /** Of a lower bound: how far the measured growth may fall short of it by chance; absent for an upper bound. */
  readonly shortfall?: (problem: ReducedProblem, eta: number, run: MeasuredSteps) => number;
  applies(problem: ReducedProblem): boolean;
  /** The bound on 2 gamma, given log rho(T). */
  bound(logGrowth: number, problem: ReducedProblem, eta: number): number;
}

/** Independent runs from uniform directions, their steps, and the probability with which chance may do more. */
export interface MeasuredSteps {
  readonly runs: number;
  readonly steps: number;
  readonly errorProbability: number;
}

/** Claims about single runs: their measured growth against the exact one of the second moment. */
export const typicalClaims: ClaimKind<TypicalClaim, ProblemInstance> = {
  name: 'typical',
  about: 'problem',
  wording: {
    testedAs: () => 'measured growth of single runs against its bound',
  },
  // Compared with the bound of the claim and with those of its wrong variants.
  certificates: (variants) => 1 + variants,
  applies: (claim, problem) => claim.applies(problem),
  examine: examineTypical,
};

/** Growth per step that the test resolves: with little noise both sides nearly agree, without noise exactly. */
const RESOLUTION = 2e-3;

/**
 * Compares the measured growth of single runs with a bound. An upper one is computed from log rho(T):
 *
 * Contradiction is certified by Markov's inequality: E|delta_k|^2 <= sqrt(r) rho^k |delta_0|^2 (T is
 * self-adjoint in the Frobenius inner product), so over m independent runs of k steps the sum of
 * log|delta_k|^2/|delta_0|^2 exceeds m (k log rho + log(r)/2) + log(1/error) with probability at most
 * `error`. Agreement needs the upper confidence limit of the measured growth to be below the bound, to RESOLUTION;
 * growth measured after a burn-in is a run of its own from the burnt-in start. A lower bound says itself how far chance may
 * fall short of it; up to that agreement is granted.
 */
function examineTypical(
  claim: TypicalClaim,
  instance: ProblemInstance,
  settings: ExaminationSettings,
): Examination {
  const { problem, eta } = examinedCase(instance);
  const place = besideThreshold(problem, eta);
  const { logGrowth } = place;
  const claimed = claim.bound(logGrowth, problem.reduced, eta);
  const bound = claim.shortfall ? claimed : measurable(claimed);
  // A lower bound is compared with whole runs from uniform directions.
  const effort = claim.shortfall ? { ...TYPICAL_EFFORT.bound, burnIn: 0 } : TYPICAL_EFFORT.bound;
  const words = [settings.seed, settings.theoremId, JSON.stringify([instance, eta])];
  const estimate = typicalGrowth(
    linearisedProcess(problem.reduced, eta, settings.implementation),
    randomSource('typical', ...words),
    effort,
  );
  const { growth, interval } = estimate;
  const { runs, steps, burnIn } = effort;
  const slack =
    (Math.log(problem.reduced.dimension) / 2 - Math.log(settings.errorProbability) / runs) / steps;
  const observed = interval.low > 0 ? 'diverges' : interval.high < 0 ? 'stable' : 'inconclusive';
  return {
    predicted: 'undecided',
    observed,
    outcome: claim.applies(problem.reduced) ? outcome() : 'undecided',
    ...place,
    samples: runs * (burnIn + steps),
    certificates: 1 + settings.mutants.length,
    evidence: `2 gamma = ${growth.toFixed(4)} in [${interval.low.toFixed(4)}, ${interval.high.toFixed(4)}], bound ${bound.toFixed(4)}`,
    refuted: refutedBounds(),
    conflict: null,
  };

  function outcome(): Outcome {
    if (claim.shortfall) {
      const measured = { runs, steps, errorProbability: settings.errorProbability };
      const short = claim.shortfall(problem.reduced, eta, measured);
      if (growth < bound - short) return 'contradict';
      return interval.low >= bound - Math.max(short, RESOLUTION) ? 'agree' : 'inconclusive';
    }
    if (growth > bound + slack) return 'contradict';
    return interval.high <= bound + RESOLUTION ? 'agree' : 'inconclusive';
  }

  /**
   * Wrong bounds that the typical growth certainly passes; certified where r = 1, and where a lower bound lies above log
   * rho, which 2 gamma never exceeds (U11).
   */
  function refutedBounds(): string[] {
    const wrong = variantsOf(settings.mutants, claim).filter((variant) =>
      variant.claim.applies(problem.reduced),
    );
    const bounds = wrong.map((variant) => variant.claim.bound(logGrowth, problem.reduced, eta));
    const passed = exceedsTypicalGrowth(
      linearisedProcess(problem.reduced, eta, settings.implementation),
      problem.reduced,
      eta,
      bounds,
      randomSource('scalar growth', ...words),
      settings.errorProbability,
      claim.shortfall ? 'below' : 'above',
    );
    return wrong.flatMap(({ id }, k) =>
      passed[k] || (claim.shortfall && bounds[k]! > logGrowth + RESOLUTION) ? [id] : [],
    );
  }
}

/** Share of the displacement to which a step is computed, of at most eight coordinates and moderate curvature. */
const STEP_ROUNDING = 1e-13;

/**
 * Bound of the growth that can be measured: a computed step is off by up to STEP_ROUNDING |delta|, which matters where a
 * step ends at the minimum (eta d = 1, rho = 0). By Jensen's inequality
 * E log (|A delta| + e |delta|)^2/|delta|^2 <= 2 log(sqrt(rho) + e).
 */
function measurable(bound: number): number {
  return bound > 0 ? bound : 2 * Math.log(Math.exp(bound / 2) + STEP_ROUNDING);
}

/** Steps that choose the stake, and steps that test. */
const TRIALS = 500;

const TESTS = 20_000;

/** Which way the typical growth passes a bound. */
type Passing = 'above' | 'below';

/**
 * Certified bounds on the typical growth 2 gamma = E log A^2 of a problem with one dimension, where the growth of every
 * step is an independent number. For each bound b, above: true if a sequential test rejects "E log A^2 <= b" (betting on
 * (log A^2 - low)/(b - low) >= 0, mean at most 1); below: the same of -log A^2 and -b. Needs an end of log A^2 that the
 * problem guarantees; above, where A may come near 0, nothing is certified.
 *
 * @returns one answer for each bound; all false unless r = 1.
 */
export function exceedsTypicalGrowth(
  process: UnlearningProcess,
  problem: ReducedProblem,
  eta: number,
  given: readonly number[],
  random: RandomSource,
  errorProbability: number,
  passing: Passing = 'above',
): boolean[] {
  const low = lowestLogSquare(passing, problem, eta);
  if (problem.dimension !== 1 || low === null) return given.map(() => false);
  const sign = passing === 'above' ? 1 : -1;
  const bounds = given.map((bound) => sign * bound);
  const step = stepsFrom(process, Float64Array.of(1));
  const draw = (count: number): Float64Array => {
    const moved = new Float64Array(count);
    step(random, count, moved);
    return moved.map((x) => sign * Math.log(x ** 2));
  };
  const trials = Array.from(draw(TRIALS));
  const tests = bounds.map((bound) => {
    // E log A^2 <= bound <= low is impossible: the range alone rejects it.
    if (!(bound > low)) return null;
    const scaled = (x: number): number => Math.max(0, x - low) / (bound - low);
    const { stake } = bestStake(trials.map(scaled));
    return { test: new MeanAboveOneTest([stake * 0.999]), scaled };
  });
  for (const x of draw(TESTS)) {
    for (const entry of tests) entry?.test.observe(entry.scaled(x));
  }
  const threshold = -Math.log(errorProbability);
  return tests.map((entry) => entry === null || entry.test.logEvidence() >= threshold);
}

/** log of the smallest A^2 that any batches can give (r = 1), or null if A may be 0 or negative; below: of 1/A^2. */
function lowestLogSquare(passing: Passing, problem: ReducedProblem, eta: number): number | null {
  let [smallest, largest] = [1, 1];
  for (const group of problem.groups) {
    const { samples, batchSize, sampling, weight } = group;
    const most = sampling === 'bernoulli' ? samples.sampleCount : batchSize;
    const farthest = eta * weight * (most / batchSize) * Math.max(...sampleCurvatures(samples));
    if (group.sign > 0) smallest -= farthest;
    else largest += farthest;
  }
  if (passing === 'below') return -Math.log(Math.max(smallest ** 2, largest ** 2));
  return smallest > 0 ? Math.log(smallest ** 2) : null;
}
