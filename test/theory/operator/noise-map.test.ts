import { Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { meanCurvature, meanHessian } from '../../../src/theory/mean-curvature.js';
import { rankOneSet, type ReducedProblem, SAMPLINGS } from '../../../src/theory/problem.js';
import { multiplyTransposed } from '../../../src/linalg/multiply-transposed.js';
import { identityMatrix, symmetricEigen } from '../../../src/linalg/symmetric-eigen.js';
import { addScaled, quadraticForm } from '../../../src/linalg/vectors.js';
import { randomSource } from '../../../src/statistics/generator.js';
import { enumerateBatches, enumerateSteps } from '../../reference/enumeration.js';
import { noiseMap, samplingFactors } from '../../../src/theory/operator/noise-map.js';
import { noiseAlong, noiseOfIdentity } from '../../../theorems/curvature-terms.js';
import { largestDifference } from '../../closeness.js';
import {
  denseMatrix,
  entriesOf,
  normalEntries,
  STABILITY_CASES,
  symmetricEntries,
} from '../../sample-problems.js';

/** Differences of two second moments of size up to ten times the result. */
const ROUNDING = 1e-11;

/** The problem in the eigenbasis of its D, which `noiseMap` asks for, and the eigenvalues of D. */
function inEigenbasis(problem: ReducedProblem): { problem: ReducedProblem; d: Float64Array } {
  const r = problem.dimension;
  const { values, rows } = symmetricEigen(meanCurvature(problem), r);
  const groups = problem.groups.map((group) => {
    const { factors } = group.samples;
    const rotated = multiplyTransposed(factors, factors.length / r, rows, r, r);
    return { ...group, samples: { ...group.samples, factors: rotated } };
  });
  return { problem: { ...problem, groups }, d: values };
}

/** E[(A - E A) M (A - E A)] at eta = 1 over all batches. */
function enumeratedNoise(problem: ReducedProblem, m: Float64Array): Float64Array {
  const r = problem.dimension;
  const steps = enumerateSteps(problem, 1);
  const mean = Matrix.zeros(r, r);
  for (const { step, probability } of steps) mean.add(Matrix.mul(step, probability));
  const noise = Matrix.zeros(r, r);
  for (const { step, probability } of steps) {
    const deviation = Matrix.sub(step, mean);
    noise.add(
      deviation
        .mmul(denseMatrix(m, r, r))
        .mmul(deviation)
        .mul(probability),
    );
  }
  return entriesOf(noise);
}

describe('samplingFactors', () => {
  it.each(SAMPLINGS)("make the variance of a batch mean k mean x^2 - k' (mean x)^2 (%s)", (sampling) => {
    const random = randomSource('samplingFactors', sampling);
    for (let n = 1; n <= 5; n++) {
      for (let b = 1; b <= n; b++) {
        const x = Array.from(normalEntries(random, 1, n));
        const mean = x.reduce((sum, value) => sum + value, 0) / n;
        const meanSquare = x.reduce((sum, value) => sum + value ** 2, 0) / n;
        const variance = enumerateBatches(sampling, n, b).reduce((sum, { multiplicity, probability }) => {
          const batchMean = multiplicity.reduce((total, times, i) => total + times * x[i]!, 0) / b;
          return sum + probability * (batchMean - mean) ** 2;
        }, 0);
        const { perSample, ofMean } = samplingFactors(sampling, n, b);
        const stated = perSample * meanSquare - ofMean * mean ** 2;
        expect(Math.abs(stated - variance), `n ${n}, B ${b}`).toBeLessThan(ROUNDING * (1 + meanSquare));
      }
    }
  });

  it('are 0 for a full batch drawn without replacement or by bernoulli trials, also for n = 1', () => {
    for (const n of [1, 4]) {
      expect(samplingFactors('bernoulli', n, n)).toEqual({ perSample: 0, ofMean: 0 });
      expect(samplingFactors('without-replacement', n, n)).toEqual({ perSample: 0, ofMean: 0 });
      expect(samplingFactors('with-replacement', n, n)).toEqual({ perSample: 1 / n, ofMean: 1 / n });
    }
  });
});

describe('noiseMap', () => {
  it.each(STABILITY_CASES)(
    'is the covariance of the step over all enumerated batches ($name)',
    ({ name, problem: given }) => {
      const { problem, d } = inEigenbasis(given);
      const r = problem.dimension;
      const noise = noiseMap(problem.groups, d);
      const random = randomSource('noiseMap', name);
      const out = new Float64Array(r * r).fill(NaN);
      for (let trial = 0; trial < 3; trial++) {
        const m = symmetricEntries(random, r);
        noise(m, out);
        expect(largestDifference(out, enumeratedNoise(problem, m))).toBeLessThan(ROUNDING);
      }
    },
  );

  it('is zero for full batches without replacement and by bernoulli trials, not with replacement', () => {
    for (const { problem: given, mixing } of STABILITY_CASES.filter((c) => c.rank === 'rank one')) {
      if (mixing !== 'generic alpha') continue;
      const { problem, d } = inEigenbasis(given);
      const full = problem.groups.map((group) => ({ ...group, batchSize: group.samples.sampleCount }));
      const out = new Float64Array(9);
      noiseMap(full, d)(identityMatrix(3), out);
      const size = Math.max(...out.map(Math.abs));
      if (problem.groups[0]!.sampling === 'with-replacement') expect(size).toBeGreaterThan(0.01);
      else expect(size).toBe(0);
    }
  });
});

describe('noiseMap in many coordinates', () => {
  it.each(['bernoulli', 'without-replacement'] as const)(
    'is the weighted sum over the rank-one samples of both sets, less the mean terms (%s)',
    (sampling) => {
      const r = 34;
      const random = randomSource('noiseMap', 'many', sampling);
      const groups = (
        [
          ['retain', 1, 0.7, 50, 8],
          ['forget', -1, 0.3, 9, 2],
        ] as const
      ).map(([name, sign, weight, n, batchSize]) => {
        const samples = rankOneSet(normalEntries(random, n, r), r);
        return { name, sign, weight, batchSize, sampling, samples };
      });
      const { problem, d } = inEigenbasis({ dimension: r, alpha: 0.3, groups });
      const m = symmetricEntries(random, r);
      const expected = new Float64Array(r * r);
      for (const { weight, samples, batchSize } of problem.groups) {
        const { perSample, ofMean } = samplingFactors(sampling, samples.sampleCount, batchSize);
        const mean = denseMatrix(meanHessian(samples), r, r);
        const sandwich = entriesOf(mean.mmul(denseMatrix(m, r, r)).mmul(mean));
        addScaled(expected, -(weight ** 2) * ofMean, sandwich);
        for (let i = 0; i < samples.sampleCount; i++) {
          const h = samples.factors.subarray(i * r, (i + 1) * r);
          const factor = (weight ** 2 * perSample * quadraticForm(m, h)) / samples.sampleCount;
          for (let k = 0; k < r * r; k++) expected[k]! += factor * h[Math.floor(k / r)]! * h[k % r]!;
        }
      }
      const out = new Float64Array(r * r).fill(NaN);
      noiseMap(problem.groups, d)(m, out);
      const size = Math.max(...expected.map(Math.abs));
      expect(largestDifference(out, expected)).toBeLessThan(ROUNDING * size);
    },
  );
});

describe("the theorems' own noise moments, written without this operator", () => {
  it.each(STABILITY_CASES)(
    'noiseOfIdentity is N(I) and noiseAlong is x^T N(x x^T) x ($name)',
    ({ name, problem }) => {
      const r = problem.dimension;
      const identity = enumeratedNoise(problem, identityMatrix(r));
      expect(largestDifference(noiseOfIdentity(problem), identity)).toBeLessThan(ROUNDING);
      const random = randomSource('noiseAlong', name);
      for (let trial = 0; trial < 3; trial++) {
        const raw = normalEntries(random, 1, r);
        const x = raw.map((value) => value / Math.hypot(...raw));
        const outer = Float64Array.from({ length: r * r }, (_, k) => x[Math.floor(k / r)]! * x[k % r]!);
        const expected = quadraticForm(enumeratedNoise(problem, outer), x);
        expect(Math.abs(noiseAlong(problem, x) - expected)).toBeLessThan(ROUNDING * (1 + expected));
      }
    },
  );
});
