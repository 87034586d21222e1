import { describe, expect, it } from 'vitest';
import { SAMPLINGS } from '../../src/theory/problem.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { batchSampler, emptySampler, type BatchSampler } from '../../src/unlearning/batch-sampler.js';
import { fitValue, multiplicities, pairFit, samplerFit } from '../batch-fit.js';

/** Level of every goodness-of-fit test: with fixed seeds it holds or fails once and for all. */
const LEVEL = 1e-6;

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
      const value = samplerFit({ sampler: batchSampler(sampling, n, b), sampling, n, b }, random);
      expect(value).toBeGreaterThan(LEVEL);
    });

    // Of 3 samples and of 4, so that batches cut from a shuffled list would show: 2 of 3 would use it only once.
    it.each([
      { n: 3, b: 1 },
      { n: 3, b: 2 },
      { n: 4, b: 2 },
    ])('draws consecutive batches of $b out of $n independently', ({ n, b }) => {
      const random = randomSource('sampler pairs', sampling, n, b);
      expect(pairFit({ sampler: batchSampler(sampling, n, b), sampling, n, b }, random)).toBeGreaterThan(
        LEVEL,
      );
    });

    it('a new sampler replays the same batches from the same random source', () => {
      const batches = (): string[] => {
        const sampler = batchSampler(sampling, 6, 3);
        const random = randomSource('replay');
        return Array.from({ length: 50 }, () => {
          sampler.draw(random);
          return multiplicities(sampler.batch, 6);
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
    expect(multiplicities(sampler.batch, 5)).toBe('1,1,1,1,1');
  });
});

it('bernoulli batches of a small share of a large set have the size and the gaps of independent trials', () => {
  const [n, b, draws] = [400, 10, 4000];
  const sampler = batchSampler('bernoulli', n, b);
  const random = randomSource('gaps');
  const taken = new Float64Array(n);
  let [sum, squares] = [0, 0];
  for (let s = 0; s < draws; s++) {
    sampler.draw(random);
    const indices = Array.from(sampler.batch.indices.subarray(0, sampler.batch.size));
    for (const i of indices) taken[i]!++;
    sum += indices.length;
    squares += (indices.length - b) ** 2;
    expect(indices).toEqual(Array.from(new Set(indices)).sort((x, y) => x - y));
  }
  const variance = b * (1 - b / n);
  expect(Math.abs(sum / draws - b)).toBeLessThan(6 * Math.sqrt(variance / draws));
  expect(Math.abs(squares / draws / variance - 1)).toBeLessThan(6 * Math.sqrt(2 / draws));
  // Each sample as often as any other, the first and the last included.
  const share = draws / (n / b);
  for (const count of taken) expect(Math.abs(count - share)).toBeLessThan(6 * Math.sqrt(share));
});

it.each([0, 5])(
  'the samples %d to + 2 of 8, drawn by gaps, are taken like independent trials of 1/8',
  (first) => {
    const sampler = batchSampler('bernoulli', 8, 1);
    const random = randomSource('sparse', first);
    const pattern = (): string => {
      sampler.draw(random);
      return multiplicities(sampler.batch, 8)
        .split(',')
        .slice(first, first + 3)
        .join('');
    };
    const law = new Map(
      ['000', '001', '010', '011', '100', '101', '110', '111'].map((key) => {
        const taken = key.replaceAll('0', '').length;
        return [key, (1 / 8) ** taken * (7 / 8) ** (3 - taken)];
      }),
    );
    expect(fitValue(pattern, law, 40_000)).toBeGreaterThan(LEVEL);
  },
);

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
    expect(
      samplerFit({ sampler: sampler, sampling: 'bernoulli', n: 4, b: 2 }, randomSource('planted', 1)),
    ).toBeLessThan(LEVEL);
  });

  it('a batch of fixed size in place of bernoulli trials, and the other way round', () => {
    const fixed = batchSampler('without-replacement', 4, 2);
    expect(
      samplerFit({ sampler: fixed, sampling: 'bernoulli', n: 4, b: 2 }, randomSource('planted', 2)),
    ).toBeLessThan(LEVEL);
    const trials = batchSampler('bernoulli', 4, 2);
    expect(
      samplerFit(
        { sampler: trials, sampling: 'without-replacement', n: 4, b: 2 },
        randomSource('planted', 3),
      ),
    ).toBeLessThan(LEVEL);
  });

  it('draws with replacement in place of subsets', () => {
    const sampler = batchSampler('with-replacement', 4, 2);
    expect(
      samplerFit(
        { sampler: sampler, sampling: 'without-replacement', n: 4, b: 2 },
        randomSource('planted', 4),
      ),
    ).toBeLessThan(LEVEL);
  });

  it('with replacement, a second draw that avoids the first one time in ten', () => {
    const sampler = planted(4, (indices, random) => {
      indices[0] = random.integer(4);
      indices[1] = random.integer(4);
      if (indices[0] === indices[1] && random.integer(10) === 0) indices[1] = (indices[0] + 1) % 4;
      return 2;
    });
    expect(
      samplerFit({ sampler: sampler, sampling: 'with-replacement', n: 4, b: 2 }, randomSource('planted', 5)),
    ).toBeLessThan(LEVEL);
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
    expect(
      samplerFit(
        { sampler: sampler, sampling: 'without-replacement', n: 4, b: 2 },
        randomSource('planted', 6),
      ),
    ).toBeLessThan(LEVEL);
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
      expect(
        samplerFit({ sampler: lazy, sampling, n: 3, b: 2 }, randomSource('planted', 'lazy', sampling)),
      ).toBeGreaterThan(1e-12);
      expect(
        pairFit({ sampler: lazy, sampling, n: 3, b: 2 }, randomSource('planted', 'lazy pairs', sampling)),
      ).toBeLessThan(LEVEL);
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
