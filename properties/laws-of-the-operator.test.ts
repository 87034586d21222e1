import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProblemSpec } from '../src/theory/problem.js';
import { isPlain } from '../src/theory/procedure.js';
import { denseCriticalStep, denseSpectralRadius } from '../test/reference/dense-operator.js';
import { enumeratedSpectralRadius } from '../test/reference/enumeration.js';
import { exactStability } from '../src/theory/operator/exact-stability.js';
import { isSideClaim } from '../src/harness/side-claim.js';
import { linearTheorems, theorems } from '../theorems/index.js';
import { alignedProblems } from '../theorems/draws/aligned-problems.js';
import { coarseCriticalStep } from '../theorems/U5.js';
import { reduced } from './theorem-property.js';

/** Three computations of one radius, each to about 1e-12. */
const TOLERANCE = 1e-9;

/** Problems small enough that every pair of batches can be run through. */
const tinyProblems = alignedProblems({ mixing: 'any' }).map((spec): ProblemSpec => {
  const retain = spec.retain.slice(-3);
  const forget = spec.forget.slice(0, 2);
  const batch = {
    retain: Math.min(retain.length, spec.batch.retain),
    forget: Math.min(forget.length, spec.batch.forget),
  };
  return { ...spec, retain, forget, batch };
});

const nonzero = tinyProblems.filter(({ retain, forget }) =>
  [retain, forget].every((set) => set.flat(2).some((x) => x !== 0)),
);

describe('three layers of truth', () => {
  test('the matrix-free operator equals the dense one and the enumeration of all batches', () => {
    fc.assert(
      fc.property(nonzero, fc.double({ min: 0.01, max: 1, noNaN: true }), (spec, eta) => {
        const problem = reduced(spec);
        const exact = exactStability(problem).growth(eta).spectralRadius;
        expect(Math.abs(denseSpectralRadius(problem, eta) / exact - 1)).toBeLessThan(TOLERANCE);
        expect(Math.abs(enumeratedSpectralRadius(problem, eta) / exact - 1)).toBeLessThan(TOLERANCE);
      }),
      { seed: 3, numRuns: 40 },
    );
  });

  test('eta* equals the dense one, and rho(T(eta*)) = 1 to 1e-10, by operator and by enumeration', () => {
    fc.assert(
      fc.property(nonzero, (spec) => {
        const problem = reduced(spec);
        const exact = exactStability(problem);
        const etaStar = exact.criticalStep().value;
        fc.pre(etaStar > 0);
        expect(Math.abs(denseCriticalStep(problem) / etaStar - 1)).toBeLessThan(TOLERANCE);
        expect(Math.abs(exact.growth(etaStar).spectralRadius - 1)).toBeLessThan(1e-10);
        expect(Math.abs(enumeratedSpectralRadius(problem, etaStar) - 1)).toBeLessThan(1e-10);
      }),
      { seed: 4, numRuns: 40 },
    );
  });
});

test('eta* and the radius equal the dense ones on what every theorem draws', () => {
  // Procedures have dense operators of their own (test/theory/operator).
  for (const { instances } of linearTheorems.filter(({ procedure }) => !procedure)) {
    fc.assert(
      fc.property(instances, ({ problem: spec }) => {
        const problem = reduced(spec);
        if (!isPlain(problem)) return;
        fc.pre(problem.dimension <= 5);
        const exact = exactStability(problem);
        const etaStar = exact.criticalStep().value;
        const dense = denseCriticalStep(problem);
        expect(Math.abs(etaStar - dense)).toBeLessThanOrEqual(TOLERANCE * dense);
        const eta = 0.7 * (etaStar || 1);
        const radius = exact.growth(eta).spectralRadius;
        expect(Math.abs(radius / denseSpectralRadius(problem, eta) - 1)).toBeLessThan(TOLERANCE);
      }),
      { seed: 8, numRuns: 30 },
    );
  }
});

test('below eta* the radius is below 1, above it above 1', () => {
  fc.assert(
    fc.property(
      alignedProblems({ mixing: 'below' }),
      fc.double({ min: 0.05, max: 3, noNaN: true }),
      (spec, ratio) => {
        fc.pre(Math.abs(ratio - 1) > 1e-6);
        const exact = exactStability(reduced(spec));
        const growth = exact.growth(ratio * exact.criticalStep().value).logGrowth;
        expect(growth > 0).toBe(ratio > 1);
      },
    ),
    { seed: 5, numRuns: 150 },
  );
});

test('the bounds are ordered as the chain says: coarse U5 <= U5 <= eta* <= U2, U3, U4, U13, U14', () => {
  fc.assert(
    fc.property(alignedProblems({ mixing: 'below' }), (spec) => {
      const problem = reduced(spec);
      const etaStar = exactStability(problem).criticalStep().value;
      const critical = (id: string): number | null => {
        const claim = theorems.find((theorem) => theorem.id === id)!.claim;
        return isSideClaim(claim) && claim.applies(problem) ? claim.criticalStep(problem) : null;
      };
      const coarse = coarseCriticalStep(problem) ?? 0;
      const chain = [coarse, critical('U5')!, etaStar];
      expect(chain[0]! <= chain[1]! * (1 + TOLERANCE) && chain[1]! <= chain[2]! * (1 + TOLERANCE)).toBe(true);
      for (const id of ['U2', 'U3', 'U4', 'U13', 'U14']) {
        const above = critical(id);
        if (above !== null) expect(above, id).toBeGreaterThanOrEqual(etaStar * (1 - TOLERANCE));
      }
    }),
    { seed: 6, numRuns: 200 },
  );
});
