import { describe, expect, it } from 'vitest';
import { rankOneSet } from '../../src/theory/problem.js';
import { gramMatrix } from '../../src/theory/reduction.js';
import { streamedGram } from '../../src/theory/matrix-source.js';
import { randomSource } from '../../src/statistics/generator.js';
import { integerEntries } from '../sample-problems.js';
import { memorySource } from './memory-source.js';

const random = randomSource('streamedGram');
const retain = rankOneSet(integerEntries(random, 7, 1000), 1000);
const forget = rankOneSet(integerEntries(random, 3, 1000), 1000);
const expected = gramMatrix([retain, forget]);

describe('streamedGram', () => {
  it.each([1, 10, 999, 3000, 9990, 10_000, 1e9])(
    'is the Gram matrix of all rows in order, with %i numbers a block',
    (blockNumbers) => {
      const sources = [memorySource(retain), memorySource(forget)];
      expect(streamedGram(sources, { blockNumbers })).toEqual(expected);
    },
  );

  it('is another matrix with the sources exchanged', () => {
    expect(streamedGram([memorySource(forget), memorySource(retain)])).not.toEqual(expected);
  });

  it('reads every column once, in blocks of at most as many numbers as asked for, and says how far it is', () => {
    const blocks: [number, number][] = [];
    const done: number[] = [];
    const sources = [memorySource(retain, (from, to) => blocks.push([from, to])), memorySource(forget)];
    streamedGram(sources, { blockNumbers: 3999, onProgress: (columns) => done.push(columns) });
    expect(blocks).toEqual([
      [0, 399],
      [399, 798],
      [798, 1000],
    ]);
    expect(done).toEqual([399, 798, 1000]);
  });

  it('refuses sources that differ in columns, and is empty without any', () => {
    const short = memorySource(rankOneSet(new Float64Array(6), 3));
    expect(() => streamedGram([memorySource(retain), short])).toThrow('must have 1000 columns; memory has 3');
    expect(streamedGram([])).toEqual(new Float64Array(0));
  });
});
