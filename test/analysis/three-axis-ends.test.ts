import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import { randomSource } from '../../src/statistics/generator.js';
import { problemFromSpec, type ProblemSpec } from '../../src/theory/problem.js';
import { normalSamples } from '../sample-problems.js';

const analysed = (spec: ProblemSpec) => analyzeProblem(problemFromSpec(spec), 0.1, []);

describe('the two ends of the three coherences', () => {
  /** Two axes, each with two retain samples and a forget sample: K_F = q K_R. */
  const witness: ProblemSpec = {
    retain: [[[1, 0]], [[1, 0]], [[0, 1]], [[0, 1]]],
    forget: [[[0.8, 0]], [[0, 0.8]]],
    alpha: 0.3,
    batch: { retain: 2, forget: 1 },
    sampling: 'bernoulli',
  };

  test('meet a witness at the lower end, whose weakest direction has all of everything', () => {
    const { ends, exact } = analysed(witness);
    const { stable, diverges, share, q, weakest } = ends!;
    expect(exact.etaStar / stable).toBeCloseTo(1, 12);
    expect(diverges).toBeGreaterThan(1.05 * stable);
    expect(share).toBeCloseTo(0, 9);
    expect(q).toBeCloseTo((0.3 * 0.64) / 0.7, 12);
    for (const part of Object.values(weakest)) expect(part).toBeCloseTo(1, 9);
  });

  test('hold eta* of every problem between them; off the witness some part is missing', () => {
    const random = randomSource('three-axis ends');
    let inside = 0;
    for (let k = 0; k < 40; k++) {
      const sampling = k % 2 ? 'bernoulli' : 'without-replacement';
      const { ends, exact } = analysed({
        retain: normalSamples(random, [1, 1, 2, 1, 1, 1], 3),
        forget: normalSamples(random, [1, 1, 1], 3),
        alpha: 0.04,
        batch: { retain: 2, forget: 1 },
        sampling,
      });
      if (!ends) continue;
      expect(exact.etaStar).toBeGreaterThanOrEqual(ends.stable * (1 - 1e-9));
      expect(exact.etaStar).toBeLessThanOrEqual(ends.diverges * (1 + 1e-9));
      const { curvature, overlap, noise } = ends.weakest;
      expect(curvature).toBeLessThanOrEqual(1 + 1e-9);
      expect(overlap).toBeLessThanOrEqual(1 + 1e-9);
      if (sampling === 'bernoulli') expect(noise).toBeLessThanOrEqual(1 + 1e-9);
      expect(Math.min(curvature, overlap, noise)).toBeLessThan(0.999);
      if (ends.share > 0.01 && ends.share < 0.99) inside++;
    }
    expect(inside).toBeGreaterThan(10);
  });

  test('are not told where the mean escapes, and of batches with replacement', () => {
    expect(analysed({ ...witness, alpha: 0.9 }).ends).toBeUndefined();
    expect(analysed({ ...witness, sampling: 'with-replacement' }).ends).toBeUndefined();
  });
});
