import type { SideVerdict } from '../statistics/decide-side.js';
import { certifySide, describeVerdict, exactConflict } from './examine-side.js';
import type { Examination, ExaminationSettings, ExaminedProblem, Outcome } from './examine.js';
import { isFarFromThreshold } from './far-from-threshold.js';
import type { Instance, OrderClaim, PredictedSide } from './theorem.js';

/** Relative rounding allowed when two exact radii are compared; their stated errors are 1e-12. */
const EXACT_TOLERANCE = 1e-10;

/**
 * Tests rho(lesser) <= rho(greater) twice: the exact radii are compared, and sampled certificates of
 * both sides must not show a stable greater problem with a diverging lesser one.
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
  const [lesser, greater] = claim.lesser === 'companion' ? [companion, problem] : [problem, companion];
  const lesserGrowth = lesser.exact.growth(eta).logGrowth;
  const greaterGrowth = greater.exact.growth(eta).logGrowth;
  const lesserVerdict = certifySide(instance, lesser, eta, settings, settings.maxSamples);
  const greaterVerdict = certifySide(instance, greater, eta, settings, settings.maxSamples);
  const reversed = lesserGrowth > greaterGrowth + EXACT_TOLERANCE;
  return {
    predicted: impliedSide(greaterVerdict, lesserVerdict),
    observed: lesserVerdict.side,
    outcome: claim.applies(problem.reduced) ? compare(greaterVerdict, lesserVerdict, reversed) : 'undecided',
    eta,
    criticalStep: null,
    etaStar: problem.etaStar,
    logGrowth: problem.exact.growth(eta).logGrowth,
    far: isFarFromThreshold(problem, eta) && isFarFromThreshold(companion, eta),
    samples: greaterVerdict.samples + lesserVerdict.samples,
    certificates: 2,
    evidence: `greater: ${describeVerdict(greaterVerdict)}; lesser: ${describeVerdict(lesserVerdict)}`,
    conflict:
      exactConflict(greaterGrowth, greaterVerdict.side) ??
      exactConflict(lesserGrowth, lesserVerdict.side) ??
      (reversed ? `the exact radii are reversed: log rho ${lesserGrowth} > ${greaterGrowth}` : null),
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
