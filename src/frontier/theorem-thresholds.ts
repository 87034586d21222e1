import type { ReducedProblem } from '../curvature/problem.js';
import {
  isProblemTheorem,
  predictedSide,
  type PredictedSide,
  type ProblemTheorem,
  type Theorem,
} from '../harness/theorem.js';
import type { LineDefinition } from './frontier-map.js';

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

/** The theorems of a register that take a side. */
function sideTheorems(theorems: readonly Theorem[]): ProblemTheorem[] {
  return theorems
    .filter(isProblemTheorem)
    .filter(({ claim }) => claim.kind === 'side' || claim.kind === 'escape-time');
}

/** The thresholds of all theorems that take a side, in the order of the register. */
export function theoremThresholds(theorems: readonly Theorem[], problem: ReducedProblem): TheoremThreshold[] {
  return sideTheorems(theorems).map((theorem) => thresholdOf(theorem, problem));
}

/** Lines at which a theorem begins to speak, or stops. */
export function theoremLines(theorems: readonly Theorem[]): LineDefinition[] {
  return sideTheorems(theorems).flatMap((theorem): LineDefinition[] => {
    const { id, claim } = theorem;
    if (claim.kind !== 'side') return [];
    const kind = claim.asserts;
    return [
      { id, label: id, kind, field: fieldOf(theorem), against: claim.criticalMixing ? 'alpha' : 'eta' },
    ];
  });
}

function fieldOf({ id, claim }: ProblemTheorem): string {
  return `${claim.kind === 'side' && claim.criticalMixing ? 'alpha' : 'eta'}.${id}`;
}

function thresholdOf(theorem: ProblemTheorem, problem: ReducedProblem): TheoremThreshold {
  const { id, claim } = theorem;
  const field = fieldOf(theorem);
  const applies = claim.applies(problem);
  const silent: TheoremThreshold = { id, applies, field, value: null, side: () => 'undecided' };
  if (!applies) return silent;
  if (claim.kind === 'escape-time') return { ...silent, value: 0, side: () => 'diverges' };
  if (claim.kind !== 'side') return silent;
  const critical = claim.criticalStep(problem);
  return {
    ...silent,
    value: finite(claim.criticalMixing ? claim.criticalMixing(problem) : critical),
    side: (eta) => (atThreshold(eta, critical) ? 'undecided' : predictedSide(claim, critical, eta)),
  };
}

/** Relative distance of a step size to a threshold that counts as none: both are rounded. */
const ROUNDING = 1e-9;

function atThreshold(eta: number, critical: number | null): boolean {
  return critical !== null && Math.abs(eta - critical) <= ROUNDING * critical;
}

/** Infinity as the largest number, which files can hold. */
function finite(value: number | null): number | null {
  return value === null ? null : Math.min(value, Number.MAX_VALUE);
}
