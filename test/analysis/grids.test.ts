import { describe, expect, test } from 'vitest';
import { batchChain, mixingGrid } from '../../src/analysis/recommendation-grid.js';

describe('mixingGrid', () => {
  test.each([0, 0.3, 0.999])('lies between alpha* = %d and 1, ascending, dense at both ends', (alphaStar) => {
    const grid = mixingGrid(alphaStar, 0.2);
    expect(grid.length).toBeGreaterThan(36);
    expect(grid.every((alpha, i) => alpha > (grid[i - 1] ?? alphaStar) && alpha < 1)).toBe(true);
    expect((grid[0]! - alphaStar) / (1 - alphaStar)).toBeCloseTo(1e-4, 6);
    expect((1 - grid.at(-1)!) / (1 - alphaStar)).toBeCloseTo(1 / 101, 6);
    expect(grid.includes(0.2)).toBe(alphaStar < 0.2);
  });

  test('is empty where no mixing escapes', () => expect(mixingGrid(1, 0.2)).toEqual([]));
});

describe('batchChain', () => {
  const n = { retain: 12, forget: 5 };

  test('has powers of two, the given pair and full batches, ascending in both sizes', () => {
    const chain = batchChain(n, { retain: 6, forget: 2 }, null);
    expect(chain.map(({ retain }) => retain)).toEqual([1, 2, 4, 6, 8, 12]);
    expect(chain.map(({ forget }) => forget)).toEqual([1, 1, 1, 2, 3, 5]);
    for (const given of [
      { retain: 1, forget: 5 },
      { retain: 12, forget: 1 },
      { retain: 5, forget: 4 },
    ]) {
      const pairs = batchChain(n, given, null);
      expect(pairs).toContainEqual(given);
      expect(pairs.at(-1)).toEqual(n);
      expect(pairs.every(({ forget }, i) => forget >= (pairs[i - 1]?.forget ?? 1))).toBe(true);
      expect(pairs.every(({ forget }) => forget >= 1 && forget <= 5)).toBe(true);
    }
  });

  test('has the sizes that are asked for and no others, each once', () => {
    expect(batchChain(n, { retain: 6, forget: 2 }, [8, 3, 8])).toEqual([
      { retain: 3, forget: 1 },
      { retain: 8, forget: 3 },
    ]);
  });
});
