import { expect, test } from 'vitest';
import { factorSet } from '../../src/theory/problem.js';
import { tiltedQuadratic } from '../../src/unlearning/factor-quadratic.js';
import { clippedProcess, type UnlearningProcess } from '../../src/unlearning/process.js';

/** w' = w - eta * gradient, whatever w is. */
function pushed(eta: number, gradient: readonly number[]): UnlearningProcess {
  return {
    minimum: new Float64Array(2),
    drawBatches: () => undefined,
    batchSizes: () => ({ retain: 1, forget: 0 }),
    applyStep(w) {
      gradient.forEach((g, a) => (w[a]! -= eta * g));
    },
  };
}

test('clippedProcess(process, eta, c) makes a longer gradient one of length c, and keeps a shorter one to the last bit', () => {
  const long = Float64Array.of(1, 1);
  clippedProcess(pushed(0.1, [3, 4]), 0.1, 2).applyStep(long);
  expect(long[0]).toBeCloseTo(1 - 0.1 * 1.2, 14);
  expect(long[1]).toBeCloseTo(1 - 0.1 * 1.6, 14);
  const [short, plain] = [Float64Array.of(1, 1), Float64Array.of(1, 1)];
  clippedProcess(pushed(0.1, [3, 4]), 0.1, 5.001).applyStep(short);
  pushed(0.1, [3, 4]).applyStep(plain);
  expect(short).toEqual(plain);
});

test('tiltedQuadratic: grad l_i(w) = H_i (w - w*) + g_i, and its loss has that gradient', () => {
  const model = tiltedQuadratic(
    factorSet([[[1, 2]], [[0, 1]]], 2),
    Float64Array.of(1, -1),
    Float64Array.of(0.5, 0.25, -1, 2),
  );
  const w = Float64Array.of(2, 1);
  const gradient = new Float64Array(2);
  model.addGradient(w, 0, 2, gradient);
  // H_0 (w - w*) = (1, 2) * 5.
  expect([...gradient]).toEqual([2 * 5.5, 2 * 10.25]);
  const slope = (model.loss(Float64Array.of(2 + 1e-6, 1), 0) - model.loss(w, 0)) / 1e-6;
  expect(slope).toBeCloseTo(5.5, 4);
});
