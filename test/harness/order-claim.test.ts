import { describe, expect, test } from 'vitest';
import { smallBudget } from '../../properties/theorem-property.js';
import { claimMargin } from '../../src/harness/boundary-search.js';
import type { ProblemInstance } from '../../src/harness/instance.js';
import { examine, kindOf } from '../../src/harness/kinds.js';
import type { OrderClaim } from '../../src/harness/order-claim.js';
import type { ExaminationSettings, Mutant } from '../../src/harness/theorem.js';
import type { ProblemSpec } from '../../src/theory/problem.js';
import { unlearning } from '../../src/unlearning/process.js';

/** Descent on one axis with the full batch: at eta = 1 the step is 1 - h, stable below h = 2. */
function axis(curvature: number): ProblemSpec {
  return {
    retain: [[[Math.sqrt(curvature)]]],
    forget: [],
    alpha: 0,
    batch: { retain: 1, forget: 0 },
    sampling: 'without-replacement',
  };
}

const order = (lesser: OrderClaim['lesser'], applies = true): OrderClaim => ({
  kind: 'order',
  lesser,
  applies: () => applies,
});
const variants = (...claims: OrderClaim[]): Mutant[] =>
  claims.map((claim, k) => ({ id: `T-${k}`, description: '', claim, quick: false }));

/** Examined at eta = 1: the problem and its companion by their curvatures. */
function examined(
  claim: OrderClaim,
  [problem, companion]: readonly [number, number],
  parts: Partial<ExaminationSettings> = {},
) {
  const instance: ProblemInstance = {
    problem: axis(problem),
    companion: axis(companion),
    step: { reference: 'absolute', eta: 1 },
  };
  return examine(claim, instance, { ...smallBudget('T'), ...parts });
}

/** Curvatures on both sides of 2, and too close to it for a certificate. */
const [STABLE, DIVERGES, OPEN] = [0.5, 3, 2 + 1e-13];

describe('what the certified side of one problem says of the other', () => {
  // The lesser problem is the companion: curvatures [greater, lesser].
  test.each([
    ['a stable greater one: stable', [1.5, STABLE], 'stable', 'stable', 'agree'],
    ['a lesser one that diverges: diverges', [4, DIVERGES], 'diverges', 'diverges', 'agree'],
    ['two different sides in order: nothing', [DIVERGES, STABLE], 'undecided', 'stable', 'agree'],
    ['an open greater one: nothing', [OPEN, STABLE], 'undecided', 'stable', 'inconclusive'],
    ['an open lesser one: nothing', [DIVERGES, OPEN], 'undecided', 'inconclusive', 'inconclusive'],
    ['a stable one beside a diverging lesser', [STABLE, DIVERGES], 'stable', 'diverges', 'contradict'],
  ] as const)('%s', (_, [greater, lesser], predicted, observed, outcome) => {
    const expected = { predicted, observed, outcome, certificates: 2, criticalStep: null };
    expect(examined(order('companion'), [greater, lesser])).toMatchObject(expected);
    expect(examined(order('problem'), [lesser, greater])).toMatchObject(expected);
  });

  test('nothing is claimed outside the hypotheses, and only variants inside theirs are refuted', () => {
    const mutants = variants(order('problem'), order('companion'), order('problem', false));
    const given = { mutants };
    const inside = examined(order('companion'), [DIVERGES, STABLE], given);
    expect(inside).toMatchObject({ outcome: 'agree', conflict: null, refuted: ['T-0'] });
    const outside = examined(order('companion', false), [DIVERGES, STABLE], given);
    expect(outside).toMatchObject({ outcome: 'undecided', conflict: null, refuted: ['T-0'] });
    const reversed = examined(order('companion', false), [STABLE, DIVERGES], given);
    expect(reversed).toMatchObject({ outcome: 'undecided', conflict: null, refuted: ['T-1'] });
    expect(examined(order('companion'), [STABLE, DIVERGES], given).conflict).toMatch(/radii are reversed/);
  });

  test('each problem is certified, and the evidence names the greater one first', () => {
    const { samples, evidence, logGrowth, etaStar } = examined(order('companion'), [DIVERGES, STABLE]);
    const [, greater, lesser] = /^greater: diverges by (\d+) .*; lesser: stable by (\d+) /.exec(evidence)!;
    expect(Number(greater)).not.toBe(Number(lesser));
    expect(samples).toBe(Number(greater) + Number(lesser));
    expect(logGrowth).toBeCloseTo(2 * Math.log(2), 12);
    expect(etaStar).toBeCloseTo(2 / 3, 12);
    expect(kindOf(order('companion')).certificates(9)).toBe(2);
  });

  test('both must be far from their thresholds', () => {
    const far = ([problem, companion]: [number, number]) =>
      examined(order('companion'), [problem, companion]).far;
    expect([far([4, 3]), far([1.99, 1]), far([3, 1.99])]).toEqual([true, false, false]);
  });
});

describe('a certificate that the exact operator contradicts is a conflict', () => {
  /** Steps of twice the length: certificates of another process. */
  const doubled: Partial<ExaminationSettings> = {
    implementation: {
      ...unlearning,
      step: (settings, ...rest) => {
        unlearning.step({ ...settings, eta: 2 * settings.eta }, ...rest);
      },
    },
  };

  test.each([
    ['of the problem', [1.5, 0.2]],
    ['of the companion', [0.2, 1.5]],
  ] as const)('%s', (_, curvatures) => {
    for (const lesser of ['problem', 'companion'] as const) {
      const { conflict } = examined(order(lesser, false), curvatures, doubled);
      expect(conflict).toMatch(/^the exact operator says stable .* certificate diverges$/);
    }
  });
});

test.each([
  ['the problem', DIVERGES],
  ['the companion', STABLE],
])('a fault in the steps of %s alone is a contradiction', (_, spoiled) => {
  const implementation: ExaminationSettings['implementation'] = {
    ...unlearning,
    step(settings, retain, forget, w, gradient) {
      const before = w[0]!;
      unlearning.step(settings, retain, forget, w, gradient);
      if (Math.abs(w[0]! - (1 - spoiled) * before) < 1e-9) w.fill(NaN);
    },
  };
  const found = examined(order('companion'), [DIVERGES, STABLE], { implementation });
  expect(found.outcome).toBe('contradict');
  expect(found.evidence).toContain('a drawn step gives NaN');
});

test('the margin is the growth of the other problem at the threshold of the first, below 0 if it is reversed', () => {
  // eta* of the axis of curvature 2 is 1, where that of curvature 1.5 has |1 - eta h| = 1/2.
  const margin = (lesser: OrderClaim['lesser'], applies = true, first = 2, second = 1.5) =>
    claimMargin(order(lesser, applies), axis(first), axis(second));
  expect(margin('companion')).toBeCloseTo(2 * Math.log(2), 9);
  expect(margin('problem')).toBeCloseTo(-2 * Math.log(2), 9);
  expect(margin('companion', false)).toBeNull();
  expect(claimMargin(order('companion'), axis(2))).toBeNull();
  // Where the problem has no threshold above 0, there is nothing to compare.
  const rising: ProblemSpec = { ...axis(1), alpha: 1, forget: [[[1]]], batch: { retain: 1, forget: 1 } };
  expect(claimMargin(order('companion'), rising, axis(1))).toBeNull();
});

test('an order claim without a companion is a mistake of its theorem', () => {
  const instance: ProblemInstance = { problem: axis(1), step: { reference: 'absolute', eta: 1 } };
  expect(() => examine(order('problem'), instance, smallBudget('T'))).toThrow(/needs a companion problem/);
});
