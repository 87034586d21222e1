import type { Arbitrary } from 'fast-check';
import type { Instance } from '../src/harness/instance.js';
import type { SideClaim } from '../src/harness/side-claim.js';
import type { Claim, Mutant } from '../src/harness/theorem.js';
import type { ReducedProblem } from '../src/theory/problem.js';

type CriticalStep = (problem: ReducedProblem) => number | null;

/** Description of a wrong variant, its claim, and whether the quick budget must refute it. */
type Variant<C extends Claim> = readonly [description: string, claim: C, quick?: 'quick'];

/** Numbered wrong variants of a theorem. */
export function wrongVariants<C extends Claim>(id: string, variants: readonly Variant<C>[]): Mutant<C>[] {
  return variants.map(([description, claim, quick], k) => ({
    id: `${id}-${k + 1}`,
    description,
    claim,
    quick: quick === 'quick',
  }));
}

/** Wrong variants of a side claim that differ from it in the critical step alone. */
export function wrongSteps(
  claim: SideClaim,
  variants: readonly (readonly [description: string, criticalStep: CriticalStep, quick?: 'quick'])[],
): Variant<SideClaim>[] {
  return variants.map(([description, criticalStep, quick]): Variant<SideClaim> => {
    const wrong = { ...claim, criticalStep };
    return quick ? [description, wrong, quick] : [description, wrong];
  });
}

/** The claim with its critical step multiplied by a factor. */
export function scaledStep(claim: SideClaim, factor: number): CriticalStep {
  return (problem) => {
    const critical = claim.criticalStep(problem);
    return critical === null ? null : factor * critical;
  };
}

/** An exact threshold that is 5 % wrong, to either side. */
export function fivePercentOff(claim: SideClaim) {
  return [
    ['threshold 5 % too high', scaledStep(claim, 1.05), 'quick'],
    ['threshold 5 % too low', scaledStep(claim, 0.95), 'quick'],
  ] as const;
}

/** Claims with another side at a step size, from one whose stable step sizes need not be an interval. */
export function takingSides(claim: SideClaim) {
  return (sideAt: NonNullable<SideClaim['sideAt']>): SideClaim => ({ ...claim, sideAt });
}

/** The side of a step size that is 5 % wrong, to either side. */
export function stepsFivePercentOff(claim: SideClaim): Variant<SideClaim>[] {
  const taking = takingSides(claim);
  return [
    ['step sizes 5 % too small', taking((problem, eta) => claim.sideAt!(problem, 0.95 * eta))],
    ['step sizes 5 % too large', taking((problem, eta) => claim.sideAt!(problem, 1.05 * eta))],
  ];
}

/** The claim with its converse: what a reader takes it for who overlooks that only one direction holds. */
export function withConverse(claim: SideClaim): SideClaim {
  return { ...claim, asserts: 'both' };
}

/** A hypothesis, the claim without it, and instances outside it on which that fails. */
type Weakened<C extends Claim> = readonly [hypothesis: string, claim: C, outside: Arbitrary<Instance>];

/** Variants that leave one hypothesis out. Every run refutes them on a stored instance, the quick one too. */
export function withoutHypotheses<C extends Claim>(
  id: string,
  weakened: readonly Weakened<C>[],
): Mutant<C>[] {
  return weakened.map(([hypothesis, claim, outside], k) => ({
    id: `${id}-h${k + 1}`,
    description: `without the hypothesis: ${hypothesis}`,
    claim,
    quick: true,
    drops: { hypothesis, outside },
  }));
}
