import type { CurvatureGroup } from '../theory/problem.js';

/*
 * The batches on which a convex function of a step is largest: corners of the hull of all that can be drawn.
 */

/** A batch by its samples, each of which counts with that share (1/B, or 1 of a batch that is one sample over and over). */
export interface ExtremeBatch {
  readonly indices: readonly number[];
  readonly share: number;
}

type DrawnSet = Pick<CurvatureGroup, 'sampling' | 'batchSize'> & {
  readonly samples: { readonly sampleCount: number };
};

/** Most samples that a batch drawn without repetition holds: B, and all of them for bernoulli batches. */
export function mostSamples({ sampling, batchSize, samples }: DrawnSet): number {
  return sampling === 'bernoulli' ? samples.sampleCount : batchSize;
}

/** How many there are: n with replacement, the subsets of size B without, all subsets of bernoulli batches with B < n. */
export function extremeCount({ sampling, batchSize, samples: { sampleCount: n } }: DrawnSet): number {
  if (sampling === 'with-replacement') return n;
  if (sampling === 'bernoulli') return batchSize === n ? 1 : 2 ** n;
  const k = Math.min(batchSize, n - batchSize);
  let count = 1;
  for (let j = 1; j <= k && Number.isFinite(count); j++) count = (count * (n - k + j)) / j;
  return Math.round(count);
}

/** All of them, one after the other: `indices` is the same list, changed. */
export function* extremeBatches(set: DrawnSet): Generator<ExtremeBatch> {
  const { sampling, batchSize, samples } = set;
  const n = samples.sampleCount;
  if (sampling === 'with-replacement') {
    for (let i = 0; i < n; i++) yield { indices: [i], share: 1 };
    return;
  }
  const smallest = sampling === 'bernoulli' && batchSize < n ? 0 : batchSize;
  for (let size = smallest; size <= mostSamples(set); size++) {
    for (const indices of subsetsOfSize(n, size)) yield { indices, share: 1 / batchSize };
  }
}

/** The subsets of 0 .. n-1 of one size, in order. */
function* subsetsOfSize(n: number, size: number): Generator<readonly number[]> {
  const chosen = Array.from({ length: size }, (_, k) => k);
  for (;;) {
    yield chosen;
    let k = size - 1;
    while (k >= 0 && chosen[k] === n - size + k) k--;
    if (k < 0) return;
    chosen[k]!++;
    for (let j = k + 1; j < size; j++) chosen[j] = chosen[j - 1]! + 1;
  }
}
