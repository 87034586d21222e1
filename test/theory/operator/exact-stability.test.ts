import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { SAMPLINGS } from '../../../src/theory/problem.js';
import { smallestEigenvalue } from '../../../src/linalg/symmetric-eigen.js';
import { trace } from '../../../src/linalg/vectors.js';
import { randomSource } from '../../../src/statistics/generator.js';
import {
  denseCriticalStep,
  denseHessians,
  denseMeanCurvature,
  denseSecondMoment,
  denseSpectralRadius,
} from '../../reference/dense-operator.js';
import { enumeratedSecondMoment, enumeratedSpectralRadius } from '../../reference/enumeration.js';
import { exactStability } from '../../../src/theory/operator/exact-stability.js';
import { largestDifference, relativeDifference } from '../../closeness.js';
import { descentOnLine, normalSamples, reducedFromSpec, STABILITY_CASES } from '../../sample-problems.js';

/** The accuracy that every value of the exact operator is documented to have. */
const EXACT = 1e-9;

/** Where the two sides are dense computations. */
const ROUNDING = 1e-12;

/** The eigenvector is known to the root of the error of the eigenvalue (1e-11). */
const VECTOR = 1e-5;

/** Step sizes relative to 2/tr K, from small to overshooting. */
const STEP_RATIOS = [0.05, 0.5, 1, 5];

function stepSizes(problem: (typeof STABILITY_CASES)[number]['problem']): number[] {
  const total = problem.groups.reduce(
    (sum, { samples, weight }) =>
      sum + denseHessians(samples).reduce((t, h) => t + (weight * h.trace()) / samples.sampleCount, 0),
    0,
  );
  return STEP_RATIOS.map((ratio) => (2 * ratio) / total);
}

/** Cases in which D is positive definite. */
const DESCENDING = STABILITY_CASES.filter(
  ({ mixing }) => mixing === 'alpha 0' || mixing === 'alpha below the critical mixing',
);
const ESCAPING = STABILITY_CASES.filter((c) => !DESCENDING.includes(c));

describe('growth', () => {
  it.each(STABILITY_CASES)(
    'has the spectral radius of the dense operator and of enumeration ($name)',
    ({ problem }) => {
      const exact = exactStability(problem);
      for (const eta of stepSizes(problem)) {
        const { spectralRadius, value, logGrowth, relativeError } = exact.growth(eta);
        const dense = denseSpectralRadius(problem, eta);
        expect(relativeDifference(dense, enumeratedSpectralRadius(problem, eta))).toBeLessThan(ROUNDING);
        expect(relativeDifference(spectralRadius, dense)).toBeLessThan(EXACT);
        expect(value).toBe(spectralRadius);
        expect(Math.abs(logGrowth - Math.log(dense))).toBeLessThan(EXACT);
        expect(relativeError).toBeLessThan(EXACT);
      }
    },
  );

  it('differs between the samplings: no layer can be right for the wrong one', () => {
    const radii = SAMPLINGS.map((sampling) => {
      const { spec } = STABILITY_CASES.find((c) => c.mixing === 'generic alpha' && c.rank === 'rank one')!;
      return exactStability(reducedFromSpec({ ...spec, sampling })).growth(0.5).spectralRadius;
    });
    for (const [a, b] of [
      [0, 1],
      [0, 2],
      [1, 2],
    ] as const) {
      expect(relativeDifference(radii[a]!, radii[b]!)).toBeGreaterThan(1e-3);
    }
  });

  it.each(STABILITY_CASES)(
    'has a positive semidefinite Perron matrix V with T V = rho V ($name)',
    ({ problem }) => {
      const r = problem.dimension;
      for (const eta of stepSizes(problem)) {
        const { perron, spectralRadius } = exactStability(problem).growth(eta);
        const sign = Math.sign(trace(perron, r));
        const size = Math.abs(trace(perron, r));
        expect(
          smallestEigenvalue(
            perron.map((x) => sign * x),
            r,
          ),
        ).toBeGreaterThan(-VECTOR * size);
        const image = denseSecondMoment(problem, eta).mmul(Matrix.columnVector(Array.from(perron)));
        const scaled = perron.map((x) => spectralRadius * x);
        expect(largestDifference(image.to1DArray(), scaled)).toBeLessThan(VECTOR);
      }
    },
  );

  it('the Perron matrix is not just any positive matrix: the identity is no eigenvector', () => {
    const { problem } = STABILITY_CASES.find(({ mixing }) => mixing === 'generic alpha')!;
    const eta = stepSizes(problem)[1]!;
    const identity = Matrix.eye(problem.dimension).to1DArray();
    const image = denseSecondMoment(problem, eta).mmul(Matrix.columnVector(identity));
    const radius = exactStability(problem).growth(eta).spectralRadius;
    expect(
      largestDifference(
        image.to1DArray(),
        identity.map((x) => radius * x),
      ),
    ).toBeGreaterThan(1000 * VECTOR);
  });

  it('is closed-form on a line: (1 - eta h)^2 for full batches, mean (1 - eta h_i)^2 for single draws', () => {
    const full = exactStability(descentOnLine([2, 2], 2, 'bernoulli'));
    expect(relativeDifference(full.growth(0.7).spectralRadius, 0.16)).toBeLessThan(ROUNDING);
    const single = exactStability(descentOnLine([1, 4], 1, 'with-replacement'));
    expect(relativeDifference(single.growth(0.5).spectralRadius, (0.25 + 1) / 2)).toBeLessThan(ROUNDING);
    const bernoulli = exactStability(descentOnLine([1, 4], 1, 'bernoulli'));
    // (1 - eta D)^2 + eta^2 sum_i nu_i K_i^2, D = 2.5, nu = 1, K = 1/2 and 2.
    expect(relativeDifference(bernoulli.growth(0.5).spectralRadius, 0.0625 + 0.25 * 4.25)).toBeLessThan(
      ROUNDING,
    );
  });

  it.each(STABILITY_CASES)(
    'at eta = 1e200 is finite in logGrowth and Number.MAX_VALUE in the radius ($name)',
    ({ problem }) => {
      const exact = exactStability(problem);
      const { logGrowth, spectralRadius, value } = exact.growth(1e200);
      expect(spectralRadius).toBe(Number.MAX_VALUE);
      expect(value).toBe(Number.MAX_VALUE);
      // rho(T) is eta^2 times that of the quadratic part once eta is large.
      const expected = exact.growth(1e100).logGrowth + 200 * Math.log(10);
      expect(relativeDifference(logGrowth, expected)).toBeLessThan(EXACT);
    },
  );

  it.each([0, -0.1, -Infinity, Infinity, NaN])('throws RangeError at eta = %d and says so', (eta) => {
    const exact = exactStability(descentOnLine([1], 1, 'bernoulli'));
    expect(() => exact.growth(eta)).toThrow(RangeError);
    expect(() => exact.growth(eta)).toThrow(`eta must be > 0 and finite; got ${eta}`);
  });
});

describe('criticalStep', () => {
  it.each(DESCENDING)('is that of the dense operator, and rho(T(eta*)) = 1 ($name)', ({ problem }) => {
    const exact = exactStability(problem);
    const { value: critical, relativeError } = exact.criticalStep();
    expect(critical).toBeGreaterThan(0);
    expect(relativeError).toBeLessThan(EXACT);
    expect(relativeDifference(critical, denseCriticalStep(problem))).toBeLessThan(EXACT);
    expect(Math.abs(exact.growth(critical).spectralRadius - 1)).toBeLessThan(1e-10);
    expect(Math.abs(enumeratedSpectralRadius(problem, critical) - 1)).toBeLessThan(1e-10);
  });

  it.each(DESCENDING)('separates stable from divergent step sizes to a thousandth ($name)', ({ problem }) => {
    const exact = exactStability(problem);
    const critical = exact.criticalStep().value;
    expect(exact.growth(0.999 * critical).logGrowth).toBeLessThan(0);
    expect(exact.growth(1.001 * critical).logGrowth).toBeGreaterThan(0);
  });

  it.each(ESCAPING)(
    'is 0 if D has a negative eigenvalue, and then every step size diverges ($name)',
    ({ problem }) => {
      const exact = exactStability(problem);
      expect(exact.meanEigenvalues[0]!).toBeLessThan(0);
      expect(exact.criticalStep()).toEqual({ value: 0, relativeError: 0, iterations: 0 });
      expect(denseCriticalStep(problem)).toBe(0);
      for (const eta of [1e-3, ...stepSizes(problem)]) expect(exact.growth(eta).logGrowth).toBeGreaterThan(0);
    },
  );

  it('is closed-form where everything commutes: min_a 2 d_a / (d_a^2 + sum_i nu_i k_ia^2)', () => {
    const problem = reducedFromSpec({
      retain: [[[2, 0]], [[0, 3]], [[1, 0]], [[0, 1]]],
      forget: [],
      alpha: 0,
      batch: { retain: 1, forget: 0 },
      sampling: 'bernoulli',
    });
    // d = (5, 10)/4, nu = 3, k = (4, 1)/4 on the first axis and (9, 1)/4 on the second.
    const thresholds = [2.5 / (25 / 16 + (3 * 17) / 16), 5 / (100 / 16 + (3 * 82) / 16)];
    const critical = exactStability(problem).criticalStep().value;
    expect(relativeDifference(critical, Math.min(...thresholds))).toBeLessThan(EXACT);
    expect(thresholds[0]!).toBeGreaterThan(1.2 * thresholds[1]!);
  });

  it('scales like 1/curvature over 200 orders of magnitude', () => {
    const { spec } = DESCENDING.find((c) => c.mixing === 'alpha 0' && c.rank === 'rank one')!;
    const critical = exactStability(reducedFromSpec(spec)).criticalStep().value;
    for (const scale of [1e-50, 1e50]) {
      const retain = spec.retain.map((vectors) => vectors.map((vector) => vector.map((x) => scale * x)));
      const scaled = exactStability(reducedFromSpec({ ...spec, retain }));
      expect(relativeDifference(scaled.criticalStep().value * scale ** 2, critical)).toBeLessThan(EXACT);
    }
  });
});

describe('meanEigenvalues', () => {
  it.each(STABILITY_CASES)('are those of the dense D, ascending ($name)', ({ problem }) => {
    const dense = new EigenvalueDecomposition(denseMeanCurvature(problem), { assumeSymmetric: true });
    const expected = dense.realEigenvalues.sort((x, y) => x - y);
    expect(largestDifference(exactStability(problem).meanEigenvalues, expected)).toBeLessThan(ROUNDING);
  });
});

describe('E|delta_k|^2 by running through every sequence of batches', () => {
  /** Few enough batches to run through three steps: at most 16 pairs. */
  const tiny = SAMPLINGS.flatMap((sampling) =>
    [
      [1, 1],
      [2, 1],
    ].map((counts) => ({ sampling, counts })),
  );

  it.each(tiny)(
    'is the trace of T^k applied to delta_0 delta_0^T ($sampling, factors $counts)',
    ({ sampling, counts }) => {
      const random = randomSource('k steps', sampling, ...counts);
      const problem = reducedFromSpec({
        retain: normalSamples(random, counts, 2),
        forget: normalSamples(random, counts, 2),
        alpha: 0.3,
        batch: { retain: 1, forget: 1 },
        sampling,
      });
      const start = [0.6, -0.8];
      const operator = denseSecondMoment(problem, 0.4);
      let moment = Matrix.columnVector(start.flatMap((x) => start.map((y) => x * y)));
      for (let k = 1; k <= 3; k++) {
        moment = operator.mmul(moment);
        const expected = moment.get(0, 0) + moment.get(3, 0);
        expect(relativeDifference(enumeratedSecondMoment(problem, 0.4, start, k), expected)).toBeLessThan(
          ROUNDING,
        );
      }
    },
  );

  it('never grows faster than rho^k times the dimension, and does grow like it in the end', () => {
    const { problem } = ESCAPING[0]!;
    const r = problem.dimension;
    const { spectralRadius } = exactStability(problem).growth(0.2);
    const operator = denseSecondMoment(problem, 0.2);
    let moment = Matrix.columnVector(Matrix.eye(r).to1DArray());
    let previous = r;
    for (let k = 1; k <= 200; k++) {
      moment = operator.mmul(moment);
      const now = trace(Float64Array.from(moment.to1DArray()), r);
      expect(now).toBeLessThan(r ** 1.5 * spectralRadius ** k * (1 + ROUNDING));
      if (k === 200) expect(relativeDifference(now / previous, spectralRadius)).toBeLessThan(EXACT);
      previous = now;
    }
  });
});
