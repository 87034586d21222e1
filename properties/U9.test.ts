import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactStability } from '../src/theory/operator/exact-stability.js';
import { U9 } from '../theorems/U9.js';
import { reduced, theoremProperties } from './theorem-property.js';

theoremProperties(U9, { kind: 'order', lesser: 'problem', applies: () => true });

test('eta* does not decrease when the batches grow', () => {
  fc.assert(
    fc.property(U9.instances, ({ problem, companion }) => {
      const smaller = exactStability(reduced(problem)).criticalStep().value;
      const larger = exactStability(reduced(companion!)).criticalStep().value;
      expect(larger).toBeGreaterThanOrEqual(smaller * (1 - 1e-10));
    }),
    { seed: 1, numRuns: 150 },
  );
});
