import type { BatchSizes } from '../curvature/problem.js';

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
