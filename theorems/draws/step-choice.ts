import fc, { type Arbitrary } from 'fast-check';
import type { ProblemInstance, StepChoice } from '../../src/harness/instance.js';
import type { SideClaim } from '../../src/harness/side-claim.js';
import type { ProblemSpec } from '../../src/theory/problem.js';

/** Ratios in thousandths, so that shrinking finds round ones. */
const thousandths = (min: number, max: number): Arbitrary<number> =>
  fc.integer({ min: Math.round(min * 1000), max: Math.round(max * 1000) }).map((k) => k / 1000);

/** Ratios above a threshold: mostly near, some far; a few within 5 %. */
export const ratiosAbove: Arbitrary<number> = fc.oneof(
  { weight: 1, arbitrary: thousandths(1.01, 1.05) },
  { weight: 4, arbitrary: thousandths(1.051, 1.3) },
  { weight: 2, arbitrary: thousandths(1.3, 3) },
);

/** Ratios below a threshold, likewise. */
export const ratiosBelow: Arbitrary<number> = fc.oneof(
  { weight: 1, arbitrary: thousandths(0.95, 0.99) },
  { weight: 4, arbitrary: thousandths(0.65, 0.949) },
  { weight: 2, arbitrary: thousandths(0.3, 0.65) },
);

const at = (
  reference: 'predicted' | 'exact' | 'companion',
  ratio: Arbitrary<number>,
): Arbitrary<StepChoice> => ratio.map((value) => ({ reference, ratio: value }));

/**
 * Step sizes for a side claim: mostly where it speaks, relative to its own threshold, some on the other
 * side of it, and some relative to the exact threshold on both sides, where a wrong claim shows.
 */
export function stepChoices(asserts: SideClaim['asserts']): Arbitrary<StepChoice> {
  const spoken = {
    divergence: ratiosAbove,
    stability: ratiosBelow,
    both: fc.oneof(ratiosAbove, ratiosBelow),
  }[asserts];
  const silent = asserts === 'divergence' ? ratiosBelow : ratiosAbove;
  return fc.oneof(
    { weight: 10, arbitrary: at('predicted', spoken) },
    { weight: 2, arbitrary: at('predicted', silent) },
    { weight: 5, arbitrary: at('exact', fc.oneof(ratiosAbove, ratiosBelow)) },
  );
}

/** Step sizes within 5 % of the theorem's threshold: for instances with so little noise that they are decided there. */
export const closeSteps: Arbitrary<StepChoice> = at(
  'predicted',
  fc.oneof(thousandths(0.955, 0.99), thousandths(1.01, 1.045)),
);

/** Step sizes 3 % to 9 % on the side of the exact threshold where a bound that is 10 % wrong, and near it, shows. */
export function tellingSteps(asserts: 'divergence' | 'stability'): Arbitrary<StepChoice> {
  return at('exact', asserts === 'divergence' ? thousandths(0.91, 0.97) : thousandths(1.03, 1.09));
}

/** Step sizes on both sides of the exact thresholds of a problem and of its companion. */
export const orderSteps: Arbitrary<StepChoice> = fc.oneof(
  at('exact', ratiosAbove),
  at('exact', ratiosBelow),
  at('companion', ratiosBelow),
  at('companion', ratiosAbove),
);

/** Step sizes relative to the exact threshold alone. */
export const exactSteps: Arbitrary<StepChoice> = at('exact', fc.oneof(ratiosAbove, ratiosBelow));

/** Step sizes at which the exact threshold holds. */
export const heldSteps: Arbitrary<StepChoice> = at('exact', ratiosBelow);

/** Step sizes that are shares of the natural scale 1/lambda_1(K), for problems that escape at every step size. */
export const naturalSteps: Arbitrary<StepChoice> = at('exact', thousandths(0.1, 1));

/** Instances of a problem and a step size drawn independently of each other. */
export function drawn(
  problem: Arbitrary<ProblemSpec>,
  step: Arbitrary<StepChoice>,
): Arbitrary<ProblemInstance> {
  return fc.record({ problem, step });
}

/** Step sizes above the theorem's threshold: many coordinates are decided soon where they diverge. */
export const spokenSteps: Arbitrary<StepChoice> = at('predicted', ratiosAbove);

/** Step sizes at which slow procedures are decided, too: some way from the threshold. */
export const decidedSteps: Arbitrary<StepChoice> = at(
  'predicted',
  fc.oneof(
    { weight: 4, arbitrary: thousandths(1.25, 1.7) },
    { weight: 2, arbitrary: thousandths(1.7, 3) },
    { weight: 4, arbitrary: thousandths(0.4, 0.8) },
  ),
);

/** Step sizes well below the theorem's threshold, where a claim of stability is decided soon. */
export const heldFarSteps: Arbitrary<StepChoice> = at('predicted', thousandths(0.3, 0.6));

/** Step sizes 12 % to 20 % below the exact threshold. */
export const shortSteps: Arbitrary<StepChoice> = at('exact', thousandths(0.8, 0.88));

/** Step sizes well above the threshold, where many coordinates are decided soon. */
export const longSteps: Arbitrary<StepChoice> = at('predicted', thousandths(2, 4));

/** Step sizes some way beyond the exact threshold, where a bound of stability that is too high is contradicted soon. */
export const beyondSteps: Arbitrary<StepChoice> = at('exact', thousandths(1.3, 2));

/** Step sizes well above the exact threshold of the companion. */
export const beyondCompanion: Arbitrary<StepChoice> = at('companion', thousandths(2, 4));

/** Step sizes of a few times 1/lambda_1(K), at which most procedures escape fast. */
export const leapSteps: Arbitrary<StepChoice> = thousandths(4, 8).map((ratio) => ({
  reference: 'natural',
  ratio,
}));

/** Step sizes some way from the exact threshold, on both sides of it. */
export const farSteps: Arbitrary<StepChoice> = at(
  'exact',
  fc.oneof(thousandths(0.3, 0.8), thousandths(1.25, 2)),
);

/** Step sizes relative to 1/lambda_1(K) alone, from a tenth up, for problems with no or a far threshold. */
export const shareSteps: Arbitrary<StepChoice> = thousandths(0.1, 1.8).map((ratio) => ({
  reference: 'natural',
  ratio,
}));
