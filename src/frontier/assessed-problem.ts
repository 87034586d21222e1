import type { ReducedProblem } from '../curvature/problem.js';
import type { PredictedSide, Theorem } from '../harness/theorem.js';
import { exactStability, type SecondMomentGrowth } from '../stability/exact-stability.js';
import { exactSide, opposed } from './exact-side.js';
import { theoremThresholds, type TheoremThreshold } from './theorem-thresholds.js';

/** What is known of a problem at a step size without sampling. */
export interface Assessment {
  readonly growth: SecondMomentGrowth;
  readonly exact: PredictedSide;
  readonly theorems: Readonly<Record<string, PredictedSide>>;
  /** Ids of the theorems on the wrong side. */
  readonly wrong: readonly string[];
}

/** A problem with its exact theory and the thresholds of all theorems: computed once, asked at many step sizes. */
export interface AssessedProblem {
  readonly etaStar: number;
  readonly thresholds: readonly TheoremThreshold[];
  at(eta: number): Assessment;
}

/**
 * @param problem what the theorems are asked about.
 * @param representative a smaller problem with the same rho(T) at every step size, for the exact operator.
 */
export function assessedProblem(
  theorems: readonly Theorem[],
  problem: ReducedProblem,
  representative: ReducedProblem = problem,
): AssessedProblem {
  const exact = exactStability(representative);
  const thresholds = theoremThresholds(theorems, problem);
  return {
    etaStar: exact.criticalStep().value,
    thresholds,
    at(eta) {
      const growth = exact.growth(eta);
      const side = exactSide(growth.logGrowth);
      const said = thresholds.map((threshold) => [threshold.id, threshold.side(eta)] as const);
      const wrong = said.filter(([, claimed]) => opposed(claimed, side)).map(([id]) => id);
      return { growth, exact: side, theorems: Object.fromEntries(said), wrong };
    },
  };
}

/** The thresholds as fields of a cell; those that say nothing are left out. */
export function thresholdFields({ thresholds }: AssessedProblem): Record<string, number> {
  return Object.fromEntries(
    thresholds.flatMap(({ field, value }) => (value === null ? [] : [[field, value]])),
  );
}
