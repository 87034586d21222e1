import { EigenvalueDecomposition, Matrix, SingularValueDecomposition, inverse } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import {
  coherenceMatrix,
  crossCoherence,
  curvatureCancellation,
  setCoherence,
  unlearningCoherence,
} from '../../src/theory/coherence.js';
import { factorSet, type ReducedProblem } from '../../src/theory/problem.js';
import { meanHessian, sampleWeight } from '../../src/theory/mean-curvature.js';
import { randomSource } from '../../src/statistics/generator.js';
import { denseHessians, denseMeanCurvature } from '../reference/dense-operator.js';
import { largestDifference, relativeDifference } from '../closeness.js';
import { denseMatrix, entriesOf, normalSet, reducedFromSpec, STABILITY_CASES } from '../sample-problems.js';

/** The eigenvalue iteration stops at an estimated relative error of 1e-11; rounding is far below. */
const TOLERANCE = 1e-10;

/** Room for rounding in inequalities that may hold with equality. */
const SLACK = 1 + 1e-10;

/** Coherence does not depend on the sampling. */
const CASES = STABILITY_CASES.filter(({ sampling }) => sampling === 'bernoulli');

function topEigenvalue(matrix: Matrix): number {
  return Math.max(...new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues);
}

/** K_i of every active sample as dense matrices, retain first. */
function weightedHessians(problem: ReducedProblem): Matrix[] {
  return problem.groups.flatMap((group) =>
    denseHessians(group.samples).map((hessian) => hessian.mul(sampleWeight(group))),
  );
}

/** sqrt(tr(A_i B_j)) by dense products. */
function denseCoherence(left: readonly Matrix[], right: readonly Matrix[]): Matrix {
  return new Matrix(left.map((a) => right.map((b) => Math.sqrt(Math.max(0, a.mmul(b).trace())))));
}

describe('unlearningCoherence', () => {
  it.each(CASES)('equals the coherence matrix of the dense K_i and its blocks ($name)', ({ problem }) => {
    const k = weightedHessians(problem);
    const s = denseCoherence(k, k);
    expect(largestDifference(coherenceMatrix(problem), entriesOf(s))).toBeLessThan(TOLERANCE);
    const coherence = unlearningCoherence(problem);
    const largestSample = Math.max(...k.map(topEigenvalue));
    expect(relativeDifference(coherence.lambda1S, topEigenvalue(s))).toBeLessThan(TOLERANCE);
    expect(relativeDifference(coherence.largestSample, largestSample)).toBeLessThan(TOLERANCE);
    expect(relativeDifference(coherence.sigma, topEigenvalue(s) / largestSample)).toBeLessThan(TOLERANCE);
  });

  it.each(CASES)('has the blocks s_R and s_F, and the spectral norm x of S_RF ($name)', ({ problem }) => {
    const blocks = (['retain', 'forget'] as const).map((name) =>
      problem.groups.flatMap((group) =>
        group.name === name ? denseHessians(group.samples).map((h) => h.mul(sampleWeight(group))) : [],
      ),
    );
    const [retain, forget] = blocks as [Matrix[], Matrix[]];
    const { retainBlock, forgetBlock, cross } = unlearningCoherence(problem);
    const own = (set: Matrix[]): number => (set.length === 0 ? 0 : topEigenvalue(denseCoherence(set, set)));
    expect(relativeDifference(retainBlock, own(retain))).toBeLessThan(TOLERANCE);
    expect(relativeDifference(forgetBlock, own(forget))).toBeLessThan(TOLERANCE);
    const both = retain.length > 0 && forget.length > 0;
    const expected = both
      ? new SingularValueDecomposition(denseCoherence(retain, forget), { autoTranspose: true }).norm2
      : 0;
    expect(relativeDifference(cross, expected)).toBeLessThan(TOLERANCE);
  });

  it.each(CASES)(
    'keeps sigma >= 1 and max(s_R, s_F) <= lambda_1(S) <= the three-axis bound ($name)',
    ({ problem }) => {
      const { sigma, lambda1S, retainBlock, forgetBlock, threeAxisBound } = unlearningCoherence(problem);
      expect(sigma * SLACK).toBeGreaterThanOrEqual(1);
      expect(lambda1S * SLACK).toBeGreaterThanOrEqual(Math.max(retainBlock, forgetBlock));
      expect(lambda1S).toBeLessThanOrEqual(threeAxisBound * SLACK);
    },
  );

  it('the three-axis bound is lambda_1 of [[s_R, x], [x, s_F]]', () => {
    for (const { problem } of CASES) {
      const { retainBlock, forgetBlock, cross, threeAxisBound } = unlearningCoherence(problem);
      const corner = new Matrix([
        [retainBlock, cross],
        [cross, forgetBlock],
      ]);
      expect(relativeDifference(threeAxisBound, topEigenvalue(corner))).toBeLessThan(TOLERANCE);
    }
  });

  it('the bound is attained by identical samples, and exceeds lambda_1(S) for others', () => {
    const identical = reducedFromSpec({
      retain: [[[1, 2]], [[1, 2]], [[1, 2]]],
      forget: [[[1, 2]], [[1, 2]]],
      alpha: 0.3,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    });
    const attained = unlearningCoherence(identical);
    expect(relativeDifference(attained.threeAxisBound, attained.lambda1S)).toBeLessThan(TOLERANCE);
    const generic = CASES.find(({ mixing }) => mixing === 'generic alpha')!;
    const strict = unlearningCoherence(generic.problem);
    expect(strict.threeAxisBound / strict.lambda1S).toBeGreaterThan(1.001);
    // Without the cross axis the bound would be wrong.
    expect(strict.lambda1S / Math.max(strict.retainBlock, strict.forgetBlock)).toBeGreaterThan(1.001);
  });

  it('sigma is 1 for orthogonal samples, n for n identical ones, at most n for rank one', () => {
    const problem = (retain: number[][][]): ReducedProblem =>
      reducedFromSpec({
        retain,
        forget: [],
        alpha: 0,
        batch: { retain: 1, forget: 0 },
        sampling: 'bernoulli',
      });
    const orthogonal = unlearningCoherence(problem([[[1, 0, 0]], [[0, 1, 0]], [[0, 0, 1]]]));
    expect(relativeDifference(orthogonal.sigma, 1)).toBeLessThan(TOLERANCE);
    const identical = unlearningCoherence(problem([[[1, 2, 2]], [[1, 2, 2]], [[1, 2, 2]], [[1, 2, 2]]]));
    expect(relativeDifference(identical.sigma, 4)).toBeLessThan(TOLERANCE);
    for (const { problem: drawn, rank } of CASES) {
      const n = drawn.groups.reduce((sum, { samples }) => sum + samples.sampleCount, 0);
      if (rank === 'rank one') expect(unlearningCoherence(drawn).sigma).toBeLessThanOrEqual(n * SLACK);
    }
  });

  it('without forget samples the forget and cross axes are 0 and the bound is the retain block', () => {
    const { problem } = CASES.find(({ mixing }) => mixing === 'alpha 0')!;
    const { forgetBlock, cross, retainBlock, lambda1S, threeAxisBound } = unlearningCoherence(problem);
    expect(forgetBlock).toBe(0);
    expect(cross).toBe(0);
    expect(threeAxisBound).toBe(retainBlock);
    expect(relativeDifference(lambda1S, retainBlock)).toBeLessThan(TOLERANCE);
  });

  it('sigma of descent alone is the coherence of the retain set by itself', () => {
    for (const { problem } of CASES.filter(({ mixing }) => mixing === 'alpha 0')) {
      const own = setCoherence(problem.groups[0]!.samples);
      expect(relativeDifference(unlearningCoherence(problem).sigma, own)).toBeLessThan(TOLERANCE);
    }
  });
});

describe('setCoherence', () => {
  it('does not change when all samples are scaled, and is that of the dense Hessians', () => {
    const set = normalSet(randomSource('setCoherence'), [1, 2, 1, 3], 4);
    const h = denseHessians(set);
    const expected = topEigenvalue(denseCoherence(h, h)) / Math.max(...h.map(topEigenvalue));
    expect(relativeDifference(setCoherence(set), expected)).toBeLessThan(TOLERANCE);
    const scaled = { ...set, factors: set.factors.map((x) => 100 * x) };
    expect(relativeDifference(setCoherence(scaled), expected)).toBeLessThan(TOLERANCE);
  });
});

describe('crossCoherence', () => {
  it('chi2 is tr(Hbar_R Hbar_F) and kappa = chi2 / lambda_1(Hbar_F)^2', () => {
    const random = randomSource('crossCoherence');
    const retain = normalSet(random, [1, 2, 1, 1], 4);
    const forget = normalSet(random, [2, 1, 0], 4);
    const [r, f] = [retain, forget].map((set) => denseMatrix(meanHessian(set), 4, 4));
    const { chi2, kappa } = crossCoherence(retain, forget);
    expect(relativeDifference(chi2, r!.mmul(f!).trace())).toBeLessThan(TOLERANCE);
    expect(relativeDifference(kappa, r!.mmul(f!).trace() / topEigenvalue(f!) ** 2)).toBeLessThan(TOLERANCE);
    expect(relativeDifference(crossCoherence(forget, retain).kappa, kappa)).toBeGreaterThan(0.01);
  });

  it('is 0 for orthogonal sets and 1 for a set with itself if it is one rank-one sample', () => {
    const [x, y] = [factorSet([[[3, 0]]], 2), factorSet([[[0, 2]]], 2)];
    expect(crossCoherence(x, y)).toEqual({ chi2: 0, kappa: 0 });
    expect(relativeDifference(crossCoherence(x, x).kappa, 1)).toBeLessThan(TOLERANCE);
  });
});

describe('curvatureCancellation', () => {
  it('is the largest eigenvalue of D^-1 K, 1 for descent alone', () => {
    for (const { problem, mixing } of CASES) {
      if (mixing !== 'alpha below the critical mixing' && mixing !== 'alpha 0') continue;
      const k = weightedHessians(problem).reduce((sum, h) => sum.add(h), Matrix.zeros(3, 3));
      const relative = new EigenvalueDecomposition(inverse(denseMeanCurvature(problem)).mmul(k));
      const expected = Math.max(...relative.realEigenvalues);
      // D is inverted; its condition number is below 1e3 here.
      expect(relativeDifference(curvatureCancellation(problem), expected)).toBeLessThan(100 * TOLERANCE);
      if (mixing === 'alpha 0') expect(relativeDifference(expected, 1)).toBeLessThan(TOLERANCE);
      else expect(expected).toBeGreaterThan(1.01);
    }
  });
});
