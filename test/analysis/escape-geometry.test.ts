import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import type { EscapeGeometry } from '../../src/analysis/answer.js';
import { problemFromSpec, type ProblemSpec } from '../../src/theory/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { exactStability } from '../../src/theory/operator/exact-stability.js';
import { normalSamples, randomRotation, reducedFromSpec } from '../sample-problems.js';

function geometryOf(spec: ProblemSpec, eta: number): EscapeGeometry {
  return analyzeProblem(problemFromSpec(spec), eta, []).geometry;
}

/** The same problem in rotated coordinates. */
function rotated(spec: ProblemSpec): ProblemSpec {
  const p = spec.retain[0]![0]!.length;
  const rotation = randomRotation(randomSource('rotation'), p);
  const turn = (samples: ProblemSpec['retain']) =>
    samples.map((vectors) =>
      vectors.map((v) =>
        Array.from({ length: p }, (_, a) => v.reduce((sum, x, b) => sum + rotation.get(a, b) * x, 0)),
      ),
    );
  return { ...spec, retain: turn(spec.retain), forget: turn(spec.forget) };
}

/** Axis 1 is held by the retain set, axes 2 and 3 are left to the forget set; sample 1 lies between axes 1 and 2. */
const axes: ProblemSpec = {
  retain: [[[3, 0, 0]], [[3, 0, 0]], [[0, 1, 0]]],
  forget: [[[0, 0, 2]], [[1, 0, 0]], [[0, 2, 0]], [[1, 0, 0], [0, 0, 1]]], // prettier-ignore
  alpha: 0.5,
  batch: { retain: 3, forget: 4 },
  sampling: 'bernoulli',
};

describe('escapeGeometry', () => {
  test('gives the shares along the negative eigenvectors of D, those that resist first, in any coordinates', () => {
    for (const spec of [axes, rotated(axes)]) {
      const { kind, directions, retainShare, forgetShare, samples } = geometryOf(spec, 0.01);
      expect(kind).toBe('mean');
      // D = diag(6 - 1/2, 1/3 - 1, 0 - 5/4)/2: axes 2 and 3 leave.
      expect(directions).toBeCloseTo(2, 9);
      expect(retainShare).toBeCloseTo(1 / 19, 9);
      expect(forgetShare).toBeCloseTo(9 / 11, 9);
      expect(samples.map(({ index }) => index).slice(0, 2)).toEqual([1, 3]);
      for (const [k, share] of [0, 0.5, 1, 1].entries()) expect(samples[k]!.share).toBeCloseTo(share, 9);
    }
    // What must be noticed: retain and forget exchanged.
    const exchanged = { ...axes, retain: axes.forget, forget: axes.retain, batch: { retain: 4, forget: 3 } };
    expect(geometryOf(exchanged, 0.01).retainShare).not.toBeCloseTo(1 / 19, 2);
  });

  test('counts directions that overshoot as escaping: 2/eta between the eigenvalues of D', () => {
    const { kind, directions, samples } = geometryOf(axes, 1);
    expect(kind).toBe('mean');
    expect(directions).toBeCloseTo(3, 9);
    expect(samples.every(({ share }) => Math.abs(share - 1) < 1e-9)).toBe(true);
  });

  test('uses the Perron matrix where batch noise alone escapes', () => {
    const spec: ProblemSpec = { ...axes, alpha: 0.01, batch: { retain: 1, forget: 4 }, forget: [[[1, 0, 0]], [[1, 0.1, 0]], [[0, 0.1, 0]], [[1, 0, 0]]] }; // prettier-ignore
    const problem = reducedFromSpec(spec);
    const exact = exactStability(problem);
    const eta = 1.2 * exact.criticalStep().value;
    expect(exact.growth(eta).logGrowth).toBeGreaterThan(0);
    expect(eta * exact.meanEigenvalues.at(-1)!).toBeLessThan(2);
    const { kind, directions, samples } = geometryOf(spec, eta);
    expect(kind).toBe('noise');
    // The large curvature along axis 1 makes the noise.
    expect(directions).toBeGreaterThanOrEqual(1);
    expect(directions).toBeLessThan(1.5);
    expect(samples[0]!.index).toBe(2);
    expect(samples[0]!.share).toBeLessThan(0.1);
    expect(samples.at(-1)!.share).toBeGreaterThan(0.9);
  });

  test('says of steps in turn that it is the Perron matrix, although the mean grows: no whole number of directions', () => {
    const spec: ProblemSpec = {
      retain: [[[1, 0.2, 0.1]], [[0.1, 0.9, 0.3]], [[0.7, 0.7, 0.2]], [[0.2, 0.1, 1.1]]],
      forget: [[[0.9, 0.4, 0.2]], [[0.6, 0.5, 0.3]]],
      ...{ alpha: 0.1, batch: { retain: 2, forget: 1 }, sampling: 'without-replacement' },
      schedule: { ascent: 20, descent: 1 },
    };
    const { kind, directions } = geometryOf(spec, 0.4);
    expect(kind).toBe('both');
    expect(Math.abs(directions - Math.round(directions))).toBeGreaterThan(1e-3);
    expect(directions).toBeGreaterThan(1);
  });

  test('is nothing where the minimum holds', () => {
    const { kind, directions, retainShare, forgetShare, samples } = geometryOf({ ...axes, alpha: 0 }, 0.01);
    expect({ kind, directions, retainShare, forgetShare }).toEqual({
      kind: 'none',
      directions: 0,
      retainShare: 0,
      forgetShare: 0,
    });
    expect(samples).toEqual([0, 1, 2, 3].map((index) => ({ index, share: 0 })));
  });

  test('with alpha 0, leaves out of the shares what lies outside the retain directions', () => {
    const spec: ProblemSpec = {
      retain: [[[3, 0, 0]], [[3, 0, 0]], [[0, 0.01, 0]]],
      forget: [[[1, 0, 0]], [[1, 0, 1]], [[0, 0, 1]]],
      alpha: 0,
      batch: { retain: 3, forget: 1 },
      sampling: 'bernoulli',
    };
    // eta lambda_max = 2.4: axis 1 overshoots.
    for (const turned of [spec, rotated(spec)]) {
      const { samples, forgetShare } = geometryOf(turned, 0.4);
      expect(samples.map(({ index }) => index)).toEqual([2, 1, 0]);
      for (const [k, share] of [0, 0.5, 1].entries()) expect(samples[k]!.share).toBeCloseTo(share, 9);
      expect(forgetShare).toBeCloseTo(0.5, 9);
    }
  });

  test('has no shares for a set without samples', () => {
    const { forgetShare, samples } = geometryOf(
      { ...axes, alpha: 0, forget: [], batch: { retain: 1, forget: 0 } },
      9,
    );
    expect({ forgetShare, samples }).toEqual({ forgetShare: null, samples: [] });
  });

  test('weighted by curvature, the shares of the samples make the share of the set', () => {
    const random = randomSource('shares');
    const spec: ProblemSpec = {
      retain: normalSamples(random, [1, 1, 1, 1, 1, 1], 5),
      forget: normalSamples(random, [1, 2, 1], 5),
      alpha: 0.6,
      batch: { retain: 2, forget: 1 },
      sampling: 'bernoulli',
    };
    const { samples, forgetShare } = geometryOf(spec, 0.1);
    const curvature = spec.forget.map((vectors) => vectors.flat().reduce((sum, x) => sum + x * x, 0));
    const total = curvature.reduce((a, b) => a + b, 0);
    const sum = samples.reduce((part, { index, share }) => part + curvature[index]! * share, 0);
    expect(sum / total).toBeCloseTo(forgetShare!, 9);
  });
});
