import { describe, expect, test } from 'vitest';
import { verify } from '../../src/api/verify.js';
import { type Budget, BUDGETS } from '../../src/harness/budget.js';
import {
  beyondEnds,
  offLowerEnd,
  problemsOfColumn,
  type SharedAxes,
  sharedAxes,
  type SharedColumn,
  sharedColumn,
  type SharedEnds,
  stepsOf,
} from '../../src/harness/sharp-ends.js';
import { COLUMNS, sharedProblems } from '../../src/harness/shared-axes.js';
import { setCoherence, unlearningCoherence } from '../../src/theory/coherence.js';
import type { CurvatureGroup } from '../../src/theory/problem.js';
import { threeAxes } from '../../src/theory/three-axes.js';
import type { SideClaim } from '../../src/harness/side-claim.js';
import type { ProblemTheorem, Theorem } from '../../src/harness/theorem.js';
import { runVerdict } from '../../src/harness/verdict.js';
import { U15 } from '../../theorems/U15.js';
import { U17 } from '../../theorems/U17.js';
import { theorems } from '../../theorems/index.js';

/** Budget of the fewest problems a column: one at each end, and a planted one. */
const FEWEST: Budget = { ...BUDGETS.quick, instances: 1 };

const seen = sharedAxes(theorems, 1, BUDGETS.quick)!;

/** A wrong variant of the theorem's claim. */
function wrongClaim({ mutants }: ProblemTheorem<SideClaim>, id: string): SideClaim {
  const mutant = mutants.find((one) => one.id === id);
  if (!mutant) throw new Error(`no wrong variant ${id}`);
  return mutant.claim;
}

/** A problem of every column, which asks the ends. */
const asked = seen.columns.map(({ q }, k) => sharedProblems(q, 2, [1, k])[0]!);

/** The problems seen above beside a planted end: all that an end changes of them. */
function beside(end: 'stable' | 'diverges', claim: SideClaim): SharedAxes {
  const columns = seen.columns.map((column, k) => ({ ...column, [end]: claim.criticalStep(asked[k]!)! }));
  return { ...seen, columns };
}

const ofFewest = (...ends: readonly Theorem[]): SharedAxes => sharedAxes(ends, 1, FEWEST)!;

describe('problems with the same axes', () => {
  test('are a thousand at the standard budget, 200 at quick, the fewest the first of them', () => {
    expect(COLUMNS * problemsOfColumn(BUDGETS.standard)).toBe(1000);
    expect(seen.columns.flatMap(stepsOf)).toHaveLength(200);
    const few = ofFewest(U15, U17);
    expect(few.columns.flatMap(stepsOf)).toHaveLength(3 * COLUMNS);
    few.columns.forEach(({ q, planted }, k) => {
      expect(q).toBe(seen.columns[k]!.q);
      expect(planted).toEqual(seen.columns[k]!.planted.slice(0, 1));
    });
  });

  test.each([0.02, 0.4, 0.88])(
    'share lambda_1(D), q and all three coherences with the witness, at q = %s',
    (q) => {
      const shared = 1 / (1 - q);
      for (const problem of sharedProblems(q, 8, ['coherences', q])) {
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
    const ends: SharedEnds = {
      stable: (problem) => U15.claim.criticalStep(problem),
      diverges: (problem) => U17.claim.criticalStep(problem),
    };
    const [one, again, other] = [1, 1, 2].map((seed) => sharedColumn(0.5, ends, 4, [seed, 0]));
    expect(again).toEqual(one);
    expect(other!.planted).not.toEqual(one!.planted);
    expect(other!.random).not.toEqual(one!.random);
  });

  test('are not there without both ends', () => {
    expect(sharedAxes([U15], 1, FEWEST)).toBeNull();
    expect(sharedAxes([U17], 1, FEWEST)).toBeNull();
  });
});

describe('a planted wrong end is seen:', () => {
  const ids = (theorem: Theorem): string[] =>
    theorem.mutants
      .filter(({ id, drops }) => !drops && id !== 'U15-9' && id !== 'U17-10')
      .map(({ id }) => id);

  test.each(ids(U15))('%s in place of U15: problems below its end, or a witness off it', (id) => {
    const axes = beside('stable', wrongClaim(U15, id));
    expect([...beyondEnds(axes), ...offLowerEnd(axes)].join()).toMatch(
      /^U15: .*(below its end|does not attain)/,
    );
  });

  test('one 5 % too low in place of U17: problems above its end', () => {
    const axes = beside('diverges', wrongClaim(U17, 'U17-1'));
    expect(beyondEnds(axes)).toEqual([expect.stringMatching(/^U17: eta\* of \d+ problem.* above its end/)]);
  });

  test('and the ends themselves are what the run takes', () => {
    expect(beside('stable', U15.claim)).toEqual(seen);
    expect(beside('diverges', U17.claim)).toEqual(seen);
  });

  test('and an end that says nothing is an error', () => {
    const silent = { ...U17, claim: { ...U17.claim, criticalStep: () => null } };
    expect(() => ofFewest(U15, silent)).toThrow('an end says nothing');
  });
});

test('a witness off its end leaves a run open, a problem beyond an end contradicts it', () => {
  const [first, ...rest] = seen.columns;
  const verdictWith = (parts: Partial<SharedColumn>) =>
    runVerdict([], BUDGETS.quick, { axes: { ...seen, columns: [{ ...first!, ...parts }, ...rest] } });
  const { stable, diverges } = first!;
  expect(verdictWith({})).toEqual({ verdict: 'agree', reasons: [] });
  expect(verdictWith({ witness: stable * 1.001 })).toEqual({
    verdict: 'inconclusive',
    reasons: [expect.stringMatching(/^U15: the witness of 1 overlap\(s\) does not attain its end/)],
  });
  const beyond: Partial<SharedColumn>[] = [
    { witness: stable * 0.999 },
    { approaching: diverges * 1.001 },
    { planted: [NaN] },
    { random: [stable * 0.999] },
  ];
  for (const parts of beyond) expect(verdictWith(parts).verdict).toBe('contradicted');
});

describe('verify', () => {
  const run = (...ends: readonly Theorem[]) =>
    verify(ends, { seed: 2, budget: 'quick', instances: 8, onWarning: () => undefined });

  test('shows the problems, three for each overlap at least', async () => {
    const { axes, verdict } = await run(U15, U17);
    expect(axes!.columns.map((column) => stepsOf(column).length)).toEqual(new Array(40).fill(3));
    expect(axes).toMatchObject({ stable: 'U15', diverges: 'U17' });
    expect(axes).toEqual(sharedAxes([U15, U17], 2, { ...BUDGETS.quick, instances: 8 }));
    expect(verdict).toBe('agree');
  });
});
