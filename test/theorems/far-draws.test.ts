import fc, { type Arbitrary } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reduced, smallBudget } from '../../properties/theorem-property.js';
import type { ProblemInstance } from '../../src/harness/instance.js';
import { examine } from '../../src/harness/kinds.js';
import type { SideClaim } from '../../src/harness/side-claim.js';
import type { ProblemTheorem } from '../../src/harness/theorem.js';
import { criticalMixing } from '../../src/theory/mean-curvature.js';
import { problemFromSpec } from '../../src/theory/problem.js';
import { reduceSets } from '../../src/theory/reduction.js';
import { D2 } from '../../theorems/D2.js';
import { D5 } from '../../theorems/D5.js';
import { PAST, reachingHeld, reachingProblems } from '../../theorems/draws/reaching-problems.js';
import { isDescending } from '../../theorems/curvature-terms.js';
import { linearTheorems } from '../../theorems/index.js';
import { U15 } from '../../theorems/U15.js';
import { U5 } from '../../theorems/U5.js';

const some = <T>(draws: Arbitrary<T>, numRuns: number): T[] => fc.sample(draws, { seed: 5, numRuns });

/** All about problems but forecasts, which are asked on models of a few parameters. */
const ofProblems = linearTheorems.filter(({ claim }) => claim.kind !== 'forecast');

test.each(ofProblems.map((theorem) => [theorem.id, theorem] as const))(
  '%s asks for draws that reach far',
  (_, { floors, drawing }) => {
    expect(floors!.asked!.filter((name) => name.startsWith('reach: '))).not.toEqual([]);
    expect(drawing).toMatch(/reach(es)? far/);
  },
);

describe('far draws of a bound of stability', () => {
  const two = ['bernoulli', 'without-replacement'] as const;
  const far: [string, ProblemTheorem<SideClaim>, Arbitrary<ProblemInstance>][] = [
    ['the noise term left out', D2, reachingHeld({ places: ['zero'], samplings: two })],
    ['the noise left out', D5, reachingHeld({ places: ['zero'] })],
    ['the noise dropped: 2D - eta D^2 > 0', U5, reachingHeld()],
    ['the smaller of the two noises in place of their sum', U15, reachingHeld({ samplings: two })],
  ];
  test.each(far)('contradict it with %s, and on some of them it holds', (wrong, theorem, draws) => {
    const settings = { ...smallBudget(theorem.id), mutants: theorem.mutants };
    const found = some(draws, 16).map((instance) => examine(theorem.claim, instance, settings));
    const { id } = theorem.mutants.find(({ description }) => description === wrong)!;
    expect(found.filter(({ refuted }) => refuted.includes(id))).not.toEqual([]);
    expect(found.filter(({ outcome }) => outcome === 'agree')).not.toEqual([]);
    expect(found.filter(({ outcome }) => outcome === 'contradict')).toEqual([]);
  });

  test('have D > 0', () => {
    for (const { problem } of some(reachingHeld(), 40)) expect(isDescending(reduced(problem))).toBe(true);
  });
});

test('alpha lies past alpha* by 1 % or more, where escape is claimed at every step size', () => {
  const shares = some(reachingProblems({ places: PAST, oneForgotten: true, commuting: true }), 30).map(
    (spec) => {
      const { retain, forget } = problemFromSpec(spec);
      const [ofRetain, ofForget] = reduceSets([retain, forget]).sets;
      return spec.alpha / criticalMixing(ofRetain!, ofForget!);
    },
  );
  expect(Math.min(...shares)).toBeCloseTo(1.01, 4);
  expect(Math.max(...shares)).toBeGreaterThan(1.9);
});
