import { describe, expect, it } from 'vitest';
import { naturalStep } from '../../../src/theory/mean-curvature.js';
import { exactStability } from '../../../src/theory/operator/exact-stability.js';
import type { ProblemSpec } from '../../../src/theory/problem.js';
import { relativeDifference } from '../../closeness.js';
import { denseRadius, enumeratedPeriod } from '../../reference/procedure-enumeration.js';
import { exactProcedure, PROCEDURE_CASES, reducedCase } from '../../sample-procedures.js';

describe('the exact theory of rounds of hundreds of steps, whose moments under- or overflow', () => {
  const round = (descent: number, parts: Partial<ProblemSpec> = {}): ProblemSpec => ({
    ...PROCEDURE_CASES.find(({ name }) => name === 'alternating 1:1')!.spec,
    schedule: { ascent: 1, descent },
    ...parts,
  });
  const eta = 0.9 * naturalStep(reducedCase(round(1)));

  it.each([
    ['plain', {}],
    ['momentum', { optimizer: { momentum: 0.5 } }],
  ])('is that of enumeration, with a small error (%s)', (_, parts) => {
    const spec = round(400, parts);
    const exact = exactProcedure(spec).growth(eta);
    expect(exact.relativeError).toBeLessThan(1e-9);
    const { second, steps: period } = enumeratedPeriod(spec, eta);
    expect(Math.abs(exact.logGrowth - Math.log(denseRadius(second)) / period)).toBeLessThan(1e-10);
  });

  it.each([
    [10_000, 10_000, 0.05, 0.8],
    [10_000, 1, 0.5, 1],
    [880, 1, 0.5, 1],
  ])(
    'is the product of the factors where moments overflow (%d ascents, %d descents)',
    (ascent, descent, alpha, eta) => {
      const exact = exactProcedure({
        ...{
          retain: [[[1]]],
          forget: [[[1]]],
          alpha,
          batch: { retain: 1, forget: 1 },
          sampling: 'bernoulli',
        },
        schedule: { ascent, descent },
      });
      const log = ascent * Math.log1p(eta * alpha) + descent * Math.log1p(-eta * (1 - alpha));
      expect(exact.growth(eta).logGrowth).toBeCloseTo((2 * log) / (ascent + descent), 10);
      expect(exact.meanGrowth(eta)).toBeCloseTo(log / (ascent + descent), 10);
    },
  );

  it('tends to that of descent alone, and so do that of the mean and eta*', () => {
    const { retain, forget, alpha, batch, sampling } = round(1);
    const descent = exactStability(reducedCase({ retain, forget, alpha: 0, batch, sampling }));
    const exact = exactProcedure(round(5000));
    const share = 1 - alpha;
    const { logGrowth } = descent.growth(eta * share);
    expect(logGrowth * 5000).toBeLessThan(Math.log(Number.MIN_VALUE));
    expect(Math.abs(exact.growth(eta).logGrowth - logGrowth)).toBeLessThan(2e-3 * Math.abs(logGrowth));
    const slowest = Math.max(...descent.meanEigenvalues.map((d) => Math.log(Math.abs(1 - eta * share * d))));
    expect(exact.meanGrowth(eta)).toBeCloseTo(slowest, 3);
    const { value } = exactProcedure(round(1000)).criticalStep();
    expect(relativeDifference(value, descent.criticalStep().value / share)).toBeLessThan(5e-3);
  });
});
