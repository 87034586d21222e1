import { describe, expect, it } from 'vitest';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { binomialProbabilities } from '../../src/statistics/intervals.js';
import { batchSampler, type BatchSampler } from '../../src/unlearning/batch-sampler.js';
import { chiSquareValue } from '../goodness-of-fit.js';

/** Level of every goodness-of-fit test: with fixed seeds it holds or fails once and for all. */
const LEVEL = 1e-6;

/** Standard errors that a share may be off: a normal number beyond 6 has probability 2e-9. */
const STANDARD_ERRORS = 6;

const DRAWS = 40_000;

/** Counts that a cell of a chi-square test expects at least. */
const LEAST = 20;

/** Sets of whole bytes and others, of one word and more, shares on both sides of 0.15, gaps of more than a table has. */
const CASES = [
  { n: 7, b: 2 },
  { n: 8, b: 3 },
  { n: 9, b: 4 },
  { n: 20, b: 3 },
  { n: 20, b: 4 },
  { n: 32, b: 10 },
  { n: 33, b: 4 },
  { n: 33, b: 5 },
  { n: 37, b: 12 },
  { n: 64, b: 63 },
  { n: 70, b: 10 },
  { n: 70, b: 11 },
  { n: 300, b: 40 },
  { n: 300, b: 100 },
  { n: 700, b: 1 },
];

/** Many batches of a sampler of n samples. */
interface Batches {
  /** True if sample i is in batch s. */
  has(s: number, i: number): boolean;
  /** Of each sample, the batches that it is in; of each batch, its samples. */
  readonly times: Float64Array;
  readonly sizes: readonly number[];
}

/** @returns null where a sample was taken twice, or out of turn, or there is none of this number. */
function drawn(sampler: BatchSampler, n: number, random: RandomSource): Batches | null {
  const taken = new Uint8Array(DRAWS * n);
  const times = new Float64Array(n);
  const sizes: number[] = [];
  for (let s = 0; s < DRAWS; s++) {
    sampler.draw(random);
    const { indices, size } = sampler.batch;
    for (let k = 0, last = -1; k < size; k++) {
      const i = indices[k]!;
      if (!(i > last && i < n)) return null;
      taken[s * n + i] = 1;
      times[i]!++;
      last = i;
    }
    sizes.push(size);
  }
  return { has: (s, i) => taken[s * n + i] === 1, times, sizes };
}

/** p-value of counts by cell; rare cells are put together until they expect enough. */
function cellsValue(cells: readonly number[], probabilities: readonly number[]): number {
  const counts = probabilities.map(() => 0);
  for (const cell of cells) counts[cell]!++;
  const rising = Array.from(probabilities.keys()).sort((i, j) => probabilities[i]! - probabilities[j]!);
  const merged = [{ count: 0, probability: 0 }];
  for (const cell of rising) {
    const last = merged.at(-1)!;
    if (last.probability * cells.length >= LEAST) merged.push({ count: 0, probability: 0 });
    merged.at(-1)!.count += counts[cell]!;
    merged.at(-1)!.probability += probabilities[cell]!;
  }
  return chiSquareValue(
    merged.map(({ count }) => count),
    merged.map(({ probability }) => probability),
  );
}

/** Laws of independent trials that the batches of a sampler break, in words. */
function faultsOf(sampler: BatchSampler, n: number, b: number, word: string): string[] {
  const p = b / n;
  const batches = drawn(sampler, n, randomSource('bernoulli', word, n, b));
  if (!batches) return ['the samples of a batch are in turn, each once'];
  /** The first of some samples in a batch, the others in the same one or in one that is `later`: as independent trials. */
  const trials = (samples: readonly number[], later = 0): boolean => {
    const patterns = Array.from({ length: Math.floor(DRAWS / (later + 1)) }, (_, k) => {
      const s = k * (later + 1);
      return samples.reduce(
        (sum, i, bit) => sum + (Number(batches.has(bit > 0 ? s + later : s, i)) << bit),
        0,
      );
    });
    const law = Array.from({ length: 2 ** samples.length }, (_, pattern) =>
      samples.reduce((product, __, k) => product * ((pattern >> k) & 1 ? p : 1 - p), 1),
    );
    return cellsValue(patterns, law) > LEVEL;
  };
  const near = [0, 6, 29, 30, 62, n - 3].filter((i) => i >= 0 && i + 3 <= n);
  const apart = [1, 8, 32, 255, 256].filter((gap) => gap < n);
  const error = Math.sqrt(DRAWS * p * (1 - p));
  const checks: Record<string, boolean> = {
    'each sample has its share': batches.times.every(
      (c) => Math.abs(c - DRAWS * p) < STANDARD_ERRORS * error,
    ),
    'sizes are binomial': cellsValue(batches.sizes, Array.from(binomialProbabilities(n, p))) > LEVEL,
    'samples in turn are independent': near.every((i) => trials([i, i + 1, i + 2])),
    'samples far apart are independent': apart.every(
      (gap) => trials([0, gap]) && trials([n - 1 - gap, n - 1]),
    ),
    'batches in turn are independent': trials([n - 1, 0], 1) && trials([0, 0], 1),
  };
  return Object.entries(checks).flatMap(([name, holds]) => (holds ? [] : [name]));
}

describe('bernoulli batches are independent trials', () => {
  it.each(CASES)('of $b of $n samples', ({ n, b }) => {
    expect(faultsOf(batchSampler('bernoulli', n, b), n, b, 'right')).toEqual([]);
  });

  it('whole sets are taken without a random number', () => {
    const sampler = batchSampler('bernoulli', 40, 40);
    sampler.draw({} as RandomSource);
    expect(Array.from(sampler.batch.indices.subarray(0, sampler.batch.size))).toEqual(
      Array.from({ length: 40 }, (_, i) => i),
    );
  });

  it('take a random word for eight samples, or for a gap', () => {
    const wordsOf = (n: number, b: number): number => {
      const random = randomSource('words', n, b);
      let count = 0;
      const counting = { ...random, bits: () => (count++, random.bits()) };
      const sampler = batchSampler('bernoulli', n, b);
      for (let s = 0; s < 1000; s++) sampler.draw(counting);
      return count / 1000;
    };
    for (const [n, words] of [[8, 1], [37, 5], [64, 8]] as const) {
      // A second word where 24 bits do not decide: hardly ever.
      expect(Math.abs(wordsOf(n, Math.ceil(n / 2)) - words)).toBeLessThan(0.002);
    } // prettier-ignore
    // Three gaps of the mean, and the one that leads beyond the last.
    expect(Math.abs(wordsOf(20, 3) - 4)).toBeLessThan(STANDARD_ERRORS * Math.sqrt(3 / 1000));
    // Of 700 samples, one in 700: a gap of 255 is none, so that most batches take two words or three.
    expect(wordsOf(700, 1)).toBeGreaterThan(3);
    expect(wordsOf(700, 1)).toBeLessThan(4);
  });
});

describe('the same comparison rejects samplers that are wrong', () => {
  /** A sampler from a function that says which samples are taken. */
  function planted(n: number, choose: (random: RandomSource) => readonly number[]): BatchSampler {
    const batch = { indices: new Int32Array(2 * n), size: 0 };
    return {
      batch,
      draw(random) {
        const chosen = choose(random);
        batch.indices.set(chosen);
        batch.size = chosen.length;
      },
    };
  }

  /** Draws by gaps of which none is longer than 255; what comes of one as long says `far`. */
  const byGaps = (n: number, p: number, far: 'taken' | 'the end') =>
    planted(n, (random) => {
      const taken: number[] = [];
      for (let i = 0; ; i++) {
        const gap = Math.floor(Math.log(1 - random.uniform()) / Math.log1p(-p));
        if (gap >= 255 && far === 'the end') return taken;
        i += Math.min(gap, 255);
        if (i >= n) return taken;
        taken.push(i);
      }
    });

  it('a gap of 255 that takes the sample behind it', () => {
    expect(faultsOf(byGaps(700, 1 / 700, 'taken'), 700, 1, 'far')).toContain('sizes are binomial');
    expect(faultsOf(byGaps(300, 1 / 100, 'taken'), 300, 3, 'far')).toContain('each sample has its share');
  });

  it('a gap of 255 that ends the batch', () => {
    expect(faultsOf(byGaps(700, 1 / 700, 'the end'), 700, 1, 'end')).toContain('each sample has its share');
  });

  it('gaps that are one too long', () => {
    const right = batchSampler('bernoulli', 70, 10);
    const late = planted(70, (random) => {
      right.draw(random);
      return Array.from(right.batch.indices.subarray(0, right.batch.size), (i) => i + 1).filter(
        (i) => i < 70,
      );
    });
    expect(faultsOf(late, 70, 10, 'late')).toContain('each sample has its share');
  });

  it('eight samples where only five are left', () => {
    const whole = batchSampler('bernoulli', 40, 13);
    expect(faultsOf(whole, 37, 12, 'beyond')).toEqual(['the samples of a batch are in turn, each once']);
  });

  it('one pattern for eight samples and the next eight', () => {
    const half = batchSampler('bernoulli', 8, 3);
    const twice = planted(16, (random) => {
      half.draw(random);
      const taken = Array.from(half.batch.indices.subarray(0, half.batch.size));
      return [...taken, ...taken.map((i) => i + 8)];
    });
    expect(faultsOf(twice, 16, 6, 'twice')).toEqual(
      expect.arrayContaining(['sizes are binomial', 'samples far apart are independent']),
    );
  });

  it('samples of a word and the next that take turns', () => {
    const right = batchSampler('bernoulli', 64, 32);
    const linked = planted(64, (random) => {
      right.draw(random);
      const taken = Array.from(right.batch.indices.subarray(0, right.batch.size));
      return [...taken.filter((i) => i !== 32), ...(taken.includes(31) ? [] : [32])].sort((a, b) => a - b);
    });
    expect(faultsOf(linked, 64, 32, 'linked')).toEqual(['samples in turn are independent']);
  });

  it('a share that is 1.03 of the right one', () => {
    const more = planted(33, (random) =>
      Array.from({ length: 33 }, (_, i) => i).filter(() => random.uniform() < (1.03 * 5) / 33),
    );
    expect(faultsOf(more, 33, 5, 'more')).toContain('sizes are binomial');
  });

  it('the batch before, one time in ten', () => {
    const right = batchSampler('bernoulli', 20, 4);
    const lazy = planted(20, (random) => {
      if (random.uniform() < 0.9) right.draw(random);
      return Array.from(right.batch.indices.subarray(0, right.batch.size));
    });
    expect(faultsOf(lazy, 20, 4, 'lazy')).toContain('batches in turn are independent');
  });
});
