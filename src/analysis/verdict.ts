import type { PredictedSide } from '../harness/examination.js';
import { kindOf, speaksOf } from '../harness/kinds.js';
import type { ProblemTheorem } from '../harness/theorem.js';
import { sideOfGrowth } from '../theory/operator/exact-stability.js';
import type { ReducedProblem } from '../theory/problem.js';
import { ARITHMETIC, type FactorAccuracy } from '../theory/rank.js';
import type { Analysis } from './answer.js';
import type { TheoryEstimates } from './estimates.js';
import type { MomentGrowth, SecondMoment } from './second-moment.js';

/** Share of eta* within which a step size is that step size, and of eta tr K within which log rho is 0: the error of both. */
const ON_THE_BORDER = 1e-9;

/** True if a step size is a critical one, as far as its digits go: strict inequalities say nothing there. */
function isOnTheBorder(eta: number, critical: number): boolean {
  return Math.abs(eta / critical - 1) <= ON_THE_BORDER;
}

type ExactAnswer = Analysis['exact'];

/**
 * Verdict of the exact theory at a step size, every number in line with the others: on which side is read from the signs
 * of D and from eta*, which are known to their own digits, and not from log rho, which is known to those of eta tr K.
 */
export function exactVerdict(
  { meanEigenvalues, total }: Pick<SecondMoment, 'meanEigenvalues' | 'total'>,
  etaStar: number,
  eta: number,
  growth: MomentGrowth,
  { precision }: Pick<FactorAccuracy, 'precision'>,
): ExactAnswer {
  const { logGrowth } = growth;
  const negative = meanEigenvalues.some((d) => d < 0);
  const zero = meanEigenvalues.some((d) => d === 0);
  const answer = (verdict: ExactAnswer['verdict'], log = logGrowth): ExactAnswer => ({
    etaStar,
    ...withVerdict(growth, verdict, log),
  });
  if (negative) return answer('diverges');
  if (zero && precision > ARITHMETIC) return answer('undecided');
  const grows = logGrowth > ON_THE_BORDER * Math.min(1, eta * total);
  if (zero) return grows ? answer('diverges') : answer('marginal', 0);
  if (isOnTheBorder(eta, etaStar)) return answer('marginal', 0);
  if (eta > etaStar) return answer('diverges', Math.max(logGrowth, Number.MIN_VALUE));
  // rho is at least (1 - eta d)^2 along an eigenvector of D, and 1 below eta* alone by rounding.
  return answer('stable', logGrowth < 0 ? logGrowth : 2 * Math.log1p(-eta * meanEigenvalues[0]!));
}

/** A verdict with the side and the growth that go with it. @param log log rho as it is to be said. */
function withVerdict(
  { logGrowth, spectralRadius }: MomentGrowth,
  verdict: ExactAnswer['verdict'],
  log: number,
): Pick<ExactAnswer, 'spectralRadius' | 'logGrowth' | 'side' | 'verdict'> {
  return {
    spectralRadius: log === logGrowth ? spectralRadius : Math.exp(log),
    logGrowth: log,
    side: verdict === 'undecided' ? sideOfGrowth(log) : verdict === 'stable' ? 'stable' : 'diverges',
    verdict,
  };
}

/** Growth a step, of the mean or of the second moment, below which it is rounding of its factor, which is near 1. */
const GROWTH_ROUNDING = 1e-14;

/**
 * Verdict of the exact theory of a procedure at a step size. The side is that of log rho there, and not of eta*, above
 * which it may turn again; but where log rho is 0 to its error, eta* and the mean, whose squared growth rho is not below,
 * tell the side where they can.
 */
export function procedureVerdict(
  {
    stability,
    etaStar,
    firstCrossingOnly,
    accuracy,
  }: Pick<TheoryEstimates, 'stability' | 'etaStar' | 'firstCrossingOnly' | 'accuracy'>,
  eta: number,
  growth: MomentGrowth,
): ExactAnswer {
  const { logGrowth, error, estimate } = growth;
  const answer = (verdict: ExactAnswer['verdict'], log = logGrowth): ExactAnswer => ({
    etaStar: etaStar.value,
    firstCrossingOnly,
    ...(estimate && { estimate: { ...estimate, reason: stability.unavailable! } }),
    ...withVerdict(growth, verdict, log),
  });
  if (estimate) return answer(estimate.low > 0 ? 'diverges' : estimate.high < 0 ? 'stable' : 'undecided');
  // A sign of D that rests on rounding is one of small steps, too.
  if (stability.meanEigenvalues.some((d) => d === 0) && accuracy.precision > ARITHMETIC) {
    return answer('undecided');
  }
  const border = Math.max(error, GROWTH_ROUNDING, ON_THE_BORDER * Math.min(1, eta * stability.total));
  if (isOnTheBorder(eta, etaStar.value)) return answer('marginal', 0);
  if (Math.abs(logGrowth) > border) return answer(logGrowth > 0 ? 'diverges' : 'stable');
  const ofMean = 2 * (stability.meanGrowth?.(eta) ?? 0);
  if (ofMean > GROWTH_ROUNDING) return answer('diverges', Math.max(logGrowth, ofMean));
  if (eta < etaStar.value) {
    return answer('stable', Math.min(-Number.MIN_VALUE, logGrowth < ofMean ? ofMean : logGrowth));
  }
  if (!firstCrossingOnly && etaStar.value > 0)
    return answer('diverges', Math.max(logGrowth, Number.MIN_VALUE));
  return answer('marginal', 0);
}

/** Claim of one theorem about a problem at every step size. */
interface TheoremThreshold {
  readonly id: string;
  readonly name: string;
  /** True if the hypotheses hold. */
  readonly applies: boolean;
  /** Critical step size: 0 if the claim holds at every one, null if there is no claim. */
  readonly critical: number | null;
  /** The critical mixing of a claim about it; null if there is no claim; absent for claims about the step size. */
  readonly criticalMixing?: number | null;
  readonly side: (eta: number) => PredictedSide;
}

/** The threshold of a theorem; of one that takes no side, or does not apply, there is none. */
export function theoremThreshold(theorem: ProblemTheorem, problem: ReducedProblem): TheoremThreshold {
  const { id, name, claim } = theorem;
  const applies = speaksOf(theorem, problem);
  const taken = applies ? kindOf(claim).sides?.taken(claim, problem) : undefined;
  if (!taken) return { id, name, applies, critical: null, side: () => 'undecided' };
  const { criticalStep: critical, side, ...rest } = taken;
  const isOnIt = (eta: number): boolean => critical !== null && isOnTheBorder(eta, critical);
  return { id, name, applies, critical, ...rest, side: (eta) => (isOnIt(eta) ? 'undecided' : side(eta)) };
}
