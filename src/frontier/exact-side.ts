import type { PredictedSide } from '../harness/theorem.js';

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
