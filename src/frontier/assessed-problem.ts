import type { PredictedSide } from '../harness/examination.js';
import { appliesTo, isProblemTheorem, kindOf } from '../harness/kinds.js';
import type { Theorem } from '../harness/theorem.js';
import { exactStability, type SecondMomentGrowth } from '../theory/operator/exact-stability.js';
import type { ReducedProblem } from '../theory/problem.js';
import type { LineDefinition } from './frontier-map.js';

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

/** What one theorem says of a problem at every step size. */
export interface TheoremThreshold {
  readonly id: string;
  /** True if the hypotheses hold. */
  readonly applies: boolean;
  /** Name of `value` among the fields of a cell. */
  readonly field: string;
  /** Critical step size (0: at every one), or for a theorem about the mixing the critical alpha; null: says nothing. */
  readonly value: number | null;
  side(eta: number): PredictedSide;
}

/** The theorems of a register that take a side, with how they do. */
function sideTheorems(theorems: readonly Theorem[]) {
  return theorems.filter(isProblemTheorem).flatMap(({ id, claim }) => {
    const { sides } = kindOf(claim);
    if (!sides) return [];
    const axis = sides.axis(claim);
    return [{ id, claim, sides, axis, field: `${axis}.${id}` }];
  });
}

type SideTheorem = ReturnType<typeof sideTheorems>[number];

/** The thresholds of all theorems that take a side, in the order of the register. */
export function theoremThresholds(theorems: readonly Theorem[], problem: ReducedProblem): TheoremThreshold[] {
  return sideTheorems(theorems).map((theorem) => thresholdOf(theorem, problem));
}

/** Lines at which a theorem begins to speak, or stops. */
export function theoremLines(theorems: readonly Theorem[]): LineDefinition[] {
  return sideTheorems(theorems).flatMap(({ id, claim, sides, axis, field }): LineDefinition[] => {
    const kind = sides.asserts(claim);
    return kind ? [{ id, label: id, kind, field, against: axis }] : [];
  });
}

function thresholdOf(
  { id, claim, sides, axis, field }: SideTheorem,
  problem: ReducedProblem,
): TheoremThreshold {
  const applies = appliesTo(claim, problem);
  if (!applies) return { id, applies, field, value: null, side: () => 'undecided' };
  const taken = sides.taken(claim, problem);
  const { criticalStep, criticalMixing = null } = taken;
  return {
    id,
    applies,
    field,
    value: finite(axis === 'alpha' ? criticalMixing : criticalStep),
    side: (eta) => (atThreshold(eta, criticalStep) ? 'undecided' : taken.at(eta)),
  };
}

/** Relative distance of a step size to a threshold that counts as none: both are rounded. */
const THRESHOLD_WIDTH = 1e-9;

function atThreshold(eta: number, critical: number | null): boolean {
  return critical !== null && Math.abs(eta - critical) <= THRESHOLD_WIDTH * critical;
}

/** Infinity as the largest number, which files can hold. */
function finite(value: number | null): number | null {
  return value === null ? null : Math.min(value, Number.MAX_VALUE);
}

/** |log rho(T)| up to which no side is taken for exact: the stated error of the operator, generously. */
const EXACT_MARGIN = 1e-9;

/** The side that an exact log rho(T) shows. */
export function exactSide(logGrowth: number): PredictedSide {
  if (Math.abs(logGrowth) <= EXACT_MARGIN) return 'undecided';
  return logGrowth > 0 ? 'diverges' : 'stable';
}

/** True if one says that it diverges and the other that it is stable. */
export function opposed(side: PredictedSide | 'inconclusive', exact: PredictedSide): boolean {
  return (side === 'diverges' && exact === 'stable') || (side === 'stable' && exact === 'diverges');
}
