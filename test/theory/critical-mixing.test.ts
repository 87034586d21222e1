import { EigenvalueDecomposition, inverse } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { criticalMixing } from '../../src/theory/critical-mixing.js';
import { emptySet, factorSet, type FactorSet } from '../../src/theory/factor-set.js';
import { meanCurvature, meanHessian } from '../../src/theory/mean-curvature.js';
import { reduceProblem, reduceSets } from '../../src/theory/reduction.js';
import { smallestEigenvalue } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/random/generator.js';
import { relativeDifference } from '../closeness.js';
import { denseMatrix, normalSet } from '../sample-problems.js';

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
