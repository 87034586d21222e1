import { describe, expect, it } from 'vitest';
import { rankOneSet } from '../../../src/theory/problem.js';
import { reduceProblem } from '../../../src/theory/reduction.js';
import { denseCriticalStep } from '../../reference/dense-operator.js';
import { exactStability } from '../../../src/theory/operator/exact-stability.js';
import {
  type ProcedureStability,
  procedureStability,
} from '../../../src/theory/operator/procedure-stability.js';
import { relativeDifference } from '../../closeness.js';
import { PROCEDURE_CASES, reducedCase } from '../../sample-procedures.js';

/** Descent alone on samples along the axes with the given lengths, B of n. */
function axes(lengths: readonly number[], batchSize: number) {
  const n = lengths.length;
  const factors = Float64Array.from({ length: n * n }, (_, k) =>
    k % (n + 1) === 0 ? lengths[k / (n + 1)]! : 0,
  );
  return reduceProblem({
    retain: rankOneSet(factors, n),
    forget: rankOneSet(new Float64Array(n).fill(1), n),
    alpha: 0,
    batch: { retain: batchSize, forget: 1 },
    sampling: 'bernoulli',
  });
}

describe('exactStability at extreme step sizes', () => {
  it('for tiny steps log rho is -2 eta lambda_min(D), also where rho rounds to 1', () => {
    const exact = exactStability(axes([1, 2], 1));
    for (const eta of [1e-3, 1e-8, 1e-17, 1e-100, 1e-300]) {
      const { logGrowth, spectralRadius } = exact.growth(eta);
      expect(Math.abs(logGrowth / (-2 * eta * 0.5) - 1)).toBeLessThan(Math.max(1e-9, 2 * eta));
      expect(spectralRadius).toBeLessThanOrEqual(1);
    }
  });

  it('for huge steps log rho grows like 2 log eta and stays finite, as the radius does', () => {
    const exact = exactStability(axes([1, 2], 1));
    const base = exact.growth(1e10).logGrowth;
    for (const eta of [1e100, 1e200, 1e300]) {
      const { logGrowth, spectralRadius, relativeError } = exact.growth(eta);
      expect(Math.abs(logGrowth - base - 2 * Math.log(eta / 1e10))).toBeLessThan(1e-6);
      expect(spectralRadius).toBeLessThanOrEqual(Number.MAX_VALUE);
      expect(relativeError).toBeLessThanOrEqual(1);
    }
  });

  it('a full batch that jumps to the minimum has a finite log and no NaN', () => {
    const { logGrowth, spectralRadius, relativeError } = exactStability(axes([1, 1], 2)).growth(2);
    expect(logGrowth).toBeLessThan(-30);
    expect(Number.isFinite(logGrowth)).toBe(true);
    expect(spectralRadius).toBeGreaterThanOrEqual(0);
    expect(relativeError).not.toBeNaN();
  });

  it('eta* is exact where two axes nearly tie', () => {
    const problem = axes([1, Math.sqrt(1 - 3e-6), Math.sqrt(0.5)], 3);
    const dense = denseCriticalStep(problem);
    expect(Math.abs(exactStability(problem).criticalStep().value / dense - 1)).toBeLessThan(1e-10);
  });

  it('the Perron matrix has a positive trace and no negative eigenvalue direction', () => {
    for (const eta of [0.1, 0.5, 1, 2, 3]) {
      const { perron } = exactStability(axes([1, 2, 0.5], 1)).growth(eta);
      for (const a of [0, 1, 2]) expect(perron[4 * a]!).toBeGreaterThan(-1e-9);
      expect(perron[0]! + perron[4]! + perron[8]!).toBeGreaterThan(0.5);
    }
  });

  it('a problem without curvature is refused', () => {
    expect(() => exactStability(axes([0, 0], 1))).toThrow(/must have curvature/);
  });
});

it.each(PROCEDURE_CASES)('a huge step of a procedure has a finite log rho ($name)', ({ spec }) => {
  const exact = procedureStability(reducedCase(spec)) as ProcedureStability;
  const [near, far] = [1e100, 1e308].map((eta) => exact.growth(eta).logGrowth);
  expect(relativeDifference(far! - near!, 2 * Math.log(1e208))).toBeLessThan(1e-9);
  expect(exact.meanGrowth(1e308)).toBeGreaterThan(500);
});

it.each(PROCEDURE_CASES.filter(({ spec }) => spec.schedule === undefined))(
  'beside a decay that is far above the curvature, too ($name)',
  ({ spec }) => {
    const small = (set: typeof spec.retain) =>
      set.map((sample) => sample.map((h) => h.map((x) => 1e-40 * x)));
    const decay = { ...spec.optimizer, weightDecay: 1e140 };
    const given = { ...spec, retain: small(spec.retain), forget: small(spec.forget), optimizer: decay };
    const exact = procedureStability(reducedCase(given)) as ProcedureStability;
    for (const eta of [1e150, 1e200, 1e308]) {
      const { logGrowth } = exact.growth(eta);
      // The largest factor of a step is that of the decay; eta times it overflows.
      expect(relativeDifference(logGrowth, 2 * (Math.log(eta) + Math.log(1e140)))).toBeLessThan(0.01);
    }
  },
);
