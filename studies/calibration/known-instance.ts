import fc, { type Arbitrary } from 'fast-check';
import { derivedSeed, randomSource } from '../../src/statistics/generator.js';
import type { Interval } from '../../src/statistics/intervals.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { problemFromSpec, type ProblemSpec, type ReducedProblem } from '../../src/theory/problem.js';
import { reduceProblem } from '../../src/theory/reduction.js';
import { typicalGrowth } from '../../src/unlearning/growth.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { denseSpectralRadius } from '../../test/reference/dense-operator.js';
import { alignedProblems } from '../../theorems/draws/aligned-problems.js';
import { commutingProblems, identicalGroups } from '../../theorems/draws/extremal-families.js';
import type { ClaimedInstance } from './procedures.js';

export type KnownSide = 'diverges' | 'stable';

/** A problem at a step size whose side is known without sampling. */
export interface KnownInstance extends ClaimedInstance {
  /** eta/eta*. */
  readonly ratio: number;
  readonly truth: KnownSide;
  /** log rho(T), exact. */
  readonly logGrowth: number;
  /** 2 gamma, measured on runs of the real process, with its interval. */
  readonly typical: Interval;
  /** Zone in which almost every run shrinks while E|delta_k|^2 grows: log rho > 0 and 2 gamma < 0. */
  readonly heavyTail: boolean;
}

/** Confidence of the interval of 2 gamma that puts an instance into the heavy-tail zone. */
export const TYPICAL_CONFIDENCE = 0.999;

/** Relative difference allowed between the two computations of rho(T): both are good to 1e-10. */
const OPERATOR_TOLERANCE = 1e-8;

/**
 * The problem at eta = ratio eta*.
 *
 * @throws RangeError if the problem has no positive critical step or `ratio` is 1; Error if the exact
 * operator, the dense reference and the ratio do not agree on the side.
 */
export function knownInstance(problem: ReducedProblem, ratio: number, seed: number): KnownInstance {
  const exact = exactStability(problem);
  const etaStar = exact.criticalStep().value;
  if (!(etaStar > 0) || ratio === 1) {
    throw new RangeError(`a side must be known: eta* > 0 and ratio other than 1; got ${etaStar}, ${ratio}`);
  }
  const eta = ratio * etaStar;
  const { spectralRadius, logGrowth } = exact.growth(eta);
  const dense = denseSpectralRadius(problem, eta);
  const truth = ratio > 1 ? 'diverges' : 'stable';
  const agree = Math.abs(dense - spectralRadius) <= OPERATOR_TOLERANCE * Math.max(1, dense);
  if (!agree || dense > 1 !== (truth === 'diverges')) {
    throw new Error(`rho at ${ratio} eta* is ${spectralRadius} by operator and ${dense} by dense matrix`);
  }
  const { interval: typical } = typicalGrowth(
    linearisedProcess(problem, eta),
    randomSource('calibration', seed, 'typical', ratio, eta),
    { confidence: TYPICAL_CONFIDENCE },
  );
  const heavyTail = truth === 'diverges' && typical.high < 0;
  return { problem, eta, ratio, truth, logGrowth, typical, heavyTail };
}

export type Family = 'aligned' | 'commuting' | 'identical';

/** A problem with positive critical step and batch noise, drawn as the theorems draw theirs. */
export interface DrawnProblem {
  readonly family: Family;
  /** Place in the draw of its family. */
  readonly index: number;
  readonly spec: ProblemSpec;
  readonly reduced: ReducedProblem;
}

const draws: Readonly<Record<Family, Arbitrary<ProblemSpec>>> = {
  aligned: alignedProblems({ mixing: 'below' }),
  commuting: commutingProblems(4),
  identical: identicalGroups,
};

/**
 * The first problems of each family's draw that have batch noise: a function of the seed alone. Families take
 * turns. (Without noise one step tells everything, and any procedure is right.)
 */
export function drawnProblems(seed: number, counts: Readonly<Record<Family, number>>): DrawnProblem[] {
  const families = Object.keys(draws) as Family[];
  const drawn = families.flatMap((family) =>
    fc
      .sample(
        draws[family]
          .map((spec) => ({ spec, reduced: reduceProblem(problemFromSpec(spec)) }))
          .filter(hasNoise),
        { seed: derivedSeed('calibration', seed, family), numRuns: counts[family] },
      )
      .map((problem, index) => ({ family, index, ...problem })),
  );
  return drawn.sort((a, b) => a.index - b.index);
}

function hasNoise({ reduced: { groups } }: { reduced: ReducedProblem }): boolean {
  return groups.some(({ samples: { sampleCount }, batchSize, sampling }) =>
    sampling === 'with-replacement' ? sampleCount > 1 : batchSize < sampleCount,
  );
}
