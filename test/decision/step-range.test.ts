import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { ReducedProblem } from '../../src/theory/problem.js';
import { identityMatrix } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import { denseHessians } from '../reference/dense-operator.js';
import { enumerateBatches } from '../reference/enumeration.js';
import { periodRange } from '../../src/decision/period-range.js';
import type { StepRange } from '../../src/decision/step-range.js';
import { relativeDifference } from '../closeness.js';
import {
  denseMatrix,
  descentOnLine,
  entriesOf,
  normalEntries,
  reducedFromSpec,
  STABILITY_CASES,
} from '../sample-problems.js';

/** The range carries a factor 1 + 1e-9 for rounding. */
const SLACK = 1 + 1e-8;

const ETA = 0.5;

/** P^{1/2} and P^{-1/2} of a random positive definite P, whose eigenvalues are above `least`. */
function randomRoots(
  word: string,
  r: number,
  least = 0.3,
): { root: Float64Array; inverseRoot: Float64Array } {
  const rows = denseMatrix(normalEntries(randomSource('roots', word), r, r), r, r);
  const p = rows.mmul(rows.transpose()).add(Matrix.eye(r).mul(least));
  const { realEigenvalues, eigenvectorMatrix: v } = new EigenvalueDecomposition(p, { assumeSymmetric: true });
  const power = (exponent: number): Float64Array =>
    entriesOf(v.mmul(Matrix.diag(realEigenvalues.map((x) => x ** exponent))).mmul(v.transpose()));
  return { root: power(0.5), inverseRoot: power(-0.5) };
}

interface EnumeratedStep {
  readonly probability: number;
  /** lambda_1(Y), Y = P^{-1/2} A P A P^{-1/2}. */
  readonly norm: number;
  readonly sizes: { readonly retain: number; readonly forget: number };
}

/** Every pair of batches with its probability, its sizes and lambda_1(Y). */
function enumeratedSteps(
  problem: ReducedProblem,
  eta: number,
  roots: ReturnType<typeof randomRoots>,
): EnumeratedStep[] {
  const r = problem.dimension;
  const root = denseMatrix(roots.root, r, r);
  const inverseRoot = denseMatrix(roots.inverseRoot, r, r);
  let steps = [{ probability: 1, step: Matrix.eye(r), sizes: { retain: 0, forget: 0 } }];
  for (const { name, samples, sign, weight, batchSize, sampling } of problem.groups) {
    const hessians = denseHessians(samples);
    const batches = enumerateBatches(sampling, samples.sampleCount, batchSize);
    steps = steps.flatMap(({ probability, step, sizes }) =>
      batches.map(({ multiplicity, probability: p }) => {
        const moved = step.clone();
        multiplicity.forEach((times, i) => {
          moved.sub(Matrix.mul(hessians[i]!, (times * eta * sign * weight) / batchSize));
        });
        const size = multiplicity.reduce((a, b) => a + b, 0);
        return { probability: probability * p, step: moved, sizes: { ...sizes, [name]: size } };
      }),
    );
  }
  return steps.map(({ probability, step, sizes }) => {
    const g = inverseRoot.mmul(step).mmul(root);
    const y = g.mmul(g.transpose());
    const norm = Math.max(...new EigenvalueDecomposition(y, { assumeSymmetric: true }).realEigenvalues);
    return { probability, norm, sizes };
  });
}

function isWithin({ sizes }: EnumeratedStep, { sizeLimit }: StepRange): boolean {
  return sizes.retain <= sizeLimit.retain && sizes.forget <= sizeLimit.forget;
}

/** How many batches within the size limits break the range. */
function violations(steps: readonly EnumeratedStep[], bounds: StepRange): number {
  return steps.filter((step) => isWithin(step, bounds) && step.norm > bounds.range * SLACK).length;
}

/** Sum of probability times lambda_1(Y) over the batches beyond the limits. */
function excessOf(steps: readonly EnumeratedStep[], bounds: StepRange): number {
  return steps.reduce((sum, step) => sum + (isWithin(step, bounds) ? 0 : step.probability * step.norm), 0);
}

const ONE = { root: identityMatrix(1), inverseRoot: identityMatrix(1) };

describe('the range of one step', () => {
  it.each(STABILITY_CASES)(
    'bounds Y for every batch within the limits, the others by the excess ($name)',
    ({ name, problem }) => {
      const roots = randomRoots(name, problem.dimension);
      const steps = enumeratedSteps(problem, ETA, roots);
      for (const allowance of [0, 0.05, 1, 20]) {
        const bounds = periodRange(problem, ETA, roots, allowance);
        expect(violations(steps, bounds)).toBe(0);
        expect(excessOf(steps, bounds)).toBeLessThanOrEqual(bounds.excess * SLACK);
        expect(bounds.excess).toBeLessThanOrEqual(allowance * SLACK);
      }
    },
  );

  it.each(STABILITY_CASES)(
    'shrunk below the largest Y of a batch is seen to be broken ($name)',
    ({ name, problem, sampling }) => {
      const roots = randomRoots(name, problem.dimension);
      const steps = enumeratedSteps(problem, ETA, roots);
      const bounds = periodRange(problem, ETA, roots, 0);
      const largest = Math.max(...steps.filter((step) => isWithin(step, bounds)).map(({ norm }) => norm));
      expect(violations(steps, { ...bounds, range: 0.999 * largest })).toBeGreaterThan(0);
      // Fixed sizes: the exact maximum (all batches are enumerated; B copies of one sample can be drawn).
      if (sampling !== 'bernoulli') expect(relativeDifference(bounds.range, largest)).toBeLessThan(SLACK - 1);
      else expect(bounds.range).toBeLessThan(20 * largest);
    },
  );

  it('is attained by bernoulli batches of identical samples', () => {
    const problem = descentOnLine([2, 2, 2, 2], 1, 'bernoulli');
    const bounds = periodRange(problem, 1, ONE, 0);
    expect(bounds.sizeLimit).toEqual({ retain: 4, forget: 0 });
    expect(bounds.excess).toBe(0);
    // All four at once: (1 - 4 * 2)^2.
    expect(relativeDifference(bounds.range, 49)).toBeLessThan(SLACK - 1);
  });

  it('is attained by a bernoulli batch of forget samples alone: descent would only have held them back', () => {
    const problem = reducedFromSpec({
      retain: [[[1]], [[1]]],
      forget: [[[1]], [[1]], [[1]]],
      alpha: 0.5,
      batch: { retain: 1, forget: 1 },
      sampling: 'bernoulli',
    });
    const bounds = periodRange(problem, 0.8, ONE, 0);
    // No retain sample and three forget samples: (1 + 0.8 * 0.5 * 3)^2; with both retain samples only 1.4^2.
    expect(relativeDifference(bounds.range, 2.2 ** 2)).toBeLessThan(SLACK - 1);
  });

  it('sets the large bernoulli batches apart as the allowance grows: limits and range fall, the excess rises', () => {
    const problem = descentOnLine(new Array<number>(12).fill(1), 2, 'bernoulli');
    const bounds = [0, 1e-6, 1e-3, 0.1, 1].map((allowance) => periodRange(problem, 1, ONE, allowance));
    for (let k = 1; k < bounds.length; k++) {
      expect(bounds[k]!.sizeLimit.retain).toBeLessThan(bounds[k - 1]!.sizeLimit.retain);
      expect(bounds[k]!.range).toBeLessThan(bounds[k - 1]!.range);
      expect(bounds[k]!.excess).toBeGreaterThan(bounds[k - 1]!.excess);
    }
    // One size more set apart would cost more than was allowed.
    const { sizeLimit, excess } = bounds[2]!;
    const steps = enumeratedSteps(problem, 1, { root: identityMatrix(1), inverseRoot: identityMatrix(1) });
    const bound = (size: number): number => (1 + size / 2) ** 2;
    const added = steps
      .filter(({ sizes }) => sizes.retain === sizeLimit.retain)
      .reduce((sum, { probability, sizes }) => sum + probability * bound(sizes.retain), 0);
    expect(excess + added).toBeGreaterThan(1e-3);
  });

  it('treats full bernoulli batches as the one batch they are', () => {
    const problem = descentOnLine([1, 3], 2, 'bernoulli');
    const bounds = periodRange(problem, 0.25, ONE, 0);
    expect(relativeDifference(bounds.range, 0.25)).toBeLessThan(SLACK - 1);
    expect(bounds.excess).toBe(0);
    expect(bounds.sizeLimit).toEqual({ retain: 2, forget: 0 });
  });

  it('stays a bound where there are too many batches to enumerate', () => {
    // C(14, 7) = 3432 subsets: the hull of the samples, (1 - 1.2 * 3)^2 from seven copies of the largest.
    const curvatures = Array.from({ length: 14 }, (_, i) => (i < 7 ? 3 : 1));
    const problem = descentOnLine(curvatures, 7, 'without-replacement');
    const bounds = periodRange(problem, 1.2, ONE, 0);
    expect(relativeDifference(bounds.range, (1 - 3.6) ** 2)).toBeLessThan(SLACK - 1);
  });

  it('stays a bound where there are too many pairs of samples for the hull', () => {
    const wide = descentOnLine(
      Array.from({ length: 1600 }, (_, i) => 1 + (i % 7)),
      5,
      'with-replacement',
    );
    const bounds = periodRange(wide, 0.5, ONE, 0);
    // The triangle inequality: (1 + 0.5 * 7)^2, above the largest (1 - 3.5)^2.
    expect(relativeDifference(bounds.range, 4.5 ** 2)).toBeLessThan(SLACK - 1);
  });
});

describe('the range of bernoulli batches is the largest corner of their hull', () => {
  const eta = 0.9;
  const samples = (count: number, r: number, ...words: (string | number)[]): number[][][] => {
    const random = randomSource('hull samples', ...words);
    return Array.from({ length: count }, () => {
      const row = Array.from(normalEntries(random, 1, r));
      return [row.map((x) => x / Math.hypot(...row))];
    });
  };
  const spectralNorm = (matrix: Matrix): number =>
    Math.sqrt(
      Math.max(
        ...new EigenvalueDecomposition(matrix.mmul(matrix.transpose()), { assumeSymmetric: true })
          .realEigenvalues,
      ),
    );

  /** Every step with copies of one sample of each set, none of them or as many as the limit, and the bound of the norms alone. */
  function corners(problem: ReducedProblem, roots: ReturnType<typeof randomRoots>, { sizeLimit }: StepRange) {
    const r = problem.dimension;
    const [root, inverseRoot] = [roots.root, roots.inverseRoot].map((x) => denseMatrix(x, r, r));
    let steps = [Matrix.eye(r)];
    let [triangle, within] = [1, 1];
    for (const { name, samples: own, sign, weight, batchSize } of problem.groups) {
      const moves = denseHessians(own).map((h) =>
        inverseRoot!.mmul(Matrix.mul(h, (eta * sign * weight) / batchSize)).mmul(root!),
      );
      const norms = moves.map(spectralNorm).sort((a, b) => b - a);
      triangle += sizeLimit[name] * norms[0]!;
      within += norms.slice(0, sizeLimit[name]).reduce((a, b) => a + b, 0);
      steps = steps.flatMap((step) => [
        step,
        ...moves.map((move) => Matrix.sub(step, Matrix.mul(move, sizeLimit[name]))),
      ]);
    }
    const largest = Math.max(...steps.map(spectralNorm));
    return { largest: largest ** 2, bound: Math.min(triangle, within) ** 2 };
  }

  it.each([
    { r: 2, retain: 9, forget: 7, alpha: 0.4 },
    { r: 3, retain: 12, forget: 0, alpha: 0 },
    { r: 3, retain: 10, forget: 6, alpha: 0.2 },
    { r: 5, retain: 8, forget: 8, alpha: 0.5 },
    { r: 7, retain: 20, forget: 12, alpha: 0.3 },
  ])('in $r coordinates, of $retain and $forget samples', ({ r, retain, forget, alpha }) => {
    let attained = 0;
    for (let seed = 0; seed < 6; seed++) {
      const problem = reducedFromSpec({
        retain: samples(retain, r, 'retain', r, seed),
        forget: samples(forget, r, 'forget', r, seed),
        alpha,
        batch: { retain: 2, forget: Math.min(1, forget) },
        sampling: 'bernoulli',
      });
      expect(problem.dimension).toBe(r);
      const roots = randomRoots(`hull ${r} ${seed}`, r, 0.02);
      const found = periodRange(problem, eta, roots, 3);
      expect(found.excess).toBeGreaterThan(0);
      const { largest, bound } = corners(problem, roots, found);
      expect(relativeDifference(found.range, Math.min(largest, bound))).toBeLessThan(SLACK - 1);
      if (largest < bound) attained++;
    }
    // In others the lengths of different samples together are a better bound.
    expect(attained).toBeGreaterThan(1);
  });
});
