import type { Sampling } from '../theory/problem.js';
import { shuffleFirst, type RandomSource } from '../statistics/generator.js';

/** A drawn batch: the first `size` entries of `indices` are sample numbers, with repeats if drawn twice. */
export interface Batch {
  readonly indices: Int32Array;
  size: number;
}

/** Draws one batch after another into the same buffer. */
export interface BatchSampler {
  readonly batch: Batch;
  draw(random: RandomSource): void;
}

/**
 * Sampler of batches of (average) size B from n samples; see `Sampling` for the schemes.
 *
 * @param dropLast for epochs: true leaves out the last batch where it is short.
 * @throws RangeError unless 1 <= B <= n.
 */
export function batchSampler(
  sampling: Sampling,
  n: number,
  batchSize: number,
  dropLast = false,
): BatchSampler {
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > n) {
    throw new RangeError(`batch size must be an integer in 1..${n}; got ${batchSize}`);
  }
  switch (sampling) {
    case 'bernoulli':
      return bernoulliSampler(n, batchSize);
    case 'with-replacement':
      return replacementSampler(n, batchSize);
    case 'without-replacement':
      return subsetSampler(n, batchSize);
    case 'reshuffled':
      return epochSampler(n, batchSize, dropLast);
  }
}

/** The sampler of an empty set: its batch is always empty. */
export function emptySampler(): BatchSampler {
  return { batch: { indices: new Int32Array(0), size: 0 }, draw: () => undefined };
}

/** Share of a set up to which drawing the gaps between its samples is faster than asking each sample. */
const SPARSE = 0.15;

function bernoulliSampler(n: number, batchSize: number): BatchSampler {
  const batch: Batch = { indices: new Int32Array(n), size: 0 };
  const probability = batchSize / n;
  const logMissed = Math.log1p(-probability);
  return {
    batch,
    draw(random) {
      if (probability <= SPARSE) {
        batch.size = 0;
        // The samples missed before the next one: P(gap >= k) = (1 - B/n)^k.
        const gap = (): number => Math.floor(Math.log1p(-random.uniform()) / logMissed);
        for (let i = gap(); i < n; i += 1 + gap()) batch.indices[batch.size++] = i;
        return;
      }
      // Without a branch, which would be foreseen wrongly for most samples that are drawn.
      let size = 0;
      for (let i = 0; i < n; i++) {
        batch.indices[size] = i;
        size += Number(random.uniform() < probability);
      }
      batch.size = size;
    },
  };
}

function replacementSampler(n: number, batchSize: number): BatchSampler {
  const batch: Batch = { indices: new Int32Array(batchSize), size: batchSize };
  return {
    batch,
    draw(random) {
      for (let k = 0; k < batchSize; k++) batch.indices[k] = random.integer(n);
    },
  };
}

/** The first entries of a permutation that every draw shuffles on: uniform subsets whatever its order is. */
function subsetSampler(n: number, batchSize: number): BatchSampler {
  const permutation = Int32Array.from({ length: n }, (_, i) => i);
  const batch: Batch = { indices: permutation.subarray(0, batchSize), size: batchSize };
  return {
    batch,
    draw(random) {
      if (batchSize < n) shuffleFirst(permutation, batchSize, random);
    },
  };
}

/** Epochs: the samples in a new random order, cut into batches; the first draw begins an epoch. */
function epochSampler(n: number, batchSize: number, dropLast: boolean): BatchSampler {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const batch: Batch = { indices: new Int32Array(batchSize), size: batchSize };
  const least = dropLast ? batchSize : 1;
  let next = n;
  return {
    batch,
    draw(random) {
      if (n - next < least) {
        shuffleFirst(order, n, random);
        next = 0;
      }
      batch.size = Math.min(batchSize, n - next);
      for (let k = 0; k < batch.size; k++) batch.indices[k] = order[next++]!;
    },
  };
}
