import fc from 'fast-check';
import { expect, test } from 'vitest';
import { criticalMixing } from '../../../src/theory/mean-curvature.js';
import { problemFromSpec, type ProblemSpec } from '../../../src/theory/problem.js';
import { reduceSets } from '../../../src/theory/reduction.js';
import { exactCriticalMixing } from '../../../src/theory/operator/exact-stability.js';
import { alignedProblems } from '../../../theorems/draws/aligned-problems.js';

const onAxis: ProblemSpec = {
  retain: [[[2]]],
  forget: [[[1]]],
  alpha: 0.5,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
};

test('one axis: (1-alpha) h_R = alpha h_F at alpha = h_R/(h_R + h_F)', () => {
  expect(exactCriticalMixing(onAxis)).toBeCloseTo(4 / 5, 14);
  expect(exactCriticalMixing({ ...onAxis, forget: [[[2]]] })).toBeCloseTo(1 / 2, 14);
});

test('it is 0 where the retain set does not cover the forget set, null without one of them', () => {
  expect(exactCriticalMixing({ ...onAxis, retain: [[[1, 0]]], forget: [[[1, 1]]] })).toBe(0);
  expect(exactCriticalMixing({ ...onAxis, forget: [], alpha: 0 })).toBeNull();
});

test('bisection and the generalised eigenvalue agree on drawn problems', () => {
  fc.assert(
    fc.property(alignedProblems({ mixing: 'below' }), (spec) => {
      const { retain, forget } = problemFromSpec(spec);
      const { sets } = reduceSets([retain, forget]);
      const closed = criticalMixing(sets[0]!, sets[1]!);
      expect(Math.abs(exactCriticalMixing(spec)! - closed)).toBeLessThan(1e-9);
    }),
    { seed: 5, numRuns: 100 },
  );
});
