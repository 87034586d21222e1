import type { ProblemSpec } from '../curvature/problem-spec.js';
import { exactCriticalMixing } from '../stability/exact-mixing.js';
import { examinedProblem } from './examine.js';
import type { ProblemClaim } from './theorem.js';

/** Relative distance of a claimed critical mixing above the exact one; null where there is none above 0. */
function mixingMargin(claimed: number | null, spec: ProblemSpec): number | null {
  const exact = exactCriticalMixing(spec);
  return claimed === null || exact === null || exact === 0 ? null : claimed / exact - 1;
}

/**
 * How far a claim is from being wrong on a problem, by exact computation: relative distance of its critical
 * step (for a claim about the mixing: its critical alpha) from the exact one on the allowed side, or of the two sides of its inequality. Negative: wrong.
 * null where the claim states nothing that could be compared (or only a sampled quantity).
 */
export function claimMargin(claim: ProblemClaim, spec: ProblemSpec, companion?: ProblemSpec): number | null {
  const problem = examinedProblem(spec);
  switch (claim.kind) {
    case 'side': {
      if (claim.criticalMixing) return mixingMargin(claim.criticalMixing(problem.reduced), spec);
      if (!claim.applies(problem.reduced) || !(problem.etaStar > 0)) return null;
      const critical = claim.criticalStep(problem.reduced);
      if (critical === null || !Number.isFinite(critical)) return null;
      const excess = critical / problem.etaStar - 1;
      if (claim.asserts === 'both') return -Math.abs(excess);
      return claim.asserts === 'divergence' ? excess : -excess;
    }
    case 'inequality': {
      if (!claim.applies(problem.reduced)) return null;
      const margins = claim
        .relations(problem.reduced)
        .map(({ lesser, greater }) => (greater - lesser) / Math.abs(greater));
      return Math.min(...margins);
    }
    case 'order': {
      if (!companion || !(problem.etaStar > 0)) return null;
      const other = examinedProblem(companion);
      if (!claim.applies(problem.reduced, other.reduced)) return null;
      // At eta* of the problem its own log rho is 0.
      const growth = other.exact.growth(problem.etaStar).logGrowth;
      return claim.lesser === 'companion' ? -growth : growth;
    }
    case 'typical':
    case 'escape-time':
      return null;
  }
}
