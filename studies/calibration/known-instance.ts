import type { ReducedProblem } from '../../src/theory/problem.js';
import { randomSource } from '../../src/random/generator.js';
import { denseSpectralRadius } from '../../test/reference/dense-operator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import type { Interval } from '../../src/statistics/intervals.js';
import { typicalGrowth } from '../../src/unlearning/growth.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import type { ClaimedInstance } from './procedure.js';

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
