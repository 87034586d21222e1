import { describe, expect, it } from 'vitest';
import { emptySet, factorSet } from '../../src/theory/problem.js';
import { factorQuadratic } from '../../src/unlearning/factor-quadratic.js';
import { type PerSampleModel } from '../../src/unlearning/per-sample-model.js';
import { linearLeastSquares, teacherLabels } from '../../studies/digits/problem.js';
import { meanLoss } from '../reference/mean-loss.js';
import { randomSource } from '../../src/statistics/generator.js';
import { denseHessians } from '../reference/dense-operator.js';
import { largestDifference, relativeDifference } from '../closeness.js';
import { normalEntries, normalSet } from '../sample-problems.js';

const P = 4;
const random = randomSource('models');
const minimiser = normalEntries(random, 1, P);
const features = normalEntries(random, 6, P);
const teacher = normalEntries(random, 1, P);

const MODELS: readonly { name: string; model: PerSampleModel }[] = [
  { name: 'factorQuadratic, rank one', model: factorQuadratic(normalSet(random, [1, 1, 1], P), minimiser) },
  {
    name: 'factorQuadratic, general rank',
    model: factorQuadratic(normalSet(random, [2, 0, 3, 1], P), minimiser),
  },
  {
    name: 'linearLeastSquares with a teacher',
    model: linearLeastSquares(features, teacherLabels(features, teacher)),
  },
  { name: 'linearLeastSquares with noise', model: linearLeastSquares(features, normalEntries(random, 1, 6)) },
];

/** Central differences are exact for quadratic losses, but for rounding of 1e-16 / STEP. */
const STEP = 1e-3;
const DIFFERENCES = 1e-10;

function gradient(model: PerSampleModel, w: Float64Array, i: number): Float64Array {
  const out = new Float64Array(w.length);
  model.addGradient(w, i, 1, out);
  return out;
}

function centralDifferences(model: PerSampleModel, w: Float64Array, i: number): Float64Array {
  return Float64Array.from(w, (_, a) => {
    const [up, down] = [w.slice(), w.slice()];
    up[a]! += STEP;
    down[a]! -= STEP;
    return (model.loss(up, i) - model.loss(down, i)) / (2 * STEP);
  });
}

describe.each(MODELS)('$name', ({ model }) => {
  it('has the gradient of central differences of its loss, for every sample', () => {
    expect(model.parameterCount).toBe(P);
    for (let i = 0; i < model.sampleCount; i++) {
      const w = normalEntries(randomSource('point', i), 1, P);
      const expected = centralDifferences(model, w, i);
      expect(largestDifference(gradient(model, w, i), expected)).toBeLessThan(DIFFERENCES);
      const doubled = expected.map((x) => 2 * x);
      if (Math.max(...expected.map(Math.abs)) > 0) {
        expect(largestDifference(gradient(model, w, i), doubled)).toBeGreaterThan(0.4);
      }
    }
  });

  it('adds scale times the gradient to what is there', () => {
    const w = normalEntries(randomSource('scale'), 1, P);
    const out = Float64Array.of(1, 2, 3, 4);
    model.addGradient(w, 0, -2.5, out);
    const expected = gradient(model, w, 0).map((x, a) => a + 1 - 2.5 * x);
    expect(largestDifference(out, expected)).toBeLessThan(1e-14);
  });

  it('has the mean of its losses as mean loss', () => {
    const w = normalEntries(randomSource('mean'), 1, P);
    const losses = Array.from({ length: model.sampleCount }, (_, i) => model.loss(w, i));
    const mean = losses.reduce((a, b) => a + b, 0) / losses.length;
    expect(mean).toBeGreaterThan(0);
    expect(relativeDifference(meanLoss(model, w), mean)).toBeLessThan(1e-14);
  });
});

describe('factorQuadratic', () => {
  it('is |F_i^T (w - w*)|^2 / 2 with H_i (w - w*) as gradient, and vanishes with it at w*', () => {
    const set = normalSet(randomSource('factorQuadratic'), [2, 1, 3], P);
    const model = factorQuadratic(set, minimiser);
    const w = normalEntries(randomSource('factorQuadratic', 'w'), 1, P);
    const delta = Array.from(w, (x, a) => x - minimiser[a]!);
    denseHessians(set).forEach((hessian, i) => {
      const push = hessian.to2DArray().map((row) => row.reduce((sum, x, a) => sum + x * delta[a]!, 0));
      const loss = push.reduce((sum, x, a) => sum + x * delta[a]!, 0) / 2;
      expect(largestDifference(gradient(model, w, i), push)).toBeLessThan(1e-13);
      expect(relativeDifference(model.loss(w, i), loss)).toBeLessThan(1e-13);
      expect(Array.from(gradient(model, minimiser, i)).every((x) => x === 0)).toBe(true);
      expect(model.loss(minimiser, i)).toBe(0);
    });
  });

  it('without samples has none', () => {
    expect(factorQuadratic(emptySet(2), new Float64Array(2)).sampleCount).toBe(0);
  });
});

describe('linearLeastSquares', () => {
  it('has its features as curvature: H_i = x_i x_i^T', () => {
    const labels = teacherLabels(features, teacher);
    const { curvature } = linearLeastSquares(features, labels);
    const rows = Array.from({ length: 6 }, (_, i) => [Array.from(features.slice(P * i, P * i + P))]);
    expect(curvature).toEqual(factorSet(rows, P));
  });

  it('is fitted exactly at the teacher: every residual is rounding', () => {
    const model = linearLeastSquares(features, teacherLabels(features, teacher));
    expect(meanLoss(model, teacher)).toBeLessThan(1e-28);
    expect(meanLoss(model, minimiser)).toBeGreaterThan(0.1);
  });

  it('teacherLabels are x_i . w*', () => {
    expect(Array.from(teacherLabels(Float64Array.of(1, 2, 3, 4), Float64Array.of(10, 1)))).toEqual([12, 34]);
  });

  it('throws RangeError if the features are not rows of one length for the labels', () => {
    expect(() => linearLeastSquares(new Float64Array(7), new Float64Array(3))).toThrow(RangeError);
    expect(() => linearLeastSquares(new Float64Array(7), new Float64Array(3))).toThrow(
      /3 rows.*got 7 numbers/,
    );
    expect(() => linearLeastSquares(new Float64Array(7), new Float64Array(0))).toThrow(RangeError);
  });
});
