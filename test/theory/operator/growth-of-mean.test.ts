import { describe, expect, test } from 'vitest';
import { type Procedure, PLAIN_PROCEDURE } from '../../../src/theory/procedure.js';
import { meanGrowthAlong } from '../../../src/theory/operator/growth-of-mean.js';

/** log of the growth of (x, v) per step, by 2,000 steps of the optimizer on the loss d x^2/2 after 2,000 more. */
function steppedGrowth(procedure: Procedure, eta: number, d: number): number {
  const { momentum: b, nesterov, weightDecay, preconditioner } = procedure;
  let [x, v, log] = [1, 0.3, 0];
  for (let k = 0; k < 4000; k++) {
    const kept = preconditioner ? (1 - eta * weightDecay) * x : x;
    const g = preconditioner ? d * x : (d + weightDecay) * x;
    v = b * v + g;
    x = kept - eta * (nesterov ? g + b * v : v);
    const size = Math.hypot(x, eta * v);
    if (k >= 2000) log += Math.log(size);
    [x, v] = [x / size, v / size];
  }
  return log / 2000;
}

describe('the growth of the mean along an axis of D is that of the steps themselves', () => {
  const decay = { ...PLAIN_PROCEDURE, weightDecay: 0.3 };
  const momentum = { ...PLAIN_PROCEDURE, momentum: 0.9 };
  test.each<[string, Procedure, number, number]>([
    ['the plain step, which escapes', PLAIN_PROCEDURE, 0.1, -2],
    ['the plain step beyond 2/d', PLAIN_PROCEDURE, 1.5, 2],
    ['decay in the gradient', decay, 0.1, -2],
    ['decay beside a preconditioner', { ...decay, preconditioner: [1] }, 0.5, -2],
    ['heavy ball', momentum, 0.1, -2],
    ['heavy ball beyond 2 (1 + b)/d', momentum, 2.1, 2],
    ['Nesterov', { ...momentum, nesterov: true }, 0.1, -2],
    ['Nesterov beyond its border, which lies lower', { ...momentum, nesterov: true }, 0.8, 2],
    ['decoupled decay with momentum', { ...momentum, weightDecay: 0.3, preconditioner: [1] }, 0.1, -2],
  ])('%s', (_, procedure, eta, d) => {
    const growth = meanGrowthAlong(procedure, eta, d);
    expect(growth).toBeGreaterThan(0.01);
    expect(growth).toBeCloseTo(steppedGrowth(procedure, eta, d), 9);
  });

  test('heavy ball that turns: log sqrt b, whatever d is', () => {
    for (const d of [1, 2, 4]) expect(meanGrowthAlong(momentum, 0.1, d)).toBeCloseTo(Math.log(0.9) / 2, 12);
  });
});

test('a momentum near 1 makes no growth out of rounding', () => {
  for (const nesterov of [false, true]) {
    const slow = { ...PLAIN_PROCEDURE, momentum: 0.999999, nesterov };
    expect(meanGrowthAlong(slow, 1e-16, 0.07)).toBeLessThanOrEqual(0);
    expect(meanGrowthAlong(slow, 1e-16, 0)).toBe(0);
  }
});

test('no step size is so large that its growth overflows, or the sign of a small d is lost', () => {
  expect(meanGrowthAlong(PLAIN_PROCEDURE, 1e300, 1e140)).toBeCloseTo(Math.log(1e300) + Math.log(1e140), 9);
  expect(meanGrowthAlong(PLAIN_PROCEDURE, 1, -1e-10)).toBeCloseTo(1e-10, 15);
});
