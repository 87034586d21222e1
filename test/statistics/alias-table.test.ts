import { describe, expect, it } from 'vitest';
import { AliasTable, OUTCOMES } from '../../src/statistics/alias-table.js';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { largestDifference } from '../closeness.js';
import { chiSquareValue } from '../goodness-of-fit.js';

/** Draws an outcome with words of 32 bits. */
type Draw = (random: RandomSource) => number;

/** A source that gives these words, as signed integers, and has no others. */
function words(...given: readonly number[]): RandomSource & { used(): number } {
  let used = 0;
  const none = (): never => {
    throw new Error('there is no such number');
  };
  return {
    bits: () => (used < given.length ? given[used++]! | 0 : none()),
    uniform: none,
    integer: none,
    normal: none,
    used: () => used,
  };
}

/** Outcome of a cell for 24 bits behind the first byte, and 32 more where they are asked for. */
const outcomeAt = (draw: Draw, cell: number, place: number, more: number): number =>
  draw(words(cell * 2 ** 24 + place, more));

/** The smallest of `count` numbers from which on something is so; `count` if it is never. */
function firstOf(count: number, isSo: (k: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * The probabilities of all outcomes, summed over all pairs of words: in each cell a first outcome gives way to a second one,
 * at a place that is looked for.
 */
function lawOf(draw: Draw): Float64Array {
  const law = new Float64Array(OUTCOMES);
  for (let cell = 0; cell < OUTCOMES; cell++) {
    const last = outcomeAt(draw, cell, 2 ** 24 - 1, 2 ** 32 - 1);
    const place = firstOf(2 ** 24, (k) => outcomeAt(draw, cell, k, 2 ** 32 - 1) === last);
    const more = firstOf(2 ** 32, (k) => outcomeAt(draw, cell, place, k) === last);
    const share = (place + more / 2 ** 32) / 2 ** 24;
    if (share > 0) law[outcomeAt(draw, cell, 0, 0)]! += share / OUTCOMES;
    law[last]! += (1 - share) / OUTCOMES;
  }
  return law;
}

const geometric = (p: number): number[] =>
  Array.from({ length: OUTCOMES }, (_, k) => (1 - p) ** k * (k < OUTCOMES - 1 ? p : 1));

const trials = (p: number): number[] =>
  Array.from({ length: OUTCOMES }, (_, pattern) =>
    Array.from({ length: 8 }, (__, i) => (pattern & (1 << i) ? p : 1 - p)).reduce((a, b) => a * b),
  );

const LAWS: Record<string, readonly number[]> = {
  'one outcome': [1],
  'the second of two': [0, 1],
  'three of a third': [1 / 3, 1 / 3, 1 / 3],
  'one in a million': [1e-6, 1 - 1e-6],
  'all alike': new Array<number>(OUTCOMES).fill(1 / OUTCOMES),
  'all alike, but for rounding below 1': new Array<number>(OUTCOMES).fill((1 - 2 ** -52) / OUTCOMES),
  'eight trials of 0.2': trials(0.2),
  'eight trials of 0.997': trials(0.997),
  'gaps of 1 in 7': geometric(1 / 7),
  'gaps of 1 in 5000': geometric(1 / 5000),
  'falling by thirds': Array.from({ length: OUTCOMES }, (_, k) => (2 / 3) * 3 ** -k),
};

/** 256 subtractions from shares below 256, each right to 2^-46, over 256; the last of 64 bits is far less. */
const ROUNDING = 2 ** -46;

const padded = (law: readonly number[]): Float64Array =>
  Float64Array.from({ length: OUTCOMES }, (_, k) => law[k] ?? 0);

describe('an alias table', () => {
  it.each(Object.entries(LAWS))('has exactly the given law: %s', (_, law) => {
    const table = new AliasTable(law);
    const found = lawOf((random) => table.draw(random));
    expect(largestDifference(found, padded(law))).toBeLessThan(ROUNDING);
    found.forEach((probability, k) => {
      if (padded(law)[k] === 0) expect(probability).toBe(0);
    });
  });

  it('takes one word, and a second where 24 bits do not decide: 1 in 2^24 of a cell', () => {
    // Cell 0 holds 256/300 of outcome 0.
    const share = OUTCOMES * (1 / 300);
    const table = new AliasTable([1 / 300, 299 / 300]);
    const place = Math.floor(share * 2 ** 24);
    const rest = (share * 2 ** 24 - place) * 2 ** 32;
    const drawn = (...given: number[]) => {
      const random = words(...given);
      return [table.draw(random), random.used()];
    };
    expect(drawn(0)).toEqual([0, 1]);
    expect(drawn(place - 1)).toEqual([0, 1]);
    expect(drawn(place, 0)).toEqual([0, 2]);
    expect(drawn(place, Math.ceil(rest) - 1)).toEqual([0, 2]);
    expect(drawn(place, Math.ceil(rest))).toEqual([1, 2]);
    expect(drawn(place, 2 ** 32 - 1)).toEqual([1, 2]);
    expect(drawn(place + 1)).toEqual([1, 1]);
    // Every other cell is outcome 1 alone: the first byte is that of the cell, its sign bit too.
    for (const cell of [1, 2, 127, 128, 255]) expect(drawn(cell * 2 ** 24 + 1)).toEqual([1, 1]);
  });

  it('draws as it says', () => {
    const law = [0.5, 0.2, 0.2, 0.07, 0.03];
    const table = new AliasTable(law);
    const counts = law.map(() => 0);
    const random = randomSource('alias');
    for (let k = 0; k < 60_000; k++) counts[table.draw(random)]!++;
    expect(chiSquareValue(counts, law)).toBeGreaterThan(1e-6);
  });
});

describe('the same comparison rejects tables that are wrong', () => {
  const law = trials(0.2);
  const table = new AliasTable(law);
  /** How many times `ROUNDING` it is off; the smallest of these faults moves a part of 2^-24 of a cell. */
  const off = (draw: Draw): number => largestDifference(lawOf(draw), padded(law)) / ROUNDING;

  it('a wrong alias in one cell', () => {
    const wrong: Draw = (random) => {
      const word = random.bits();
      const right = table.draw(words(word, random.bits()));
      return word >>> 24 === 77 && right !== 77 ? (right + 1) % OUTCOMES : right;
    };
    expect(off(wrong)).toBeGreaterThan(1e6);
  });

  it.each([
    ['first', 0],
    ['second', 2 ** 32 - 1],
  ])('a tie that always goes to the %s outcome', (_, more) => {
    expect(off((random) => table.draw(words(random.bits(), more)))).toBeGreaterThan(1e3);
  });

  it('probabilities of 8 bits alone', () => {
    const coarse: Draw = (random) => table.draw(words(random.bits() & 0xffff0000, 0));
    expect(off(coarse)).toBeGreaterThan(1e6);
  });
});
