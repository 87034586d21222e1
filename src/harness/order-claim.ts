import type { SideVerdict } from '../decision/decide-side.js';
import {
  type Examination,
  type ExaminationSettings,
  type ExaminedProblem,
  isFarFromThreshold,
  type Outcome,
} from './examination.js';
import { certifySide, describeVerdict, exactConflict } from './side-claim.js';
import type { OrderClaim, PredictedSide, ProblemInstance } from './theorem.js';

/** Relative rounding allowed when two exact radii are compared; their stated errors are 1e-12. */
const EXACT_TOLERANCE = 1e-10;

/**
 * Tests rho(lesser) <= rho(greater) twice: the exact radii are compared, and sampled certificates of
 * both sides must not show a stable greater problem with a diverging lesser one.
 */
export function examineOrder(
  claim: OrderClaim,
  instance: ProblemInstance,
  problem: ExaminedProblem,
  companion: ExaminedProblem | null,
  eta: number,
  settings: ExaminationSettings,
): Examination {
  if (!companion) throw new Error('an order claim needs a companion problem');
  const sides: Sides = {
    problem: certifySide(instance, problem, eta, settings, settings.maxSamples),
    companion: certifySide(instance, companion, eta, settings, settings.maxSamples),
  };
  const growth = {
    problem: problem.exact.growth(eta).logGrowth,
    companion: companion.exact.growth(eta).logGrowth,
  };
  const greater = claim.lesser === 'companion' ? 'problem' : 'companion';
  const reversed = growth[claim.lesser] > growth[greater] + EXACT_TOLERANCE;
  const applies = (order: OrderClaim): boolean => order.applies(problem.reduced, companion.reduced);
  return {
    predicted: impliedSide(sides[greater], sides[claim.lesser]),
    observed: sides[claim.lesser].side,
    outcome: applies(claim) ? compare(claim, sides, reversed) : 'undecided',
    eta,
    criticalStep: null,
    etaStar: problem.etaStar,
    logGrowth: growth.problem,
    far: isFarFromThreshold(problem, eta) && isFarFromThreshold(companion, eta),
    samples: sides.problem.samples + sides.companion.samples,
    certificates: 2,
    evidence: `greater: ${describeVerdict(sides[greater])}; lesser: ${describeVerdict(sides[claim.lesser])}`,
    refuted: settings.mutants.flatMap(({ id, claim: wrong }) =>
      wrong.kind === 'order' && applies(wrong) && contradicts(wrong, sides) ? [id] : [],
    ),
    conflict:
      exactConflict(growth.problem, sides.problem.side) ??
      exactConflict(growth.companion, sides.companion.side) ??
      (reversed
        ? `the exact radii are reversed: log rho ${growth[claim.lesser]} > ${growth[greater]}`
        : null),
  };
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

/** What the certified side of one problem says of the other by the order. */
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
