import { scaledClaim } from '../../properties/theorem-property.js';
import { isProblemTheorem, type Theorem } from '../../src/harness/theorem.js';

/** The theorem with its critical step multiplied by a factor. */
export function withScaledThreshold(theorem: Theorem, factor: number): Theorem {
  if (!isProblemTheorem(theorem)) throw new TypeError(`${theorem.id} has no threshold`);
  return { ...theorem, claim: scaledClaim(theorem.claim, factor) };
}
