import { describe, expect, it } from 'vitest';
import { logisticRegression, logisticTargets } from '../../studies/evidence/logistic-subject.js';
import { residualQuadratic } from '../../src/unlearning/per-sample-model.js';
import { sigmoid } from '../../src/unlearning/output-loss.js';
import { randomSource } from '../../src/statistics/generator.js';
import { largestDifference } from '../closeness.js';
import { normalEntries } from '../sample-problems.js';

const P = 4;
const N = 6;
const random = randomSource('logistic');
const features = normalEntries(random, N, P);
const teacher = normalEntries(random, 1, P);
const soft = logisticTargets(features, teacher);
const hard = soft.map((t) => (t > 0.5 ? 1 : 0));

/** Central differences of a smooth function are good to STEP^2, of its rounded values to 1e-16/STEP. */
const STEP = 1e-5;
const DIFFERENCES = 1e-9;

function gradient(targets: Float64Array, w: Float64Array, i: number): Float64Array {
  const out = new Float64Array(P);
  logisticRegression(features, targets).addGradient(w, i, 1, out);
  return out;
}

/** Row a: (f(w + STEP e_a) - f(w - STEP e_a)) / (2 STEP). */
function differences(f: (w: Float64Array) => Float64Array, w: Float64Array): Float64Array[] {
  return Array.from(w, (_, a) => {
    const moved = (step: number) => f(w.map((x, b) => (b === a ? x + step : x)));
    const down = moved(-STEP);
    return moved(STEP).map((x, b) => (x - down[b]!) / (2 * STEP));
  });
}

describe.each([
  ['soft', soft],
  ['hard', hard],
])('logistic regression with %s targets', (_, targets) => {
  const model = logisticRegression(features, targets);

  it('has the gradient of central differences of its loss, and not a multiple of it', () => {
    for (let i = 0; i < N; i++) {
      const w = normalEntries(random, 1, P);
      const expected = Float64Array.from(
        differences((at) => Float64Array.of(model.loss(at, i)), w),
        (x) => x[0]!,
      );
      expect(largestDifference(gradient(targets, w, i), expected)).toBeLessThan(DIFFERENCES);
      const wrong = expected.map((x) => 1.01 * x);
      expect(largestDifference(gradient(targets, w, i), wrong)).toBeGreaterThan(DIFFERENCES);
    }
  });

  it('has the curvature of central differences of its gradient', () => {
    const w = normalEntries(random, 1, P);
    const { factors } = model.curvatureAt(w);
    for (let i = 0; i < N; i++) {
      const row = factors.subarray(i * P, (i + 1) * P);
      const hessian = Float64Array.from({ length: P * P }, (_, k) => row[Math.floor(k / P)]! * row[k % P]!);
      const rows = differences((at) => gradient(targets, at, i), w);
      expect(
        largestDifference(
          hessian,
          Float64Array.from({ length: P * P }, (_, k) => rows[Math.floor(k / P)]![k % P]!),
        ),
      ).toBeLessThan(DIFFERENCES);
    }
  });

  it('has the residuals of its gradients: the expansion at w has them too', () => {
    const w = normalEntries(random, 1, P);
    const expanded = residualQuadratic(model.curvatureAt(w), model.residualsAt(w));
    for (let i = 0; i < N; i++) {
      const out = new Float64Array(P);
      expanded.addGradient(new Float64Array(P), i, 1, out);
      expect(largestDifference(out, gradient(targets, w, i))).toBeLessThan(1e-14);
    }
  });
});

describe('the minimum of soft targets', () => {
  it('has gradients that vanish to the last bit; with hard labels none does', () => {
    for (let i = 0; i < N; i++) {
      expect(gradient(soft, teacher, i).every((x) => x === 0)).toBe(true);
      expect(gradient(hard, teacher, i).every((x) => x === 0)).toBe(false);
    }
  });
});

describe('far from the decision boundary', () => {
  const far = logisticRegression(Float64Array.of(1, 1), Float64Array.of(0, 1));

  it('loss and gradient stay finite', () => {
    const w = Float64Array.of(-800);
    expect(far.loss(w, 0)).toBe(0);
    expect(far.loss(w, 1)).toBe(800);
    expect(sigmoid(-800)).toBe(0);
    expect(sigmoid(800)).toBe(1);
    expect(far.residualsAt(w)).toEqual(Float64Array.of(0, 0));
  });

  it('targets and features out of shape are refused', () => {
    expect(() => logisticRegression(Float64Array.of(1), Float64Array.of(1.5))).toThrow(/target 0 must be in/);
    expect(() => logisticRegression(Float64Array.of(1, 2, 3), Float64Array.of(0, 1))).toThrow(/2 rows/);
  });
});
