import type { SideVerdict } from '../decision/decide-side.js';
import type { ReducedProblem } from '../theory/problem.js';
import {
  besideThreshold,
  type Examination,
  examinedCase,
  type ExaminedProblem,
  type Outcome,
  type PredictedSide,
} from './examination.js';
import type { ProblemInstance } from './instance.js';
import { certifySide, describeVerdict, exactConflict } from './side-claim.js';
import { type Claim, type ClaimKind, type ExaminationSettings, refutedVariants } from './theorem.js';

/** rho(T) of the lesser problem is at most rho(T) of the other one, at every step size. */
export interface OrderClaim extends Claim {
  readonly kind: 'order';
  /** Which of an instance's two problems has the smaller radius. */
  readonly lesser: 'companion' | 'problem';
  /** In an analysis of one problem there is no companion. */
  applies(problem: ReducedProblem, companion?: ReducedProblem): boolean;
}

/** Claims of an order of two radii: the exact ones, and certificates of both sides. */
export const orderClaims: ClaimKind<OrderClaim, ProblemInstance> = {
  name: 'order',
  about: 'problem',
  needs: 'companion',
  wording: {
    testedAs: () => 'order of two problems: exact radii, and certificates of both sides',
    margin: 'Margin: distance of the two log ρ at the exact threshold of one',
  },
  // One for each of the two problems.
  certificates: () => 2,
  applies: (claim, problem) => claim.applies(problem),
  examine: examineOrder,
  margin: orderMargin,
};

/** Relative rounding allowed when two exact radii are compared; their stated errors are 1e-12. */
const RADIUS_ROUNDING = 1e-10;

/**
 * Tests rho(lesser) <= rho(greater) twice: the exact radii are compared, and sampled certificates of
 * both sides must not show a stable greater problem with a diverging lesser one.
 */
function examineOrder(
  claim: OrderClaim,
  instance: ProblemInstance,
  settings: ExaminationSettings,
): Examination {
  const { problem, companion, eta } = examinedCase(instance);
  if (!companion) throw new Error('an order claim needs a companion problem');
  const sides: Sides = {
    problem: certifySide(instance, problem, eta, settings, settings.maxSamples),
    companion: certifySide(instance, companion, eta, settings, settings.maxSamples),
  };
  const places = { problem: besideThreshold(problem, eta), companion: besideThreshold(companion, eta) };
  const growth = { problem: places.problem.logGrowth, companion: places.companion.logGrowth };
  const greater = claim.lesser === 'companion' ? 'problem' : 'companion';
  const reversed = growth[claim.lesser] > growth[greater] + RADIUS_ROUNDING;
  const applies = (order: OrderClaim): boolean => order.applies(problem.reduced, companion.reduced);
  return {
    predicted: impliedSide(sides[greater], sides[claim.lesser]),
    observed: sides[claim.lesser].side,
    outcome: applies(claim) ? compare(claim, sides, reversed) : 'undecided',
    ...places.problem,
    far: places.problem.far && places.companion.far,
    samples: sides.problem.samples + sides.companion.samples,
    certificates: 2,
    evidence: `greater: ${describeVerdict(sides[greater])}; lesser: ${describeVerdict(sides[claim.lesser])}`,
    refuted: refutedVariants(settings.mutants, claim, (wrong) => applies(wrong) && contradicts(wrong, sides)),
    conflict:
      exactConflict(growth.problem, sides.problem.side) ??
      exactConflict(growth.companion, sides.companion.side) ??
      (reversed && applies(claim)
        ? `the exact radii are reversed: log rho ${growth[claim.lesser]} > ${growth[greater]}`
        : null),
  };
}

/** How much lower the growth of the lesser problem is at eta* of the problem, where its own log rho is 0. */
function orderMargin(
  claim: OrderClaim,
  problem: ExaminedProblem,
  companion: ExaminedProblem | null,
): number | null {
  if (!companion || !(problem.etaStar > 0)) return null;
  if (!claim.applies(problem.reduced, companion.reduced)) return null;
  const growth = companion.exact.growth(problem.etaStar).logGrowth;
  return claim.lesser === 'companion' ? -growth : growth;
}

/** Certified sides of the two problems of an order claim. */
interface Sides {
  readonly problem: SideVerdict;
  readonly companion: SideVerdict;
}

/** A lesser problem that diverges beside a greater one that is stable. */
function contradicts(claim: OrderClaim, sides: Sides): boolean {
  const greater = claim.lesser === 'companion' ? 'problem' : 'companion';
  return sides[greater].side === 'stable' && sides[claim.lesser].side === 'diverges';
}

/** The side that the certified side of one problem implies for the other, by the order. */
function impliedSide(greater: SideVerdict, lesser: SideVerdict): PredictedSide {
  if (greater.side === 'stable') return 'stable';
  return lesser.side === 'diverges' ? 'diverges' : 'undecided';
}

function compare(claim: OrderClaim, sides: Sides, reversed: boolean): Outcome {
  const { problem, companion } = sides;
  if (problem.fault ?? companion.fault) return 'contradict';
  if (contradicts(claim, sides)) return 'contradict';
  return problem.side === 'inconclusive' || companion.side === 'inconclusive' || reversed
    ? 'inconclusive'
    : 'agree';
}
