import type { Sampling } from '../theory/problem.js';
import { AliasTable, OUTCOMES } from '../statistics/alias-table.js';
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

/** Share of a set up to which drawing the gaps between its samples is faster than asking eight of them at once. */
const SPARSE = 0.15;

function bernoulliSampler(n: number, batchSize: number): BatchSampler {
  if (batchSize === n) return wholeSet(n);
  const probability = batchSize / n;
  return probability <= SPARSE ? gapSampler(n, probability) : patternSampler(n, probability);
}

function wholeSet(n: number): BatchSampler {
  return { batch: { indices: Int32Array.from({ length: n }, (_, i) => i), size: n }, draw: () => undefined };
}

/** As many samples missed are no gap: the next one is drawn anew from there. */
const FAR = OUTCOMES - 1;

/** Trials by the number of samples missed before the next one taken: P(gap = k) = B/n (1 - B/n)^k. */
function gapSampler(n: number, probability: number): BatchSampler {
  const batch: Batch = { indices: new Int32Array(n), size: 0 };
  const missed = (count: number): number => Math.exp(count * Math.log1p(-probability));
  const gaps = new AliasTable(
    Array.from({ length: OUTCOMES }, (_, k) => missed(k) * (k < FAR ? probability : 1)),
  );
  return {
    batch,
    draw(random) {
      let size = 0;
      for (let i = 0; ;) {
        const gap = gaps.draw(random);
        i += gap;
        if (i >= n) break;
        if (gap < FAR) batch.indices[size++] = i++;
      }
      batch.size = size;
    },
  };
}

/** Samples that are drawn at once. */
const AT_ONCE = 8;

/** Trials of eight samples at once, which are taken in one of 256 patterns: bit i for sample i. */
function patternSampler(n: number, probability: number): BatchSampler {
  const batch: Batch = { indices: new Int32Array(n), size: 0 };
  const { indices } = batch;
  const whole = patternTable(Math.min(n, AT_ONCE), probability);
  const last = patternTable(((n - 1) % AT_ONCE) + 1, probability);
  return {
    batch,
    draw(random) {
      let size = 0;
      for (let first = 0; first < n; first += 32) {
        let pattern = 0;
        const count = Math.min(32, n - first);
        for (let k = 0; k < count; k += AT_ONCE) {
          pattern |= (first + k + AT_ONCE < n ? whole : last).draw(random) << k;
        }
        for (; pattern !== 0; pattern &= pattern - 1) {
          indices[size++] = first + 31 - Math.clz32(pattern & -pattern);
        }
      }
      batch.size = size;
    },
  };
}

/** The patterns of so many trials. */
function patternTable(trials: number, probability: number): AliasTable {
  const probabilities = [1];
  for (let k = 0; k < trials; k++) {
    const half = probabilities.length;
    for (let pattern = 0; pattern < half; pattern++) {
      probabilities.push(probabilities[pattern]! * probability);
      probabilities[pattern]! *= 1 - probability;
    }
  }
  return new AliasTable(probabilities);
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
