import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crossCoherence } from '../src/theory/coherence.js';
import { criticalMixing } from '../src/theory/critical-mixing.js';
import { problemFromSpec, SAMPLINGS } from '../src/theory/problem.js';
import { reduceSets } from '../src/theory/reduction.js';
import { singleAxisForget } from '../theorems/draws/extremal-families.js';
import { U7 } from '../theorems/U7.js';
import { theoremProperties } from './theorem-property.js';

theoremProperties(U7, {
  kind: 'side',
  asserts: 'stability',
  applies: () => true,
  criticalStep: () => Infinity,
});

test('a forget set along one eigenvector of the retain curvature attains it: alpha* = kappa/(1 + kappa)', () => {
  fc.assert(
    fc.property(singleAxisForget(SAMPLINGS, 'escaping'), (spec) => {
      const { retain, forget } = problemFromSpec(spec);
      const [r, f] = reduceSets([retain, forget]).sets;
      const { kappa } = crossCoherence(r!, f!);
      expect(Math.abs(criticalMixing(r!, f!) - kappa / (1 + kappa))).toBeLessThan(1e-10);
    }),
    { seed: 1, numRuns: 100 },
  );
});
