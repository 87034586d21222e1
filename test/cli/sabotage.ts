import { scaledClaim } from '../../properties/theorem-property.js';
import type { SideClaim } from '../../src/harness/side-claim.js';
import type { ProblemTheorem, Theorem } from '../../src/harness/theorem.js';

/** The theorem with its critical step multiplied by a factor. */
export function withScaledThreshold(theorem: ProblemTheorem<SideClaim>, factor: number): Theorem {
  return { ...theorem, claim: scaledClaim(theorem.claim, factor) };
}
