import type { SideVerdict } from '../statistics/decide-side.js';
import { certifySide, describeVerdict, exactConflict } from './examine-side.js';
import type { Examination, ExaminationSettings, ExaminedProblem, Outcome } from './examine.js';
import { isFarFromThreshold } from './far-from-threshold.js';
import type { Instance, OrderClaim, PredictedSide } from './theorem.js';

/** Relative rounding allowed when two exact radii are compared; their stated errors are 1e-12. */
const EXACT_TOLERANCE = 1e-10;

/**
 * Tests rho(companion) <= rho(problem) twice: the exact radii are compared, and sampled certificates of
 * both sides must not show a stable problem with a diverging companion.
 */
export function examineOrder(
  claim: OrderClaim,
  instance: Instance,
  problem: ExaminedProblem,
  companion: ExaminedProblem | null,
  eta: number,
  settings: ExaminationSettings,
): Examination {
  if (!companion) throw new Error('an order claim needs a companion problem');
  const { logGrowth } = problem.exact.growth(eta);
  const lesserGrowth = companion.exact.growth(eta).logGrowth;
  const greater = certifySide(instance, problem, eta, settings, false);
  const lesser = certifySide(instance, companion, eta, settings, false);
  const reversed = lesserGrowth > logGrowth + EXACT_TOLERANCE;
  return {
    predicted: impliedSide(greater, lesser),
    observed: lesser.side,
    outcome: claim.applies(problem.reduced) ? compare(greater, lesser, reversed) : 'undecided',
    eta,
    criticalStep: null,
    etaStar: problem.etaStar,
    logGrowth,
    far: isFarFromThreshold(problem, eta) && isFarFromThreshold(companion, eta),
    samples: greater.samples + lesser.samples,
    certificates: 2,
    evidence: `greater: ${describeVerdict(greater)}; lesser: ${describeVerdict(lesser)}`,
    conflict:
      exactConflict(logGrowth, greater.side) ??
      exactConflict(lesserGrowth, lesser.side) ??
      (reversed ? `exact radii are reversed: log rho ${lesserGrowth} > ${logGrowth}` : null),
  };
}

/** What the certified side of one problem says of the other by the order. */
function impliedSide(greater: SideVerdict, lesser: SideVerdict): PredictedSide {
  if (greater.side === 'stable') return 'stable';
  return lesser.side === 'diverges' ? 'diverges' : 'undecided';
}

function compare(greater: SideVerdict, lesser: SideVerdict, reversed: boolean): Outcome {
  if (greater.fault || lesser.fault) return 'contradict';
  if (greater.side === 'stable' && lesser.side === 'diverges') return 'contradict';
  if (greater.side === 'inconclusive' || lesser.side === 'inconclusive' || reversed) return 'inconclusive';
  return 'agree';
}
