import { expect, test } from 'vitest';
import { criticalMixing, meanHessian } from '../../src/theory/mean-curvature.js';
import { remembered } from '../../src/theory/remembered.js';
import { uniformSet } from '../../src/theory/problem.js';

test('remembered computes once for each object, also where the result is undefined', () => {
  const asked: object[] = [];
  const f = remembered((argument: { readonly x?: number }) => {
    asked.push(argument);
    return argument.x;
  });
  const [first, second, empty] = [{ x: 1 }, { x: 1 }, {}];
  expect([f(first), f(second), f(first), f(empty), f(empty)]).toEqual([1, 1, 1, undefined, undefined]);
  expect(asked).toEqual([first, second, empty]);
});

test('equal sets that are other objects are computed anew, and pairs in the order of their sets', () => {
  const [wide, narrow] = [
    uniformSet(Float64Array.of(1, 0, 0, 2), 2, 2, 1),
    uniformSet(Float64Array.of(3, 0, 0, 1), 2, 2, 1),
  ];
  expect(meanHessian(wide)).toBe(meanHessian(wide));
  expect(meanHessian({ ...wide })).not.toBe(meanHessian(wide));
  expect(criticalMixing(wide, narrow)).toBeCloseTo(1 / 10, 14);
  expect(criticalMixing(narrow, wide)).toBeCloseTo(1 / 5, 14);
});
