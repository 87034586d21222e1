import { describe, expect, test } from 'vitest';
import { checkMixing, forgetSet, splitOf } from '../../src/network/forget-set.js';
import { randomSource } from '../../src/statistics/generator.js';
import { networkSample } from '../sample-networks.js';

const { data } = networkSample({ width: 1, dimension: 2, samples: 12, patches: 1 }, 'forget set');
const positives = Array.from(data.labels.keys()).filter((i) => data.labels[i] === 1);
const random = () => randomSource('forget set');

/** True if the two sets are ascending and together all twelve samples. */
function isSplit({ retain, forget }: ReturnType<typeof forgetSet>): boolean {
  const ascending = (set: readonly number[]) => set.every((i, k) => k === 0 || i > set[k - 1]!);
  return ascending(retain) && ascending(forget) && new Set([...retain, ...forget]).size === 12;
}

describe('forgetSet', () => {
  test.each([0, 5, 12])('takes %d random samples, others with another source', (count) => {
    const split = forgetSet(data, { kind: 'random', count, random: random() });
    expect(split.forget).toHaveLength(count);
    expect(isSplit(split)).toBe(true);
    expect(isSplit({ ...split, retain: split.retain.slice(1), forget: split.forget.slice(1) })).toBe(false);
  });

  test('takes other samples with another source', () => {
    const first = forgetSet(data, { kind: 'random', count: 5, random: random() });
    expect(forgetSet(data, { kind: 'random', count: 5, random: random() })).toEqual(first);
    expect(forgetSet(data, { kind: 'random', count: 5, random: randomSource('another') })).not.toEqual(first);
  });

  test('takes samples of one class alone, all of it if it has fewer', () => {
    for (const label of [1, -1] as const) {
      const members = label === 1 ? positives.length : 12 - positives.length;
      for (const count of [2, 12]) {
        const split = forgetSet(data, { kind: 'class', label, count, random: random() });
        expect(split.forget).toHaveLength(Math.min(count, members));
        expect(split.forget.every((i) => data.labels[i] === label)).toBe(true);
        expect(isSplit(split)).toBe(true);
      }
    }
    const any = forgetSet(data, { kind: 'random', count: 6, random: random() });
    expect(any.forget.every((i) => data.labels[i] === 1)).toBe(false);
  });

  test('takes the highest or the lowest scores, of equal ones the first', () => {
    const scores = Float64Array.of(5, 1, 9, 3, 9, 0, 2, 9, 4, 1, 6, 7);
    const take = (kind: 'most-memorised' | 'least-memorised', count: number) =>
      forgetSet(data, { kind, count, scores }).forget;
    expect(take('most-memorised', 2)).toEqual([2, 4]);
    expect(take('most-memorised', 4)).toEqual([2, 4, 7, 11]);
    expect(take('least-memorised', 2)).toEqual([1, 5]);
    expect(take('least-memorised', 3)).toEqual([1, 5, 9]);
  });

  test.each([-1, 13, 2.5, NaN])('throws RangeError for %d of twelve', (count) => {
    expect(() => forgetSet(data, { kind: 'random', count, random: random() })).toThrow(
      /must be an integer in 0..12; got/,
    );
  });
});

describe('checkMixing', () => {
  test('asks for alpha 0 without a forget set, alpha 1 without a retain set, and one in [0, 1]', () => {
    const [none, some, all] = [splitOf(3, []), splitOf(3, [1]), splitOf(3, [0, 1, 2])];
    for (const alpha of [0, 0.3, 1]) expect(() => checkMixing(some, alpha)).not.toThrow();
    expect(() => checkMixing(none, 0)).not.toThrow();
    expect(() => checkMixing(none, 0.3)).toThrow(/alpha must be 0 when no sample is forgotten; got 0.3/);
    expect(() => checkMixing(all, 1)).not.toThrow();
    expect(() => checkMixing(all, 0.3)).toThrow(/alpha must be 1 when every sample is forgotten; got 0.3/);
    for (const alpha of [-0.1, 1.1, NaN]) expect(() => checkMixing(some, alpha)).toThrow(/in \[0, 1\]; got/);
  });
});
