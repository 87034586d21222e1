import { describe, expect, test } from 'vitest';
import { ratioAxis } from '../../src/report/axis.js';
import { dots } from '../../src/report/ratio-figures.js';

/** Attributes of drawn circles as numbers. */
function circles(ratios: readonly number[], height: number) {
  return dots(ratios, ratioAxis(ratios), height).map(({ text }) => {
    const number = (name: string): number => Number(new RegExp(` ${name}="([\\d.]+)%?"`).exec(text)![1]);
    return { x: number('cx'), y: number('cy'), r: number('r') };
  });
}

describe('dots', () => {
  test('are one a ratio and inside the strip, however many have the same place', () => {
    for (const ratios of [[1], new Array<number>(101).fill(1), [0.5, 0.5001, 2, 7]]) {
      const drawn = circles(ratios, 34);
      expect(drawn).toHaveLength(ratios.length);
      for (const { y, r } of drawn) {
        expect(y - r).toBeGreaterThanOrEqual(0);
        expect(y + r).toBeLessThanOrEqual(34);
      }
    }
  });

  test('at the same place do not cover each other while there is room', () => {
    const heights = circles([1, 1, 1, 1, 1], 84).map(({ y }) => y);
    expect(new Set(heights).size).toBe(5);
  });
});
