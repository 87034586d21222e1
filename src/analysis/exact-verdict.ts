import { ARITHMETIC, type FactorAccuracy } from '../theory/rank.js';
import {
  type ExactStability,
  type SecondMomentGrowth,
  sideOfGrowth,
} from '../theory/operator/exact-stability.js';
import type { Analysis } from './answer.js';

/** Share of eta* within which a step size is that step size, and of eta tr K within which log rho is 0: the error of both. */
const ON_THE_BORDER = 1e-9;

/**
 * What the exact theory says at a step size, every number in line with the others: on which side is read from the signs
 * of D and from eta*, which are known to their own digits, and not from log rho, which is known to those of eta tr K.
 */
export function exactVerdict(
  { meanEigenvalues, total }: Pick<ExactStability, 'meanEigenvalues' | 'total'>,
  etaStar: number,
  eta: number,
  { logGrowth, spectralRadius }: SecondMomentGrowth,
  { precision }: Pick<FactorAccuracy, 'precision'>,
): Analysis['exact'] {
  const negative = meanEigenvalues.some((d) => d < 0);
  const zero = meanEigenvalues.some((d) => d === 0);
  const answer = (verdict: Analysis['exact']['verdict'], log = logGrowth): Analysis['exact'] => ({
    etaStar,
    spectralRadius: log === logGrowth ? spectralRadius : Math.exp(log),
    logGrowth: log,
    side: verdict === 'undecided' ? sideOfGrowth(log) : verdict === 'stable' ? 'stable' : 'diverges',
    verdict,
  });
  if (negative) return answer('diverges');
  if (zero && precision > ARITHMETIC) return answer('undecided');
  const grows = logGrowth > ON_THE_BORDER * Math.min(1, eta * total);
  if (zero) return grows ? answer('diverges') : answer('marginal', 0);
  if (Math.abs(eta / etaStar - 1) <= ON_THE_BORDER) return answer('marginal', 0);
  if (eta > etaStar) return answer('diverges', Math.max(logGrowth, Number.MIN_VALUE));
  // rho is at least (1 - eta d)^2 along an eigenvector of D, and 1 below eta* alone by rounding.
  return answer('stable', logGrowth < 0 ? logGrowth : 2 * Math.log1p(-eta * meanEigenvalues[0]!));
}
