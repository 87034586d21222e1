import { describe, expect, test } from 'vitest';
import { verify } from '../../src/api/verify.js';
import { BUDGETS } from '../../src/harness/budget.js';
import {
  beyondEnds,
  offLowerEnd,
  type SharedAxes,
  sharedAxes,
  stepsOf,
} from '../../src/harness/sharp-ends.js';
import { sharedProblems } from '../../src/harness/shared-axes.js';
import { setCoherence, unlearningCoherence } from '../../src/theory/coherence.js';
import type { CurvatureGroup } from '../../src/theory/problem.js';
import { threeAxes } from '../../src/theory/three-axes.js';
import type { Theorem } from '../../src/harness/theorem.js';
import { U15 } from '../../theorems/U15.js';
import { U17 } from '../../theorems/U17.js';
import { theorems } from '../../theorems/index.js';

const seen = sharedAxes(theorems, 1, BUDGETS.standard)!;

/** The theorem with one of its wrong variants in place of its claim. */
function wrong(theorem: Theorem, id: string): Theorem {
  const mutant = theorem.mutants.find((one) => one.id === id);
  if (!mutant) throw new Error(`no wrong variant ${id}`);
  return { ...theorem, claim: mutant.claim };
}

const quick = (...ends: readonly Theorem[]): SharedAxes => sharedAxes(ends, 1, BUDGETS.quick)!;

describe('a thousand problems with the same axes', () => {
  test('are as many at the standard budget, 200 at quick, the first of the same', () => {
    expect(seen.columns.flatMap(stepsOf)).toHaveLength(1000);
    const few = quick(U15, U17);
    expect(few.columns.flatMap(stepsOf)).toHaveLength(200);
    few.columns.forEach(({ q, planted, random }, k) => {
      expect(q).toBe(seen.columns[k]!.q);
      expect(planted).toEqual(seen.columns[k]!.planted.slice(0, planted.length));
      expect(random).toEqual(seen.columns[k]!.random.slice(0, random.length));
    });
  });

  test.each([0.02, 0.4, 0.88])(
    'share lambda_1(D), q and all three coherences with the witness, at q = %s',
    (q) => {
      const shared = 1 / (1 - q);
      for (const problem of sharedProblems(q, 25, ['coherences', q])) {
        const { delta, q: overlap } = threeAxes(problem);
        const { retainBlock, forgetBlock, cross } = unlearningCoherence(problem);
        const [retain, forget] = problem.groups as [CurvatureGroup, CurvatureGroup];
        const numbers = {
          ...{ delta, overlap, retainBlock, forgetBlock, cross },
          retainCoherence: setCoherence(retain.samples),
          forgetCoherence: setCoherence(forget.samples),
        };
        const expected = {
          ...{
            delta: 1,
            overlap: q,
            retainBlock: shared,
            forgetBlock: q * shared,
            cross: Math.sqrt(q) * shared,
          },
          ...{ retainCoherence: 4, forgetCoherence: 2 },
        };
        for (const [name, value] of Object.entries(expected)) {
          expect(numbers[name as keyof typeof numbers] / value, name).toBeCloseTo(1, 7);
        }
      }
    },
  );

  test('lie between their two ends, every one', () => {
    for (const column of seen.columns) {
      for (const etaStar of stepsOf(column)) {
        expect(etaStar).toBeGreaterThanOrEqual(column.stable * (1 - 1e-9));
        expect(etaStar).toBeLessThanOrEqual(column.diverges * (1 + 1e-9));
      }
    }
    expect(beyondEnds(seen)).toEqual([]);
    expect(offLowerEnd(seen)).toEqual([]);
  });

  test('hold a witness on the lower end to 1e-12, and one within 3 % of the upper', () => {
    for (const { witness, stable, approaching, diverges } of seen.columns) {
      expect(Math.abs(witness / stable - 1)).toBeLessThan(1e-12);
      expect(approaching / diverges).toBeGreaterThan(0.97);
    }
  });

  test('have critical steps up to threefold apart, where all axes are the same', () => {
    const spreads = seen.columns.map((column) => Math.max(...stepsOf(column)) / Math.min(...stepsOf(column)));
    expect(Math.min(...spreads)).toBeGreaterThan(1.7);
    expect(Math.max(...spreads)).toBeGreaterThan(3);
  });

  test('are a function of the seed', () => {
    expect(quick(U15, U17)).toEqual(quick(U15, U17));
    expect(sharedAxes([U15, U17], 2, BUDGETS.quick)).not.toEqual(quick(U15, U17));
  });

  test('are not there without both ends', () => {
    expect(sharedAxes([U15], 1, BUDGETS.quick)).toBeNull();
    expect(sharedAxes([U17], 1, BUDGETS.quick)).toBeNull();
  });
});

describe('a planted wrong end is seen:', () => {
  const ids = (theorem: Theorem): string[] =>
    theorem.mutants
      .filter(({ id, drops }) => !drops && id !== 'U15-9' && id !== 'U17-10')
      .map(({ id }) => id);

  test.each(ids(U15))('%s in place of U15: problems below its end, or a witness off it', (id) => {
    const axes = quick(wrong(U15, id), U17);
    expect([...beyondEnds(axes), ...offLowerEnd(axes)].join()).toMatch(
      /^U15: .*(below its end|does not attain)/,
    );
  });

  test('one 5 % too low in place of U17: problems above its end', () => {
    const axes = quick(U15, wrong(U17, 'U17-1'));
    expect(beyondEnds(axes)).toEqual([expect.stringMatching(/^U17: eta\* of \d+ problem.* above its end/)]);
  });

  test('and an end that says nothing is an error', () => {
    const silent = { ...U17, claim: { ...U17.claim, criticalStep: () => null } };
    expect(() => quick(U15, silent)).toThrow('an end says nothing');
  });
});

describe('verify', () => {
  const run = (...ends: readonly Theorem[]) =>
    verify(ends, { seed: 1, budget: 'quick', instances: 8, onWarning: () => undefined });

  test('shows the problems, three for each overlap at least', async () => {
    const { axes, verdict } = await run(U15, U17);
    expect(axes!.columns.map((column) => stepsOf(column).length)).toEqual(new Array(40).fill(3));
    expect(axes).toMatchObject({ stable: 'U15', diverges: 'U17' });
    expect(verdict).toBe('agree');
  });

  test('is contradicted by a problem beyond a wrong end', async () => {
    const { verdict, reasons } = await run(U15, wrong(U17, 'U17-1'));
    expect(verdict).toBe('contradicted');
    expect(reasons.join()).toContain('above its end');
  });
});
