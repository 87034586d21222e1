import { scaledClaim } from '../../properties/theorem-property.js';
import type { Theorem } from '../../src/harness/theorem.js';

/** The theorem with its critical step multiplied by a factor. */
export function withScaledThreshold(theorem: Theorem, factor: number): Theorem {
  return { ...theorem, claim: scaledClaim(theorem.claim, factor) };
}
