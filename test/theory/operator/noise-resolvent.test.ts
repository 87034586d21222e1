import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/statistics/generator.js';
import type { ProblemSpec, SampleSpec } from '../../../src/theory/problem.js';
import { exactProcedure } from '../../sample-procedures.js';
import { normalSamples } from '../../sample-problems.js';

/** log of the radius of the moment map of single samples with decay, by iterating it on matrices. */
function iteratedGrowth({ retain, forget, alpha, optimizer }: ProblemSpec, eta: number): number {
  const curvature = ([factor]: SampleSpec): Matrix =>
    Matrix.columnVector([...factor!]).mmul(Matrix.rowVector([...factor!]));
  const p = retain[0]![0]!.length;
  const kept = Matrix.eye(p).mul(1 - eta * optimizer!.weightDecay!);
  const steps = retain.map((sample) =>
    Matrix.add(kept, curvature(sample).mul(-eta * (1 - alpha))).add(curvature(forget[0]!).mul(eta * alpha)),
  );
  let moment = Matrix.eye(p).div(p);
  let log = 0;
  for (let k = 0; k < 100; k++) {
    moment = steps.reduce((sum, c) => sum.add(c.mmul(moment).mmul(c)), Matrix.zeros(p, p)).div(steps.length);
    log = Math.log(moment.trace());
    moment = moment.div(moment.trace());
  }
  return log;
}

describe('growth and critical step from the gain of the noise', () => {
  it("states the error of Nesterov's crossing: no less than what the growth there is off 0", () => {
    const random = randomSource('error of a crossing');
    for (let trial = 0; trial < 20; trial++) {
      const exact = exactProcedure({
        ...{ retain: normalSamples(random, [1, 1, 1, 2, 1], 3), forget: normalSamples(random, [1, 2], 3) },
        ...{ alpha: 0.001, batch: { retain: 1, forget: 1 }, sampling: 'bernoulli' },
        optimizer: { momentum: [0.3, 0.6, 0.9, 0.98][trial % 4]!, nesterov: true },
      });
      const { value, relativeError } = exact.criticalStep();
      expect(value).toBeGreaterThan(0);
      const per = (ratio: number): number => exact.growth(ratio * value).logGrowthPerPeriod;
      const slope = (per(1 + 1e-4) - per(1 - 1e-4)) / 2e-4;
      expect(Math.abs(per(1) / slope)).toBeLessThan(relativeError + 1e-13 / slope);
      expect(relativeError).toBeLessThan(1e-9);
    }
  });

  it("has Nesterov's crossing of axes that commute on the axis that escapes first, however near the others are", () => {
    const random = randomSource('axes that escape');
    for (let trial = 0; trial < 40; trial++) {
      const spreads = [2.5, 0.05, 0.5];
      const curvatures = Array.from({ length: 6 }, () =>
        spreads.map((spread) => Math.exp(spread * (random.uniform() - 0.5))),
      );
      const criticalStep = (axes: readonly number[]): number =>
        exactProcedure({
          retain: curvatures.map((k) => axes.map((a, row) => axes.map((_, b) => (b === row ? Math.sqrt(k[a]!) : 0)))), // prettier-ignore
          ...{ forget: [], alpha: 0, batch: { retain: 2, forget: 0 }, sampling: 'bernoulli' },
          optimizer: { momentum: [0.3, 0.6, 0.9, 0.97][trial % 4]!, nesterov: true },
        }).criticalStep().value;
      const alone = [0, 1, 2].map((axis) => criticalStep([axis]));
      expect(criticalStep([0, 1, 2]) / Math.min(...alone)).toBeCloseTo(1, 12);
    }
  });

  it('is found where noise is rounding beside a mean that escapes, to its stated error (small axes, decay)', () => {
    for (let trial = 0; trial < 6; trial++) {
      const random = randomSource('small axes', String(trial));
      const sample = () =>
        [Array.from({ length: 24 }, (_, a) => (2 * random.uniform() - 1) * 10 ** ((-3 * a) / 23))]; // prettier-ignore
      const spec: ProblemSpec = {
        ...{ retain: Array.from({ length: 12 }, sample), forget: [sample()], alpha: 0.999 },
        ...{ batch: { retain: 1, forget: 1 }, sampling: 'with-replacement' },
        optimizer: { weightDecay: 0.18 },
      };
      const { logGrowth, relativeError } = exactProcedure(spec).growth(0.5);
      expect(relativeError).toBeLessThan(1e-8);
      expect(Math.abs(logGrowth - iteratedGrowth(spec, 0.5))).toBeLessThan(relativeError + 1e-11);
    }
  });
});
