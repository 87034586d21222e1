import { describe, expect, it } from 'vitest';
import { SAMPLINGS, type Sampling } from '../../src/curvature/problem.js';
import { randomSource, type RandomSource } from '../../src/random/generator.js';
import { enumerateBatches } from '../../src/stability/enumeration.js';
import { batchSampler, emptySampler, type BatchSampler } from '../../src/unlearning/batch-sampler.js';
import { chiSquareValue } from '../goodness-of-fit.js';

/** Level of every goodness-of-fit test: with fixed seeds it holds or fails once and for all. */
const LEVEL = 1e-6;
const DRAWS = 40_000;

/** How often each sample is in the batch drawn last, as text. */
function multiplicities({ batch }: BatchSampler, n: number): string {
  const times = new Array<number>(n).fill(0);
  for (let k = 0; k < batch.size; k++) times[batch.indices[k]!]!++;
  return times.join();
}

/** Exact probabilities of the multiplicities that can occur. */
function exactProbabilities(sampling: Sampling, n: number, b: number): Map<string, number> {
  const probabilities = new Map<string, number>();
  for (const { multiplicity, probability } of enumerateBatches(sampling, n, b)) {
    if (probability === 0) continue;
    const key = multiplicity.join();
    probabilities.set(key, (probabilities.get(key) ?? 0) + probability);
  }
  return probabilities;
}

/** p-value of the drawn batches having the given probabilities; -1 if one was drawn that has none. */
function fitValue(draw: () => string, probabilities: ReadonlyMap<string, number>): number {
  const counts = new Map<string, number>(Array.from(probabilities.keys(), (key) => [key, 0]));
  for (let k = 0; k < DRAWS; k++) {
    const key = draw();
    const count = counts.get(key);
    if (count === undefined) return -1;
    counts.set(key, count + 1);
  }
  return chiSquareValue(Array.from(counts.values()), Array.from(probabilities.values()));
}

function samplerFit(
  sampler: BatchSampler,
  sampling: Sampling,
  n: number,
  b: number,
  random: RandomSource,
): number {
  const draw = (): string => {
    sampler.draw(random);
    return multiplicities(sampler, n);
  };
  return fitValue(draw, exactProbabilities(sampling, n, b));
}

/** p-value of two consecutive batches being independent with the exact probabilities. */
function pairFit(
  sampler: BatchSampler,
  sampling: Sampling,
  n: number,
  b: number,
  random: RandomSource,
): number {
  const single = Array.from(exactProbabilities(sampling, n, b));
  const pairs = new Map(
    single.flatMap(([x, p]) => single.map(([y, q]): [string, number] => [`${x};${y}`, p * q])),
  );
  const draw = (): string => {
    sampler.draw(random);
    const first = multiplicities(sampler, n);
    sampler.draw(random);
    return `${first};${multiplicities(sampler, n)}`;
  };
  return fitValue(draw, pairs);
}

const SIZES = [
  { n: 1, b: 1 },
  { n: 3, b: 1 },
  { n: 4, b: 2 },
  { n: 5, b: 3 },
  { n: 3, b: 3 },
];

describe('batchSampler', () => {
  describe.each(SAMPLINGS)('%s', (sampling) => {
    it.each(SIZES)('draws every batch of size $b out of $n with its exact probability', ({ n, b }) => {
      const random = randomSource('sampler', sampling, n, b);
      const value = samplerFit(batchSampler(sampling, n, b), sampling, n, b, random);
      expect(value).toBeGreaterThan(LEVEL);
    });

    it('draws consecutive batches independently', () => {
      const random = randomSource('sampler pairs', sampling);
      expect(pairFit(batchSampler(sampling, 3, 2), sampling, 3, 2, random)).toBeGreaterThan(LEVEL);
    });

    it('a new sampler replays the same batches from the same random source', () => {
      const batches = (): string[] => {
        const sampler = batchSampler(sampling, 6, 3);
        const random = randomSource('replay');
        return Array.from({ length: 50 }, () => {
          sampler.draw(random);
          return multiplicities(sampler, 6);
        });
      };
      expect(batches()).toEqual(batches());
      expect(new Set(batches()).size).toBeGreaterThan(5);
    });

    it.each([0, -1, 1.5, 5, NaN, Infinity])('throws RangeError for batch size %d of 4 samples', (b) => {
      expect(() => batchSampler(sampling, 4, b)).toThrow(RangeError);
      expect(() => batchSampler(sampling, 4, b)).toThrow(`batch size must be an integer in 1..4; got ${b}`);
    });
  });

  it('without replacement a full batch is every sample, every time', () => {
    const sampler = batchSampler('without-replacement', 5, 5);
    sampler.draw(randomSource('full'));
    expect(multiplicities(sampler, 5)).toBe('1,1,1,1,1');
  });
});

describe('the same tests reject samplers that are wrong', () => {
  /** A sampler from a function that fills the indices and returns the size. */
  function planted(n: number, fill: (indices: Int32Array, random: RandomSource) => number): BatchSampler {
    const batch = { indices: new Int32Array(n), size: 0 };
    return { batch, draw: (random) => void (batch.size = fill(batch.indices, random)) };
  }

  it('bernoulli trials with probability 1.05 B/n', () => {
    const sampler = planted(4, (indices, random) => {
      let size = 0;
      for (let i = 0; i < 4; i++) if (random.uniform() < 0.525) indices[size++] = i;
      return size;
    });
    expect(samplerFit(sampler, 'bernoulli', 4, 2, randomSource('planted', 1))).toBeLessThan(LEVEL);
  });

  it('a batch of fixed size in place of bernoulli trials, and the other way round', () => {
    const fixed = batchSampler('without-replacement', 4, 2);
    expect(samplerFit(fixed, 'bernoulli', 4, 2, randomSource('planted', 2))).toBeLessThan(LEVEL);
    const trials = batchSampler('bernoulli', 4, 2);
    expect(samplerFit(trials, 'without-replacement', 4, 2, randomSource('planted', 3))).toBeLessThan(LEVEL);
  });

  it('draws with replacement in place of subsets', () => {
    const sampler = batchSampler('with-replacement', 4, 2);
    expect(samplerFit(sampler, 'without-replacement', 4, 2, randomSource('planted', 4))).toBeLessThan(LEVEL);
  });

  it('with replacement, a second draw that avoids the first one time in ten', () => {
    const sampler = planted(4, (indices, random) => {
      indices[0] = random.integer(4);
      indices[1] = random.integer(4);
      if (indices[0] === indices[1] && random.integer(10) === 0) indices[1] = (indices[0] + 1) % 4;
      return 2;
    });
    expect(samplerFit(sampler, 'with-replacement', 4, 2, randomSource('planted', 5))).toBeLessThan(LEVEL);
  });

  it('the naive shuffle: every position exchanged with any', () => {
    const sampler = planted(4, (indices, random) => {
      for (let i = 0; i < 4; i++) indices[i] = i;
      for (let k = 0; k < 4; k++) {
        const other = random.integer(4);
        const held = indices[k]!;
        indices[k] = indices[other]!;
        indices[other] = held;
      }
      return 2;
    });
    expect(samplerFit(sampler, 'without-replacement', 4, 2, randomSource('planted', 6))).toBeLessThan(LEVEL);
  });

  it.each(SAMPLINGS)(
    'a sampler that repeats its batch one time in ten has the right batches, but not independent (%s)',
    (sampling) => {
      const inner = batchSampler(sampling, 3, 2);
      let started = false;
      const lazy: BatchSampler = {
        batch: inner.batch,
        draw(random) {
          if (!started || random.integer(10) > 0) inner.draw(random);
          started = true;
        },
      };
      expect(samplerFit(lazy, sampling, 3, 2, randomSource('planted', 'lazy', sampling))).toBeGreaterThan(
        1e-12,
      );
      expect(pairFit(lazy, sampling, 3, 2, randomSource('planted', 'lazy pairs', sampling))).toBeLessThan(
        LEVEL,
      );
    },
  );
});

describe('emptySampler', () => {
  it('always has an empty batch', () => {
    const sampler = emptySampler();
    sampler.draw(randomSource('empty'));
    expect(sampler.batch.size).toBe(0);
  });
});
