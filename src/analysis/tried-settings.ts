import { quadraticForm, trace } from '../linalg/vectors.js';
import { type CurvatureSigns, curvatureSigns, meanEigen } from '../theory/curvature-signs.js';
import type { BatchSizes, FactorSet } from '../theory/problem.js';
import { meanHessian } from '../theory/mean-curvature.js';
import { accuracyOf } from '../theory/rank.js';

/** Exponents of t/(1 - t), t = (alpha - alpha*)/(1 - alpha*): 6 values a decade, from 1e-4 to 1e2. */
const PER_DECADE = 6;
const DECADES = { from: -4, to: 2 } as const;

/**
 * Mixings above the critical one, dense near alpha* and near 1, ascending; none if alpha* is 1.
 *
 * @param included a further mixing; it is left out unless it is above alpha* and below 1.
 */
export function mixingGrid(alphaStar: number, included: number): number[] {
  if (alphaStar >= 1) return [];
  const alphas = new Set<number>();
  for (let k = DECADES.from * PER_DECADE; k <= DECADES.to * PER_DECADE; k++) {
    const odds = 10 ** (k / PER_DECADE);
    alphas.add(alphaStar + ((1 - alphaStar) * odds) / (1 + odds));
  }
  if (included > alphaStar && included < 1) alphas.add(included);
  return [...alphas].filter((alpha) => alpha > alphaStar && alpha < 1).sort((a, b) => a - b);
}

/**
 * Pairs of batch sizes, ascending in both: retain batches of some sizes, or of all powers of two up to n_R and the
 * given one, and then full batches, too; forget batches in the proportion of the given pair.
 */
export function batchChain(n: BatchSizes, given: BatchSizes, sizes: readonly number[] | 'all'): BatchSizes[] {
  const retain = new Set(sizes === 'all' ? [...powersOfTwo(n.retain), given.retain] : sizes);
  const pairs = [...retain].map((size) => ({ retain: size, forget: inProportion(size) }));
  if (sizes === 'all') pairs.push(n);
  pairs.sort((a, b) => a.retain - b.retain || a.forget - b.forget);
  return pairs.filter((pair, i) => i === 0 || !same(pair, pairs[i - 1]!));

  function inProportion(size: number): number {
    const forget = Math.round((size * given.forget) / given.retain);
    return Math.min(n.forget, Math.max(1, forget));
  }
}

function powersOfTwo(limit: number): number[] {
  const powers: number[] = [];
  for (let size = 1; size <= limit; size *= 2) powers.push(size);
  return powers;
}

function same(a: BatchSizes, b: BatchSizes): boolean {
  return a.retain === b.retain && a.forget === b.forget;
}

/** Both sets in common coordinates, as `reduceSets` gives them. */
export interface BothSets {
  readonly retain: FactorSet;
  readonly forget: FactorSet;
}

/** The wanted escape. */
export interface EscapeGoal {
  /** K: steps that it may take. */
  readonly steps: number;
  /** Growth of |delta| along the fastest direction that counts as escape, > 1. */
  readonly factor: number;
  /** Largest share of the retain curvature that may go, in [0, 1). */
  readonly retainShareLimit: number;
}

/** The directions at one mixing: eigenvectors of D by ascending eigenvalue, the first of which may go, the rest is kept. */
export interface MixingSplit {
  readonly alpha: number;
  /** Eigenvalues of D, ascending, and their unit eigenvectors as rows, r x r. */
  readonly curvatures: Float64Array;
  readonly directions: Float64Array;
  /** v^T Hbar_R v / tr(Hbar_R) of every eigenvector. */
  readonly shares: Float64Array;
  /** Number of negative eigenvalues. */
  readonly escaping: number;
  /** Share of the retain curvature along them. */
  readonly retainShare: number;
  /** Directions from this one on are kept: they carry at least 1 - limit of the retain curvature. Null if too much escapes. */
  readonly keptFrom: number | null;
}

/** Shares of the retain curvature are sums of rounded numbers: by so much they may exceed the limit. */
const SHARE_ROUNDING = 1e-12;

/** Divides the directions at any mixing. @param sets in common coordinates that both of them span. */
export function mixingSplits(sets: BothSets, retainShareLimit: number): (alpha: number) => MixingSplit {
  const r = sets.retain.dimension;
  const retain = meanHessian(sets.retain);
  const forget = meanHessian(sets.forget);
  const total = trace(retain, r);
  const ofForget = trace(forget, r);
  const { resolution, precision } = accuracyOf([sets.retain, sets.forget]);
  let signs: ReturnType<typeof curvatureSigns> | null = null;
  const signsAt = (alpha: number): CurvatureSigns => (signs ??= curvatureSigns(sets))(alpha);
  return (alpha) => {
    const mean = retain.map((x, k) => (1 - alpha) * x - alpha * forget[k]!);
    const scale = { total: (1 - alpha) * total + alpha * ofForget, resolution, precision };
    const { values: curvatures, rows: directions } = meanEigen(mean, r, scale, () => signsAt(alpha));
    const shares = Float64Array.from(
      { length: r },
      (_, k) => quadraticForm(retain, directions.subarray(k * r, (k + 1) * r)) / total,
    );
    const escaping = curvatures.filter((d) => d < 0).length;
    const retainShare = shares.subarray(0, escaping).reduce((a, b) => a + b, 0);
    const keptFrom =
      retainShare > retainShareLimit + SHARE_ROUNDING ? null : lastWithin(shares, escaping, retainShareLimit);
    return { alpha, curvatures, directions, shares, escaping, retainShare, keptFrom };
  };
}

/** The largest number of leading shares, at least `least`, whose sum stays within the limit; never all of them. */
function lastWithin(shares: Float64Array, least: number, limit: number): number {
  let sum = shares.subarray(0, least).reduce((a, b) => a + b, 0);
  let count = least;
  while (count + 1 < shares.length && sum + shares[count]! <= limit + SHARE_ROUNDING) sum += shares[count++]!;
  return count;
}

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
