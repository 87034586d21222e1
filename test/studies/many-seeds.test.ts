import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../../studies/shared/checkout.js';
import { manySeedsOptions } from '../../studies/seeds/study.js';
import { seedRanges, seedsIn, seedsPage, withGroup, type SeedSummary } from '../../studies/seeds/summary.js';

const summary = JSON.parse(readFileSync(`${ROOT}studies/seeds/many-seeds.json`, 'utf8')) as SeedSummary;

describe('the sums over many seeds', () => {
  it('are what docs/many-seeds.md is made of', () => {
    expect(readFileSync(`${ROOT}docs/many-seeds.md`, 'utf8')).toBe(seedsPage(summary));
  });

  it('take in a seed, of the same program or of another, and a contradiction shows', () => {
    const [first] = summary.now;
    const seed = { ...first!, seeds: '2001', agree: 0, contradicted: [2001], instances: 5, certificates: 7 };
    const same = withGroup(summary, seed);
    expect(same.now).toHaveLength(summary.now.length);
    expect(same.now[0]).toMatchObject({
      seeds: `${first!.seeds}, 2001`,
      agree: first!.agree,
      contradicted: [2001],
      instances: first!.instances + 5,
    });
    expect(seedsPage(same)).toMatch(/Contradictions: 1\.$/m);
    expect(withGroup(summary, { ...seed, commit: null }).now).toHaveLength(summary.now.length + 1);
  });

  it('name seeds by ranges', () => {
    expect(seedRanges([3, 1, 2, 7, 9, 8, 5])).toBe('1-3, 5, 7-9');
    expect(seedsIn('1-3, 5, 7-9')).toEqual([1, 2, 3, 5, 7, 8, 9]);
    expect(seedRanges([4])).toBe('4');
  });
});

it('the options of many-seeds name what is wrong', () => {
  expect(manySeedsOptions(['--theorem', 'U1', '--theorem', 'U2', '--to', '3'])).toEqual({
    budget: 'quick',
    from: 1,
    to: 3,
    theorems: ['U1', 'U2'],
    workers: 1,
  });
  expect(() => manySeedsOptions(['--budget', 'fast'])).toThrow(/--budget must be one of quick/);
});
