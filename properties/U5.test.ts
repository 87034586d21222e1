import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignedProblems } from '../theorems/draws/aligned-problems.js';
import { isotropicFrames } from '../theorems/draws/extremal-families.js';
import { coarseCriticalStep, U5 } from '../theorems/U5.js';
import { attainedOn, reduced, scaledClaim, theoremProperties } from './theorem-property.js';

theoremProperties(U5, scaledClaim(U5.claim, 1.3));
attainedOn(U5, 'isotropic frames', isotropicFrames);
attainedOn(
  U5,
  'full batches',
  alignedProblems({ mixing: 'below', samplings: ['bernoulli', 'without-replacement'], batches: 'full' }),
);

test('the coarser form by coherence never exceeds the sharp one', () => {
  fc.assert(
    fc.property(alignedProblems({ mixing: 'below', samplings: ['bernoulli'] }), (spec) => {
      const problem = reduced(spec);
      const sharp = U5.claim.kind === 'side' ? U5.claim.criticalStep(problem)! : NaN;
      expect(coarseCriticalStep(problem)!).toBeLessThanOrEqual(sharp * (1 + 1e-9));
    }),
    { seed: 1, numRuns: 200 },
  );
});
