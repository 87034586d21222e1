import { InputError } from '../input/input-error.js';
import { randomSource, type RandomSource } from '../random/generator.js';
import { naturalStep } from '../theory/mean-curvature.js';
import { exactStability } from '../theory/operator/exact-stability.js';
import {
  problemFromSpec,
  type ProblemSpec,
  type ReducedProblem,
  type SampleSpec,
  type Sampling,
} from '../theory/problem.js';
import { reduceProblem, reduceSets } from '../theory/reduction.js';
import type { MapRequest } from './frontier-map.js';

/** alpha of the planted problem where the map does not vary it. */
const PLANTED_ALPHA = 0.1;

/** The problem of a request: the given one, or one planted by the seed; `alpha` and `sampling` may replace its own. */
export function requestedProblem({ seed, settings }: MapRequest): ProblemSpec {
  const { problem, alpha, sampling } = settings;
  if (!problem) return plantedProblem(seed, alpha ?? PLANTED_ALPHA, sampling ?? 'bernoulli');
  const chosen = { ...problem, alpha: alpha ?? problem.alpha, sampling: sampling ?? problem.sampling };
  if (chosen.forget.length === 0 && chosen.alpha !== 0) {
    throw new InputError(`--alpha must be 0 for a problem without forget samples; got ${chosen.alpha}`);
  }
  return chosen;
}

/** Origin and size of a request's problem, for the setting of a map. */
export function problemWords({ seed, settings }: MapRequest, { retain, forget }: ProblemSpec): string {
  const origin = settings.problem ? 'given problem' : `planted problem (seed ${seed})`;
  return `${origin}, ${retain.length} retain and ${forget.length} forget samples`;
}

/** A reduced problem as a function of what a map varies; the sets are reduced once. */
export function variedProblem(
  spec: ProblemSpec,
): (change: Partial<Pick<ProblemSpec, 'alpha' | 'batch'>>) => ReducedProblem {
  const problem = problemFromSpec(spec);
  const [retain, forget] = reduceSets([problem.retain, problem.forget]).sets;
  const common = { ...problem, retain: retain!, forget: forget! };
  return (change) => reduceProblem({ ...common, ...change });
}

/** Samples of each set. */
const SAMPLES = 48;
/** Scales of the axes. */
const SPECTRUM = [1, 0.8, 0.6, 0.5];
/** Direction that the forget samples share, and its share in them. */
const FORGET_DIRECTION = [0.6, 0, 0.8, 0];
const ALIGNMENT = 0.7;

/**
 * The default problem of the maps over step size, batch size and mixing: 48 retain samples without a common direction
 * and 48 forget samples around one, in four dimensions, drawn by the seed.
 */
export function plantedProblem(seed: number, alpha: number, sampling: Sampling): ProblemSpec {
  const random = randomSource('frontier', 'planted problem', seed);
  const retain = samples(() => SPECTRUM.map((scale) => scale * random.normal()));
  const forget = samples(() => alignedVector(random));
  return { retain, forget, alpha, batch: { retain: 12, forget: 12 }, sampling };
}

function samples(draw: () => number[]): SampleSpec[] {
  return Array.from({ length: SAMPLES }, () => [draw().map((x) => Number(x.toFixed(4)))]);
}

function alignedVector(random: RandomSource): number[] {
  return FORGET_DIRECTION.map((m, a) => ALIGNMENT * m + (1 - ALIGNMENT) * SPECTRUM[a]! * random.normal());
}

/** Factors below the smallest and above the largest threshold that an axis of step sizes reaches. */
const BELOW = 2.5;
const ABOVE = 2.5;

/**
 * A range of step sizes that has the exact thresholds of the problems inside; around 1/lambda_1(K) if all of them
 * escape at every step size. Ends in two digits.
 */
export function naturalSteps(problems: readonly ReducedProblem[]): { low: number; high: number } {
  const thresholds = problems.map((problem) => exactStability(problem).criticalStep().value);
  const positive = thresholds.filter((value) => value > 0);
  const reference = positive.length > 0 ? positive : problems.map(naturalStep);
  return {
    low: Number((Math.min(...reference) / BELOW).toPrecision(2)),
    high: Number((Math.max(...reference) * ABOVE).toPrecision(2)),
  };
}
