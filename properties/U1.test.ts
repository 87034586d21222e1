import fc from 'fast-check';
import { expect, test } from 'vitest';
import { criticalMixing } from '../src/theory/critical-mixing.js';
import { problemFromSpec } from '../src/theory/problem.js';
import { reduceSets } from '../src/theory/reduction.js';
import { alignedProblems } from '../theorems/draws/aligned-problems.js';
import { escapeDirection } from '../theorems/curvature-terms.js';
import { U1 } from '../theorems/U1.js';
import { reduced, theoremProperties } from './theorem-property.js';

theoremProperties(U1, { kind: 'side', asserts: 'divergence', applies: () => true, criticalStep: () => 0 });

test('lambda_min(D) < 0 iff alpha > alpha*', () => {
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
