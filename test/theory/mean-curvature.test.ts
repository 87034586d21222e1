import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { congruence } from '../../src/linalg/multiply-transposed.js';
import { smallestEigenvalue } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import {
  batchNoise,
  criticalMixing,
  meanCurvature,
  meanHessian,
  naturalStep,
  relativeEigenvalues,
  sampleCurvatures,
  sampleWeight,
  totalCurvature,
} from '../../src/theory/mean-curvature.js';
import { emptySet, factorSet, type FactorSet, groupNamed } from '../../src/theory/problem.js';
import { reduceProblem, reduceSets } from '../../src/theory/reduction.js';
import { largestDifference, relativeDifference } from '../closeness.js';
import { denseHessians } from '../reference/dense-operator.js';
import {
  denseMatrix,
  entriesOf,
  GENERIC_ALPHA,
  normalEntries,
  normalSet,
  reducedFromSpec,
  STABILITY_CASES,
  symmetricEntries,
} from '../sample-problems.js';

/** A few sums of at most ten products each. */
const ROUNDING = 1e-13;

describe('mean and total curvature', () => {
  it('meanHessian is the mean of the dense Hessians, over samples and not over factors', () => {
    const set = normalSet(randomSource('meanHessian'), [1, 3, 0, 2, 1], 4);
    const sum = denseHessians(set).reduce((total, hessian) => total.add(hessian), Matrix.zeros(4, 4));
    expect(largestDifference(meanHessian(set), entriesOf(sum.clone().div(5)))).toBeLessThan(ROUNDING);
    expect(largestDifference(meanHessian(set), entriesOf(sum.clone().div(7)))).toBeGreaterThan(0.1);
  });

  it.each(STABILITY_CASES.filter(({ sampling }) => sampling === 'bernoulli'))(
    'D = sum s_i K_i and K = sum K_i ($name)',
    ({ problem }) => {
      const r = problem.dimension;
      const d = Matrix.zeros(r, r);
      const k = Matrix.zeros(r, r);
      for (const group of problem.groups) {
        for (const hessian of denseHessians(group.samples)) {
          const weighted = hessian.mul(sampleWeight(group));
          k.add(weighted);
          d.add(Matrix.mul(weighted, group.sign));
        }
      }
      expect(largestDifference(meanCurvature(problem), entriesOf(d))).toBeLessThan(ROUNDING);
      expect(largestDifference(totalCurvature(problem), entriesOf(k))).toBeLessThan(ROUNDING);
    },
  );

  it('sampleWeight is (1-alpha)/n_R and alpha/n_F, batchNoise n/B - 1', () => {
    const { problem } = STABILITY_CASES.find(({ mixing }) => mixing === 'generic alpha')!;
    const retain = groupNamed(problem, 'retain')!;
    const forget = groupNamed(problem, 'forget')!;
    expect(sampleWeight(retain)).toBe((1 - GENERIC_ALPHA) / 5);
    expect(sampleWeight(forget)).toBe(GENERIC_ALPHA / 3);
    expect(batchNoise(retain)).toBe(1.5);
    expect(batchNoise(forget)).toBe(0.5);
    expect(batchNoise({ ...retain, batchSize: 5 })).toBe(0);
  });
});

describe('naturalStep', () => {
  it('is 1/lambda_1(K): the step at which the steepest direction of K is met exactly', () => {
    // K = 0.75 diag(4, 1) + 0.25 diag(0, 9) = diag(3, 3).
    const problem = reducedFromSpec({
      retain: [
        [
          [2, 0],
          [0, 1],
        ],
      ],
      forget: [[[0, 3]]],
      alpha: 0.25,
      batch: { retain: 1, forget: 1 },
      sampling: 'without-replacement',
    });
    expect(relativeDifference(naturalStep(problem), 1 / 3)).toBeLessThan(ROUNDING);
  });
});

describe('sampleCurvatures', () => {
  it('is the top eigenvalue of every dense Hessian, 0 without factors', () => {
    const set = normalSet(randomSource('sampleCurvatures'), [1, 2, 0, 5, 3, 1], 4);
    const expected = denseHessians(set).map((hessian) =>
      Math.max(...new EigenvalueDecomposition(hessian, { assumeSymmetric: true }).realEigenvalues),
    );
    expect(largestDifference(sampleCurvatures(set), expected)).toBeLessThan(ROUNDING);
    expect(sampleCurvatures(set)[2]).toBe(0);
  });

  it('is not the trace: two orthogonal factors of length 1 have curvature 1', () => {
    expect(
      Array.from(
        sampleCurvatures(
          factorSet(
            [
              [
                [1, 0],
                [0, 1],
              ],
              [
                [1, 0],
                [1, 0],
              ],
            ],
            2,
          ),
        ),
      ),
    ).toEqual([1, 2]);
  });
});

describe('relativeEigenvalues and congruence', () => {
  it('relativeEigenvalues are those of B^-1 A, ascending, also for indefinite A', () => {
    const random = randomSource('relativeEigenvalues');
    for (let r = 1; r <= 6; r++) {
      const a = symmetricEntries(random, r);
      const rows = denseMatrix(normalEntries(random, 2 * r, r), 2 * r, r);
      const b = rows.transpose().mmul(rows);
      const values = relativeEigenvalues(a, entriesOf(b), r);
      const dense = new EigenvalueDecomposition(inverse(b).mmul(denseMatrix(a, r, r)));
      const expected = dense.realEigenvalues.sort((x, y) => x - y);
      // B has a condition number below 1e3 here.
      expect(largestDifference(values, expected)).toBeLessThan(1e3 * ROUNDING);
    }
  });

  it('relative to itself a matrix has eigenvalues 1, relative to 2 B half of those to B', () => {
    const b = Float64Array.of(2, 1, 1, 3);
    const a = Float64Array.of(1, 0, 0, -1);
    expect(largestDifference(relativeEigenvalues(b, b, 2), [1, 1])).toBeLessThan(ROUNDING);
    const half = relativeEigenvalues(
      a,
      b.map((x) => 2 * x),
      2,
    );
    const whole = relativeEigenvalues(a, b, 2);
    expect(relativeDifference(2 * half[1]!, whole[1]!)).toBeLessThan(ROUNDING);
  });

  it('congruence is W A W^T', () => {
    const random = randomSource('congruence');
    const w = normalEntries(random, 5, 3);
    const a = symmetricEntries(random, 3);
    const dense = denseMatrix(w, 5, 3);
    const expected = entriesOf(dense.mmul(denseMatrix(a, 3, 3)).mmul(dense.transpose()));
    expect(largestDifference(congruence(w, a, 5, 3), expected)).toBeLessThan(ROUNDING);
  });
});

/** Hbar_R is inverted; its condition number stays below 1e4 in these draws. */
const TOLERANCE = 1e-10;

/** alpha* in the common coordinates of both sets, as every caller takes it. */
function mixing(retain: FactorSet, forget: FactorSet): number {
  const [r, f] = reduceSets([retain, forget]).sets;
  return criticalMixing(r!, f!);
}

/** 1/(1 + mu), mu the largest eigenvalue of Hbar_R^-1 Hbar_F, for Hbar_R of full rank. */
function denseMixing(retain: FactorSet, forget: FactorSet): number {
  const p = retain.dimension;
  const product = inverse(denseMatrix(meanHessian(retain), p, p)).mmul(
    denseMatrix(meanHessian(forget), p, p),
  );
  return 1 / (1 + Math.max(...new EigenvalueDecomposition(product).realEigenvalues));
}

/** lambda_min(D) on U at mixing alpha. */
function smallestMeanCurvature(retain: FactorSet, forget: FactorSet, alpha: number): number {
  const batch = { retain: 1, forget: 1 };
  const problem = reduceProblem({ retain, forget, alpha, batch, sampling: 'bernoulli' });
  return smallestEigenvalue(meanCurvature(problem), problem.dimension);
}

const DRAWS = Array.from({ length: 12 }, (_, k) => {
  const random = randomSource('criticalMixing', k);
  const p = 1 + (k % 4);
  return {
    name: `draw ${k}, p = ${p}`,
    retain: normalSet(
      random,
      Array.from({ length: 3 * p }, () => 1 + random.integer(2)),
      p,
    ),
    forget: normalSet(
      random,
      Array.from({ length: 1 + random.integer(4) }, () => 1 + random.integer(2)),
      p,
    ),
  };
});

describe('criticalMixing', () => {
  it.each(DRAWS)('is 1/(1 + mu) by dense generalised eigenvalues ($name)', ({ retain, forget }) => {
    expect(relativeDifference(mixing(retain, forget), denseMixing(retain, forget))).toBeLessThan(TOLERANCE);
  });

  it.each(DRAWS)('is where lambda_min(D) changes sign, to a thousandth ($name)', ({ retain, forget }) => {
    const critical = mixing(retain, forget);
    expect(smallestMeanCurvature(retain, forget, 0.999 * critical)).toBeGreaterThan(0);
    expect(smallestMeanCurvature(retain, forget, 1.001 * critical)).toBeLessThan(0);
  });

  it('is closed-form for single samples along one axis: h_R^2 / (h_R^2 + h_F^2)', () => {
    expect(relativeDifference(mixing(factorSet([[[2]]], 1), factorSet([[[3]]], 1)), 4 / 13)).toBeLessThan(
      TOLERANCE,
    );
  });

  it('is 0 if the forget set leaves the range of the retain set, however little of it does', () => {
    const retain = factorSet([[[1, 0, 0]], [[0, 1, 0]]], 3);
    expect(mixing(retain, factorSet([[[0, 0, 1]]], 3))).toBe(0);
    expect(mixing(retain, factorSet([[[1, 0, 0]], [[1, 1, 0.001]]], 3))).toBe(0);
    expect(mixing(retain, factorSet([[[1, 0, 0]], [[1, 1, 0]]], 3))).toBeGreaterThan(0.2);
  });

  it('is 0 for linearly independent directions', () => {
    const random = randomSource('criticalMixing', 'independent');
    expect(mixing(normalSet(random, [1, 1, 1], 9), normalSet(random, [1, 1], 9))).toBe(0);
  });

  it('takes a forget set inside a proper subspace that the retain set spans for covered', () => {
    const random = randomSource('criticalMixing', 'subspace');
    const plane = [normalSet(random, [1, 1, 1, 1], 2), normalSet(random, [1, 1], 2)] as const;
    const [retain, forget] = plane.map((set) => {
      // (x, y) -> (x, y, x + y, 2 x): a plane in four dimensions.
      const lifted = Array.from({ length: set.sampleCount }, (_, i) => {
        const [x, y] = [set.factors[2 * i]!, set.factors[2 * i + 1]!];
        return [[x, y, x + y, 2 * x]];
      });
      return factorSet(lifted, 4);
    });
    const critical = mixing(retain!, forget!);
    expect(critical).toBeGreaterThan(0);
    expect(relativeDifference(critical, denseMixing(plane[0], plane[1]))).toBeLessThan(TOLERANCE);
  });

  it('is 1 for a forget set without samples or without curvature: it can always be held', () => {
    const retain = factorSet([[[1, 0]], [[0, 1]]], 2);
    expect(criticalMixing(retain, emptySet(2))).toBe(1);
    expect(criticalMixing(retain, factorSet([[[0, 0]]], 2))).toBe(1);
  });

  it('is 0 if only the retain set has no curvature', () => {
    expect(criticalMixing(factorSet([[[0, 0]]], 2), factorSet([[[1, 0]]], 2))).toBe(0);
  });

  it('depends on the means of the sets: repeating every forget sample changes nothing, scaling them does', () => {
    const random = randomSource('criticalMixing', 'means');
    const retain = normalSet(random, [1, 1, 1, 1], 3);
    const forget = normalSet(random, [1, 1], 3);
    const vectors = [0, 1].map((i) => [Array.from(forget.factors.slice(3 * i, 3 * i + 3))]);
    const once = mixing(retain, forget);
    expect(relativeDifference(mixing(retain, factorSet([...vectors, ...vectors], 3)), once)).toBeLessThan(
      TOLERANCE,
    );
    const doubled = { ...forget, factors: forget.factors.map((x) => 2 * x) };
    // mu becomes 4 mu.
    expect(relativeDifference(mixing(retain, doubled), once / (once + 4 * (1 - once)))).toBeLessThan(
      TOLERANCE,
    );
  });
});
