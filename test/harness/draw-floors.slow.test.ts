import { describe, expect, test } from 'vitest';
import { DRAW_CLASSES, drawTable, missedFloors } from '../../src/harness/draw-classes.js';
import { linearTheorems } from '../../theorems/index.js';
import { drawnFeatures } from './drawn-features.js';

describe.each(linearTheorems.map((theorem) => [theorem.id, theorem] as const))('%s', (_, theorem) => {
  test('names classes that exist, and draws every one that its hypotheses allow', () => {
    const { without, near } = theorem.floors!;
    const names = DRAW_CLASSES.map(({ name }) => name);
    expect([...without, ...near].filter((name) => !names.includes(name))).toEqual([]);
    expect(without.filter((name) => near.includes(name))).toEqual([]);
    const table = drawTable(drawnFeatures(theorem), theorem.floors);
    expect(missedFloors(table)).toEqual([]);
    for (const name of ['batches: below half', 'nu: above 5', 'samples: above 16', 'r: above 8']) {
      const { floor } = table.classes.find((one) => one.name === name)!;
      expect(floor > 0 || without.includes(name)).toBe(true);
    }
  });
});
