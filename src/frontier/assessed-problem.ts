import { theoremThreshold } from '../analysis/verdict.js';
import type { PredictedSide } from '../harness/examination.js';
import { assertionOf, isProblemTheorem, kindOf } from '../harness/kinds.js';
import type { ProblemTheorem, Theorem } from '../harness/theorem.js';
import { InputError } from '../input/input-error.js';
import { exactSide, exactStability } from '../theory/operator/exact-stability.js';
import { plainMeanGrowth } from '../theory/operator/growth-of-mean.js';
import { procedureStability } from '../theory/operator/procedure-stability.js';
import type { ReducedProblem } from '../theory/problem.js';
import { isPlain } from '../theory/procedure.js';
import type { LineDefinition } from './frontier-map.js';

/** Growth of the second moment per step, and its Perron matrix. */
interface MapGrowth {
  readonly logGrowth: number;
  readonly perron: Float64Array;
}

/** The exact theory of a problem under its procedure, for maps. */
interface MapTheory {
  growth(eta: number): MapGrowth;
  /** eta*, the first crossing; Infinity if no step size was found that escapes. */
  criticalStep(): { readonly value: number };
  /** log of the growth of the mean per step. */
  meanGrowth(eta: number): number;
}

/** The exact theory of a problem under its procedure. @throws InputError if it has none. */
export function mapTheory(problem: ReducedProblem): MapTheory {
  if (isPlain(problem)) {
    const plain = exactStability(problem);
    return { ...plain, meanGrowth: (eta) => plainMeanGrowth(plain.meanEigenvalues, eta) };
  }
  const exact = procedureStability(problem);
  if ('unavailable' in exact) throw new InputError(`no map without an exact operator: ${exact.unavailable}`);
  return exact;
}

/** Exact growth of a problem at a step size, and the sides that theorems take. */
export interface Assessment {
  readonly growth: MapGrowth;
  /** log of the growth of the mean per step. */
  readonly meanGrowth: number;
  readonly exact: PredictedSide;
  readonly theorems: Readonly<Record<string, PredictedSide>>;
  /** Ids of the theorems on the wrong side. */
  readonly wrong: readonly string[];
}

/** Exact theory of a problem and the thresholds of all theorems: computed once, asked at many step sizes. */
export interface AssessedProblem {
  readonly etaStar: number;
  readonly thresholds: readonly CellThreshold[];
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
  const exact = mapTheory(representative);
  const thresholds = theoremThresholds(theorems, problem);
  return {
    etaStar: exact.criticalStep().value,
    thresholds,
    at(eta) {
      const growth = exact.growth(eta);
      const side = exactSide(growth.logGrowth);
      const said = thresholds.map((threshold) => [threshold.id, threshold.side(eta)] as const);
      const wrong = said.filter(([, claimed]) => opposed(claimed, side)).map(([id]) => id);
      return {
        growth,
        meanGrowth: exact.meanGrowth(eta),
        exact: side,
        theorems: Object.fromEntries(said),
        wrong,
      };
    },
  };
}

/** The thresholds as fields of a cell; those that say nothing are left out. */
export function thresholdFields({ thresholds }: AssessedProblem): Record<string, number> {
  return Object.fromEntries(
    thresholds.flatMap(({ field, value }) => (value === null ? [] : [[field, value]])),
  );
}

/** Claim of one theorem about a problem at every step size, as cells of a map hold it. */
interface CellThreshold {
  readonly id: string;
  /** True if the hypotheses hold. */
  readonly applies: boolean;
  /** Name of `value` among the fields of a cell. */
  readonly field: string;
  /** Critical step size (0: at every one), or for a theorem about the mixing the critical alpha; null: says nothing. */
  readonly value: number | null;
  /** Undecided at the threshold itself. */
  side(eta: number): PredictedSide;
}

/** The theorems of a register that take a side. */
function sideTheorems(theorems: readonly Theorem[]): ProblemTheorem[] {
  return theorems.filter(isProblemTheorem).filter(({ claim }) => kindOf(claim).sides !== undefined);
}

/** The thresholds of all theorems that take a side, in the order of the register. */
export function theoremThresholds(theorems: readonly Theorem[], problem: ReducedProblem): CellThreshold[] {
  return sideTheorems(theorems).map((theorem) => cellThreshold(theorem, problem));
}

/** Lines at which a theorem begins to speak, or stops. */
export function theoremLines(theorems: readonly Theorem[]): LineDefinition[] {
  return sideTheorems(theorems).flatMap((theorem): LineDefinition[] => {
    const { id, claim } = theorem;
    const kind = assertionOf(claim);
    return kind ? [{ id, label: id, kind, field: fieldOf(theorem), against: variableOf(theorem) }] : [];
  });
}

/** The quantity that a theorem has a threshold of. */
function variableOf({ claim }: ProblemTheorem): 'alpha' | 'eta' {
  return kindOf(claim).sides?.axis(claim) ?? 'eta';
}

function fieldOf(theorem: ProblemTheorem): string {
  return `${variableOf(theorem)}.${theorem.id}`;
}

function cellThreshold(theorem: ProblemTheorem, problem: ReducedProblem): CellThreshold {
  const { id, applies, critical, criticalMixing = critical, side } = theoremThreshold(theorem, problem);
  return {
    id,
    applies,
    field: fieldOf(theorem),
    value: finite(criticalMixing),
    side: (eta) => (atThreshold(eta, critical) ? 'undecided' : side(eta)),
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

/** True if one says that it diverges and the other that it is stable. */
export function opposed(side: PredictedSide | 'inconclusive', exact: PredictedSide): boolean {
  return (side === 'diverges' && exact === 'stable') || (side === 'stable' && exact === 'diverges');
}
