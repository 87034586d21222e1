import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactStability } from '../src/theory/operator/exact-stability.js';
import { U10 } from '../theorems/U10.js';
import { reduced, theoremProperties } from './theorem-property.js';

theoremProperties(U10, { kind: 'order', lesser: 'problem', applies: () => true });

test('single samples are the same drawn with and without replacement', () => {
  fc.assert(
    fc.property(U10.instances, ({ problem, companion }) => {
      const batch = { retain: 1, forget: 1 };
      const withReplacement = exactStability(reduced({ ...problem, batch })).criticalStep().value;
      const without = exactStability(reduced({ ...companion!, batch })).criticalStep().value;
      expect(Math.abs(without / withReplacement - 1)).toBeLessThan(1e-10);
    }),
    { seed: 1, numRuns: 100 },
  );
});
