import type { BatchSizes } from '../theory/problem.js';

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
 * Pairs of batch sizes to try, ascending in both: retain batches of the sizes asked for, or of all powers of two up to
 * n_R, the given one and n_R; forget batches in the proportion of the given pair. Unless sizes are asked for, the
 * given pair and full batches are among them.
 */
export function batchChain(n: BatchSizes, given: BatchSizes, sizes: readonly number[] | null): BatchSizes[] {
  const retain = new Set(sizes ?? [...powersOfTwo(n.retain), given.retain]);
  const pairs = [...retain].map((size) => ({ retain: size, forget: inProportion(size) }));
  if (sizes === null) pairs.push(n);
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
