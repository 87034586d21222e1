import { describe, expect, it } from 'vitest';
import { derivedSeed, randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { chiSquareValue } from '../goodness-of-fit.js';

/** Level of every test of a distribution in this file: with fixed seeds it holds or fails once and for all. */
const LEVEL = 1e-6;

/** Standard errors that a mean of many numbers may be off: a normal number beyond 6 has probability 2e-9. */
const STANDARD_ERRORS = 6;

function uniforms(random: RandomSource, count: number): number[] {
  return Array.from({ length: count }, () => random.uniform());
}

function normals(random: RandomSource, count: number): number[] {
  return Array.from({ length: count }, () => random.normal());
}

/** p-value for draws of 0 .. bound-1 being uniform. */
function uniformityValue(draw: () => number, bound: number, count = 60_000): number {
  const counts = new Array<number>(bound).fill(0);
  for (let k = 0; k < count; k++) counts[draw()]!++;
  return chiSquareValue(counts, new Array<number>(bound).fill(1 / bound));
}

describe('randomSource', () => {
  it('replays the same stream for the same words', () => {
    const stream = (): number[] => {
      const random = randomSource(42, 'verify', 'U3', 17);
      return [...uniforms(random, 5), ...normals(random, 5), random.integer(1000), random.uniform()];
    };
    expect(stream()).toEqual(stream());
  });

  it('gives different streams for different words, also where they join to the same text', () => {
    const words = [['ab'], ['a', 'b'], ['b', 'a'], ['a', 'b', ''], [1], ['1'], [1, 2], [12], [], [0], [-0.5]];
    const starts = words.map((list) => uniforms(randomSource(...list), 2).join());
    expect(new Set(starts).size).toBe(words.length);
  });

  it('streams with neighbouring seeds are uncorrelated', () => {
    const count = 20_000;
    const x = uniforms(randomSource('stream', 1), count);
    const y = uniforms(randomSource('stream', 2), count);
    const covariance = (u: readonly number[], v: readonly number[]): number =>
      u.reduce((sum, value, k) => sum + (value - 0.5) * (v[k]! - 0.5), 0) / count;
    // The product of two independent centred uniforms has standard deviation 1/12.
    const bound = STANDARD_ERRORS / 12 / Math.sqrt(count);
    expect(Math.abs(covariance(x, y))).toBeLessThan(bound);
    expect(Math.abs(covariance(x, x))).toBeGreaterThan(bound);
  });
});

describe('uniform', () => {
  it('lies in [0, 1) and fills 64 cells evenly', () => {
    const random = randomSource('uniform');
    const draw = (): number => {
      const x = random.uniform();
      expect(x >= 0 && x < 1).toBe(true);
      return Math.floor(64 * x);
    };
    expect(uniformityValue(draw, 64)).toBeGreaterThan(LEVEL);
  });

  it('the test of evenness rejects x^1.05', () => {
    const random = randomSource('uniform', 'planted');
    expect(uniformityValue(() => Math.floor(64 * random.uniform() ** 1.05), 64)).toBeLessThan(LEVEL);
  });

  it('fills the low bits too: bit 40 of the mantissa is a fair coin', () => {
    const random = randomSource('uniform', 'low bits');
    expect(uniformityValue(() => Math.floor(random.uniform() * 2 ** 40) % 2, 2)).toBeGreaterThan(LEVEL);
  });
});

describe('integer', () => {
  it.each([2, 3, 5, 6, 7, 10, 13, 100])('is uniform on 0 .. %i - 1', (bound) => {
    const random = randomSource('integer', bound);
    expect(uniformityValue(() => random.integer(bound), bound)).toBeGreaterThan(LEVEL);
  });

  it('the same test rejects the remainder of a uniform number of 0 .. 15', () => {
    const random = randomSource('integer', 'remainder');
    for (const bound of [3, 5, 7, 10]) {
      expect(uniformityValue(() => random.integer(16) % bound, bound)).toBeLessThan(LEVEL);
    }
  });

  it('has no modulo bias where 2^32 is no multiple of the bound: 3 * 2^30 falls evenly on its thirds', () => {
    const random = randomSource('integer', 'large');
    const third = 2 ** 30;
    expect(uniformityValue(() => Math.floor(random.integer(3 * third) / third), 3)).toBeGreaterThan(LEVEL);
    const biased = (): number => Math.floor(((random.uniform() * 2 ** 32) % (3 * third)) / third);
    expect(uniformityValue(biased, 3)).toBeLessThan(LEVEL);
  });

  it('is always 0 for bound 1', () => {
    const random = randomSource('integer', 'one');
    for (let k = 0; k < 100; k++) expect(random.integer(1)).toBe(0);
  });

  it('consecutive integers are independent: all 25 pairs of two out of 5 are equally frequent', () => {
    const random = randomSource('integer', 'pairs');
    expect(uniformityValue(() => 5 * random.integer(5) + random.integer(5), 25)).toBeGreaterThan(LEVEL);
  });
});

describe('normal', () => {
  const COUNT = 200_000;

  /** Moments E x^k of the standard normal for k = 1 .. 8. */
  const MOMENTS = [0, 1, 0, 3, 0, 15, 0, 105];

  /** (mean of x^k - E x^k) in standard errors, k = 1 .. 4; Var x^k = E x^2k - (E x^k)^2. */
  function momentErrors(values: readonly number[]): number[] {
    return [1, 2, 3, 4].map((k) => {
      const mean = values.reduce((sum, x) => sum + x ** k, 0) / values.length;
      const variance = MOMENTS[2 * k - 1]! - MOMENTS[k - 1]! ** 2;
      return (mean - MOMENTS[k - 1]!) / Math.sqrt(variance / values.length);
    });
  }

  it('has mean 0, variance 1, skewness 0 and fourth moment 3 to six standard errors', () => {
    for (const error of momentErrors(normals(randomSource('normal', 'moments'), COUNT))) {
      expect(Math.abs(error)).toBeLessThan(STANDARD_ERRORS);
    }
  });

  it('the moments reject a uniform number of the same mean and variance, and a normal scaled by 1.02', () => {
    const random = randomSource('normal', 'planted');
    const flat = uniforms(random, COUNT).map((u) => (u - 0.5) * Math.sqrt(12));
    expect(Math.abs(momentErrors(flat)[1]!)).toBeLessThan(STANDARD_ERRORS);
    expect(Math.abs(momentErrors(flat)[3]!)).toBeGreaterThan(STANDARD_ERRORS);
    const wide = normals(random, COUNT).map((x) => 1.02 * x);
    expect(Math.abs(momentErrors(wide)[1]!)).toBeGreaterThan(STANDARD_ERRORS);
  });

  it('falls evenly into the eight octiles of the normal distribution', () => {
    const octiles = [-1.1503493804, -0.6744897502, -0.318639364, 0, 0.318639364, 0.6744897502, 1.1503493804];
    const random = randomSource('normal', 'octiles');
    const octile = (x: number): number => octiles.filter((bound) => x > bound).length;
    expect(uniformityValue(() => octile(random.normal()), 8)).toBeGreaterThan(LEVEL);
    expect(uniformityValue(() => octile(random.normal() + 0.05), 8)).toBeLessThan(LEVEL);
  });

  it('the two numbers of one Box-Muller pair are uncorrelated, and so are their squares', () => {
    const values = normals(randomSource('normal', 'pairs'), COUNT);
    const half = COUNT / 2;
    let products = 0;
    let squares = 0;
    for (let k = 0; k < COUNT; k += 2) {
      products += values[k]! * values[k + 1]!;
      squares += (values[k]! ** 2 - 1) * (values[k + 1]! ** 2 - 1);
    }
    // Var xy = 1 and Var (x^2-1)(y^2-1) = 4 for independent x, y.
    expect(Math.abs(products) / Math.sqrt(half)).toBeLessThan(STANDARD_ERRORS);
    expect(Math.abs(squares) / Math.sqrt(4 * half)).toBeLessThan(STANDARD_ERRORS);
  });
});

describe('derivedSeed', () => {
  it('is an integer of 0 .. 2^31 - 1, the same for the same words and different for others', () => {
    const seeds = Array.from({ length: 500 }, (_, k) => derivedSeed('draw', 1, `T${k}`));
    for (const seed of seeds) {
      expect(Number.isInteger(seed)).toBe(true);
      expect(seed).toBeGreaterThanOrEqual(0);
      expect(seed).toBeLessThan(2 ** 31);
    }
    expect(new Set(seeds).size).toBe(500);
    expect(Math.max(...seeds)).toBeGreaterThan(2 ** 30);
    expect(derivedSeed('draw', 1, 'T0')).toBe(seeds[0]);
  });
});
