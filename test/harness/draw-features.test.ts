import { describe, expect, test } from 'vitest';
import { drawFeatures } from '../../src/harness/run-instances.js';
import type { ProblemSpec } from '../../src/theory/problem.js';

/** Curvatures along two axes: Hbar_R = diag(5/2, 1/2), Hbar_F = diag(1/3, 5/3), and D = diag(43, -1)/24. */
const problem: ProblemSpec = {
  retain: [
    [
      [1, 0],
      [0, 1],
    ],
    [[2, 0]],
  ],
  forget: [[[0, 1]], [[0, 2]], [[1, 0]]],
  alpha: 0.25,
  batch: { retain: 1, forget: 2 },
  sampling: 'bernoulli',
};
const CRITICAL_MIXING = 3 / 13;

type Steps = Parameters<typeof drawFeatures>[1];
const NO_STEPS: Steps = { eta: 1, criticalStep: null, etaStar: null };
const featuresOf = (parts: Partial<ProblemSpec> = {}, steps: Partial<Steps> = {}) =>
  drawFeatures(
    { problem: { ...problem, ...parts }, step: { reference: 'absolute', eta: 1 } },
    { ...NO_STEPS, ...steps },
    'both',
  );

describe('features of a drawn problem', () => {
  test('are its sizes, its smallest share of a batch and its largest batch noise', () => {
    const sizes = { sampling: 'bernoulli', samples: 5, r: 2, factors: 2, alpha: 0.25 };
    expect(featuresOf()).toMatchObject({ ...sizes, batchShare: 0.5, nu: 1 });
    expect(featuresOf({ batch: { retain: 2, forget: 1 } })).toMatchObject({ batchShare: 1 / 3, nu: 2 });
    expect(featuresOf({ batch: { retain: 2, forget: 3 } })).toMatchObject({ batchShare: 1, nu: 0 });
    expect(featuresOf({ retain: [[[2, 0]], [[1, 1]]] }).factors).toBe(1);
    const several = [...problem.forget, [...problem.retain[0]!, [1, 1]]];
    expect(featuresOf({ forget: several }).factors).toBe(3);
  });

  test('the condition number of D by sizes of eigenvalues, and the critical mixing', () => {
    expect(featuresOf().condition).toBeCloseTo(43, 9);
    expect(featuresOf().criticalMixing).toBeCloseTo(CRITICAL_MIXING, 12);
    expect(featuresOf({ alpha: 0 }).condition).toBeCloseTo(5, 12);
  });

  test('the largest size of a sample over the smallest, of the sets in the step', () => {
    // tr H_i: 2 and 4 to retain, 1, 4 and 1 to forget.
    expect(featuresOf().sizes).toBeCloseTo(4, 12);
    expect(featuresOf({ alpha: 0 }).sizes).toBeCloseTo(2, 12);
    expect(featuresOf({ alpha: 0, retain: [[[0, 0]], [[1, 0]], [[3, 0]]] }).sizes).toBeCloseTo(9, 12);
  });

  test('the alignment within the retain set, in its coherence per trace, and across the sets', () => {
    // S_RR = (sqrt 2, 2; 2, 4), S_FF has 5, S_RF S_RF^T = (6, 2; 2, 4) has 5 + sqrt 5.
    const own = (Math.SQRT2 + 4) / 2 + Math.hypot((4 - Math.SQRT2) / 2, 2);
    const { within, across } = featuresOf();
    expect(within).toBeCloseTo(own / (Math.SQRT2 + 4), 12);
    expect(across).toBeCloseTo(Math.sqrt((5 + Math.sqrt(5)) / (5 * own)), 12);
    // One sample is aligned with itself, whatever its factors, and no set with one that is left out.
    const slanted = [
      [1, 0],
      [1, 1],
    ];
    const one = { retain: [slanted], alpha: 0 };
    expect(featuresOf(one)).toMatchObject({
      within: expect.closeTo(1, 12) as number,
      across: null,
    });
    expect(featuresOf({ alpha: 1 })).toMatchObject({ within: null, across: null });
  });
});

describe('the distance of a draw is relative:', () => {
  const distance = (steps: Partial<Steps>, parts: Partial<ProblemSpec> = {}) =>
    featuresOf(parts, steps).distance;

  test('from the theorem’s step, else from the exact one, on both sides', () => {
    expect(distance({ eta: 2.5, criticalStep: 2, etaStar: 4 })).toBeCloseTo(0.25, 12);
    expect(distance({ eta: 1, criticalStep: 2, etaStar: 4 })).toBeCloseTo(0.5, 12);
    for (const criticalStep of [null, 0, Infinity])
      expect(distance({ eta: 3, criticalStep, etaStar: 4 })).toBeCloseTo(0.25, 12);
  });

  test('from the critical mixing where there is no step; none where that is 0', () => {
    const mixing = Math.abs(0.25 / CRITICAL_MIXING - 1);
    expect(distance({ eta: 1, criticalStep: null, etaStar: 0 })).toBeCloseTo(mixing, 12);
    expect(distance({ eta: null, criticalStep: 1, etaStar: 1 })).toBeCloseTo(mixing, 12);
    expect(distance({}, { retain: [[[1, 0]], [[2, 0]]] })).toBeNull();
  });
});

test('the ratio of steps is of two that are above 0 and finite', () => {
  const ratio = (criticalStep: number | null, etaStar: number | null) =>
    featuresOf({}, { criticalStep, etaStar }).ratio;
  expect(ratio(1, 4)).toBe(0.25);
  for (const step of [null, 0, Infinity]) expect([ratio(step, 4), ratio(4, step)]).toEqual([null, null]);
});

describe('a draw tells a wrong threshold', () => {
  const telling = (asserts: Parameters<typeof drawFeatures>[2], steps: Steps): boolean =>
    drawFeatures({ problem, step: { reference: 'absolute', eta: 1 } }, steps, asserts).telling;

  test('on the side that is asserted, and on either of both', () => {
    const below = { eta: 1.9, criticalStep: 2, etaStar: 2 };
    const above = { ...below, eta: 2.1 };
    const told = (steps: Steps) =>
      (['divergence', 'stability', 'both'] as const).map((one) => telling(one, steps));
    expect(told(below)).toEqual([true, false, true]);
    expect(told(above)).toEqual([false, true, true]);
    expect(told({ ...below, eta: 2 })).toEqual([false, false, false]);
  });

  test('only where there is a step, a threshold and an exact one', () => {
    const steps = { eta: 1.9, criticalStep: 2, etaStar: 2 };
    expect(telling(null, steps)).toBe(false);
    expect(telling('both', { ...steps, eta: null })).toBe(false);
    expect(telling('both', { ...steps, criticalStep: null })).toBe(false);
    expect(telling('both', { ...steps, etaStar: Infinity })).toBe(false);
  });
});
