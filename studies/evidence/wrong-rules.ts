import { batchNoise, meanCurvature, totalCurvature } from '../../src/theory/mean-curvature.js';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { largestEigenvalue, symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';

/** Predictions that are wrong on purpose, as a plausible mistake would make them: the comparison must tell them from right ones. */
export type WrongRule = 'noise ignored' | 'coherence ignored' | 'alpha exchanged';

/** What each wrong rule says of the side of the second moment. */
export function wrongRules(
  problem: ReducedProblem,
  swapped: ReducedProblem,
  eta: number,
): Record<WrongRule, 'diverges' | 'stable'> {
  const side = (diverges: boolean) => (diverges ? 'diverges' : 'stable');
  const r = problem.dimension;
  const { values } = symmetricEigen(meanCurvature(problem), r);
  const meanGrowth = Math.max(...values.map((d) => Math.abs(1 - eta * d)));
  const noise = Math.sqrt(Math.min(...problem.groups.map(batchNoise)));
  const curvature = largestEigenvalue(totalCurvature(problem), r);
  return {
    // The mean path alone, as if every batch were the whole set.
    'noise ignored': side(meanGrowth > 1),
    // U3 with sigma = 1 as a rule for both sides, and overshoot.
    'coherence ignored': side(eta * curvature * noise > 1 || eta * values[r - 1]! > 2),
    'alpha exchanged': side(exactStability(swapped).growth(eta).logGrowth > 0),
  };
}
