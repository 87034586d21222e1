import fc from 'fast-check';
import { expect, test } from 'vitest';
import { criticalMixing } from '../src/theory/mean-curvature.js';
import { exactStability } from '../src/theory/operator/exact-stability.js';
import { problemFromSpec } from '../src/theory/problem.js';
import { reduceSets } from '../src/theory/reduction.js';
import { escapeDirection } from '../theorems/curvature-terms.js';
import { alignedProblems } from '../theorems/draws/aligned-problems.js';
import { U10 } from '../theorems/U10.js';
import { coarseCriticalStep, U5 } from '../theorems/U5.js';
import { U9 } from '../theorems/U9.js';
import { reduced } from './theorem-property.js';

test('U1: lambda_min(D) < 0 iff alpha > alpha*', () => {
  fc.assert(
    fc.property(alignedProblems({ mixing: 'any' }), (spec) => {
      fc.pre(spec.alpha > 0 && spec.alpha < 1);
      const problem = problemFromSpec(spec);
      const [retain, forget] = reduceSets([problem.retain, problem.forget]).sets;
      const escapes = escapeDirection(reduced(spec)).value < 0;
      expect(spec.alpha > criticalMixing(retain!, forget!)).toBe(escapes);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('U5: the coarser form by coherence never exceeds the sharp one', () => {
  fc.assert(
    fc.property(alignedProblems({ mixing: 'below', samplings: ['bernoulli'] }), (spec) => {
      const problem = reduced(spec);
      const sharp = U5.claim.criticalStep(problem)!;
      expect(coarseCriticalStep(problem)!).toBeLessThanOrEqual(sharp * (1 + 1e-9));
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('U9: eta* does not decrease when the batches grow', () => {
  fc.assert(
    fc.property(U9.instances, ({ problem, companion }) => {
      const smaller = exactStability(reduced(problem)).criticalStep().value;
      const larger = exactStability(reduced(companion!)).criticalStep().value;
      expect(larger).toBeGreaterThanOrEqual(smaller * (1 - 1e-10));
    }),
    { seed: 1, numRuns: 150 },
  );
});

test('U10: single samples are the same drawn with and without replacement', () => {
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
