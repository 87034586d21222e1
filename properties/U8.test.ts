import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unlearningCoherence } from '../src/theory/coherence.js';
import { alignedProblems } from '../theorems/draws/aligned-problems.js';
import { U8 } from '../theorems/U8.js';
import { reduced, theoremProperties } from './theorem-property.js';

theoremProperties(U8, {
  kind: 'inequality',
  applies: () => true,
  relations(problem) {
    const { retainBlock, forgetBlock, lambda1S } = unlearningCoherence(problem);
    return [{ name: 'cross term dropped', lesser: lambda1S, greater: Math.max(retainBlock, forgetBlock) }];
  },
});

test('with one sample in each set the upper bound is attained', () => {
  fc.assert(
    fc.property(alignedProblems({ mixing: 'any' }), (spec) => {
      const single = {
        ...spec,
        retain: [spec.retain[0]!],
        forget: [spec.forget[0]!],
        batch: { retain: 1, forget: 1 },
      };
      fc.pre(single.alpha > 0 && single.alpha < 1 && [single.retain, single.forget].every(isNonzero));
      const { lambda1S, threeAxisBound } = unlearningCoherence(reduced(single));
      expect(Math.abs(lambda1S / threeAxisBound - 1)).toBeLessThan(1e-10);
    }),
    { seed: 1, numRuns: 100 },
  );
});

function isNonzero(samples: readonly (readonly (readonly number[])[])[]): boolean {
  return samples.flat(2).some((x) => x !== 0);
}
