import type { EscapeGoal, MixingSplit } from './mixing-split.js';

const BISECTIONS = 60;

/**
 * Smallest step size that reaches the goal in the mean within K steps: (1 - eta lambda_min)^K >= factor, and half of
 * the retain loss along the kept directions is gone, from a start that is uniform over them. Null if none does.
 *
 * The second condition is what keeps the mixing from running to 1: without it, where the sets do not overlap, the
 * less the step descends the larger the share of step sizes that serve.
 */
export function smallestStep(
  split: MixingSplit,
  { steps, factor }: Pick<EscapeGoal, 'steps' | 'factor'>,
): number | null {
  if (split.escaping === 0) return null;
  const halving = halvingStep(split, steps);
  return halving === null
    ? null
    : Math.max(Math.expm1(Math.log(factor) / steps) / -split.curvatures[0]!, halving);
}

/** Smallest K with which a step size of at most `largest` reaches the goal; Infinity if none up to 2^50 does. */
export function smallestSteps(split: MixingSplit, factor: number, largest: number): number {
  const enough = (steps: number): boolean => (smallestStep(split, { steps, factor }) ?? Infinity) <= largest;
  let high = 1;
  while (!enough(high)) {
    high *= 2;
    if (high > 2 ** 50) return Infinity;
  }
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return Math.ceil(high);
}

/** Smallest eta with remaining(eta) <= 1/2; up to 1/d_max the remaining loss falls as eta grows. */
function halvingStep(split: MixingSplit, steps: number): number | null {
  let high = 1 / split.curvatures.at(-1)!;
  if (!(high > 0) || split.keptFrom === null || remaining(split, high, steps) > 0.5) return null;
  let low = high * 1e-18;
  for (let k = 0; k < BISECTIONS; k++) {
    const middle = Math.sqrt(low) * Math.sqrt(high);
    if (remaining(split, middle, steps) > 0.5) low = middle;
    else high = middle;
  }
  return high;
}

/** Share of the retain loss along the kept directions that is left after so many steps of the mean. */
function remaining({ curvatures, shares, keptFrom }: MixingSplit, eta: number, steps: number): number {
  let [left, all] = [0, 0];
  for (let k = keptFrom ?? 0; k < shares.length; k++) {
    all += shares[k]!;
    left += shares[k]! * Math.abs(1 - eta * curvatures[k]!) ** (2 * steps);
  }
  return left / all;
}
