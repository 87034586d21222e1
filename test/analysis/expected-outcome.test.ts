import { Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { escapePath } from '../../src/analysis/kept-directions.js';
import { mixingSplits } from '../../src/analysis/tried-settings.js';
import { meanHessian } from '../../src/theory/mean-curvature.js';
import { SAMPLINGS } from '../../src/theory/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { denseSecondMoment } from '../reference/dense-operator.js';
import { denseMatrix, normalSet } from '../sample-problems.js';

const random = randomSource('expected outcome');
const p = 4;
const sets = { retain: normalSet(random, [1, 2, 1, 1], p), forget: normalSet(random, [1, 1, 2], p) };
const batch = { retain: 2, forget: 1 };
const alpha = 0.4;
const eta = 0.08;
const split = mixingSplits(sets, 0.3)(alpha);

describe.each(SAMPLINGS)('the expected outcome, %s', (sampling) => {
  const outcome = escapePath(split, sets, sampling).expected({ eta, batch }, 50)!;

  test('is T to the number of steps, applied to the identity, seen through the mean curvatures', () => {
    const group = (name: 'retain' | 'forget', sign: 1 | -1, weight: number) =>
      ({ name, sign, weight, batchSize: batch[name], sampling, samples: sets[name] }) as const;
    const groups = [group('retain', 1, 1 - alpha), group('forget', -1, alpha)];
    const operator = denseSecondMoment({ dimension: p, alpha, groups }, eta);
    let moment = Matrix.columnVector(Matrix.eye(p).to1DArray());
    for (let k = 0; k < outcome.steps; k++) moment = operator.mmul(moment);
    const kept = denseMatrix(split.directions.subarray(split.keptFrom! * p), p - split.keptFrom!, p);
    const projector = kept.transpose().mmul(kept);
    const retain = denseMatrix(meanHessian(sets.retain), p, p);
    const forget = denseMatrix(meanHessian(sets.forget), p, p);
    const ratio = (h: Matrix) =>
      Matrix.columnVector(h.to1DArray()).transpose().mmul(moment).get(0, 0) / h.trace();
    expect(outcome.retainLoss / ratio(retain)).toBeCloseTo(1, 9);
    expect(outcome.forgetLoss / ratio(forget)).toBeCloseTo(1, 9);
    expect(outcome.keptLoss / ratio(projector.mmul(retain).mmul(projector))).toBeCloseTo(1, 9);
    // What must be noticed: the two sets exchanged.
    expect(outcome.retainLoss / ratio(forget)).not.toBeCloseTo(1, 1);
  });

  test('is taken at the first step at which the mean has escaped', () => {
    const growth = 1 - eta * split.curvatures[0]!;
    expect(growth ** outcome.steps).toBeGreaterThanOrEqual(50);
    expect(growth ** (outcome.steps - 1)).toBeLessThan(50);
  });
});

test('the expected outcome is null where nothing escapes, and where it would take too long', () => {
  const held = mixingSplits(sets, 0.3)(1e-9);
  expect(held.escaping).toBe(0);
  expect(escapePath(held, sets, 'bernoulli').expected({ eta, batch }, 50)).toBeNull();
  expect(escapePath(split, sets, 'bernoulli').expected({ eta: 1e-12, batch }, 50)).toBeNull();
});
