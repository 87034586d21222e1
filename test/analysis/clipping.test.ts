import { describe, expect, test } from 'vitest';
import { analyzeProblem } from '../../src/analysis/analyze.js';
import type { ClippingAnswer } from '../../src/analysis/answer.js';
import { extremeBatches, extremeCount } from '../../src/analysis/extreme-batches.js';
import { largestMagnitude, symmetricEigenvalues } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import {
  type FactorSet,
  problemFromSpec,
  type ProblemSpec,
  rankOneSet,
  type SampleSpec,
  type Sampling,
  SAMPLINGS,
} from '../../src/theory/problem.js';
import { relativeDifference } from '../closeness.js';
import { normalEntries } from '../sample-problems.js';

const random = randomSource('clipping');
const P = 3;
const vectors = (n: number): number[][] => Array.from({ length: n }, () => [...normalEntries(random, 1, P)]);
const RETAIN = vectors(5);
const FORGET = vectors(3);
const PUSH = { retain: vectors(5), forget: vectors(3) };
const samples = (rows: number[][]): SampleSpec[] => rows.map((row) => [row]);
const set = (all: number[][]): FactorSet => rankOneSet(Float64Array.from(all.flat()), P);

const spec = (sampling: Sampling, retain = 2, forget = 1): ProblemSpec => ({
  ...{ retain: samples(RETAIN), forget: samples(FORGET), alpha: 0.4, sampling },
  batch: { retain, forget },
});
const clipped = (problem: ProblemSpec, clip: number, gradients = false): ClippingAnswer =>
  analyzeProblem(problemFromSpec(problem), 0.1, [], {
    ...(gradients && { gradients: { retain: set(PUSH.retain), forget: set(PUSH.forget) } }),
    clip,
  }).clipping!;

/** How often each sample is in a batch, of all batches that the scheme can draw: by the words of its definition. */
function allCounts(sampling: Sampling, n: number, size: number): number[][] {
  const most = sampling === 'with-replacement' ? size : 1;
  let all: number[][] = [[]];
  for (let i = 0; i < n; i++) {
    all = all.flatMap((counts) => Array.from({ length: most + 1 }, (_, k) => [...counts, k]));
  }
  const drawn = (counts: number[]): number => counts.reduce((sum, k) => sum + k, 0);
  const free = sampling === 'bernoulli' && size < n;
  return free ? all : all.filter((counts) => drawn(counts) === size);
}

/** |C_S| and |g_S| of every pair of batches. */
function allSteps({ sampling, batch, alpha }: ProblemSpec): { curvature: number; push: number }[] {
  const part = (rows: number[][], pushes: number[][], counts: number[], scale: number) => ({
    matrix: Float64Array.from({ length: P * P }, (_, k) =>
      counts.reduce(
        (sum, count, i) => sum + scale * count * rows[i]![Math.floor(k / P)]! * rows[i]![k % P]!,
        0,
      ),
    ),
    push: Array.from({ length: P }, (_, a) =>
      counts.reduce((sum, count, i) => sum + scale * count * pushes[i]![a]!, 0),
    ),
  });
  return allCounts(sampling as Sampling, 5, batch.retain).flatMap((mine) =>
    allCounts(sampling as Sampling, 3, batch.forget).map((theirs) => {
      const one = part(RETAIN, PUSH.retain, mine, (1 - alpha) / batch.retain);
      const other = part(FORGET, PUSH.forget, theirs, -alpha / batch.forget);
      const matrix = one.matrix.map((x, k) => x + other.matrix[k]!);
      const push = Math.hypot(...one.push.map((x, a) => x + other.push[a]!));
      return { curvature: largestMagnitude(symmetricEigenvalues(matrix, P)), push };
    }),
  );
}

const CASES = SAMPLINGS.flatMap((sampling) =>
  (
    [
      [1, 1],
      [2, 1],
      [2, 2],
      [5, 3],
    ] as const
  ).map(([b, c]) => [sampling, b, c] as const),
);

describe('the radius of clipping over all batches that can be drawn', () => {
  test.each(CASES)('%s %i / %i: is c/max |C_S|', (...[sampling, retain, forget]) => {
    const problem = spec(sampling, retain, forget);
    const largest = Math.max(...allSteps(problem).map(({ curvature }) => curvature));
    const { radius, radiusIs, enumerated, gradient } = clipped(problem, 0.7);
    expect(relativeDifference(radius, 0.7 / largest)).toBeLessThan(1e-12);
    expect({ radiusIs, enumerated, gradient }).toEqual({ radiusIs: 'exact', enumerated: true, gradient: 0 });
  });

  test.each(CASES)('%s %i / %i: with gradients |g_S| + |C_S| r <= c', (...[sampling, retain, forget]) => {
    const problem = spec(sampling, retain, forget);
    const steps = allSteps(problem);
    const answer = clipped(problem, 9, true);
    const exact = Math.min(
      ...steps.map(({ curvature, push }) => (curvature ? (9 - push) / curvature : Infinity)),
    );
    expect(relativeDifference(answer.radius, exact)).toBeLessThan(1e-12);
    const largest = Math.max(...steps.map(({ push }) => push));
    expect(relativeDifference(answer.gradient, largest)).toBeLessThan(1e-12);
    expect(answer.radiusIs).toBe('at least');
  });

  test('is 0 where a gradient at w* is clipped, and nowhere ends where no batch has curvature', () => {
    const problem = spec('without-replacement');
    const largest = Math.max(...allSteps(problem).map(({ push }) => push));
    expect(clipped(problem, 0.999 * largest, true)).toMatchObject({ radius: 0, radiusIs: 'exact' });
    expect(clipped(problem, 1.001 * largest, true).radius).toBeGreaterThan(0);
    const same = samples([[1, 0.3, -0.7]]);
    const cancelled: ProblemSpec = {
      ...{ retain: same, forget: same, alpha: 0.5, sampling: 'without-replacement' },
      batch: { retain: 1, forget: 1 },
    };
    expect(clipped(cancelled, 1)).toMatchObject({ radius: Infinity, radiusIs: 'exact' });
  });
});

describe('the radius of clipping with more batches than can be gone through', () => {
  const many = vectors(40);
  const problem = (sampling: Sampling, batch: number): ProblemSpec => ({
    ...{ retain: samples(many), forget: [], alpha: 0, sampling },
    batch: { retain: batch, forget: 1 },
  });
  /** |C_S| of a batch of samples. */
  const normOf = (batch: number[], size: number): number => {
    const matrix = Float64Array.from({ length: P * P }, (_, k) =>
      batch.reduce((sum, i) => sum + (many[i]![Math.floor(k / P)]! * many[i]![k % P]!) / size, 0),
    );
    return symmetricEigenvalues(matrix, P).at(-1)!;
  };
  const longest = many
    .map((row, i) => ({ i, square: row.reduce((sum, x) => sum + x * x, 0) }))
    .sort((a, b) => b.square - a.square);

  test('is at least c over what the B longest samples could do, and no more than they leave', () => {
    const { radius, radiusIs, enumerated } = clipped(problem('without-replacement', 20), 1);
    expect({ radiusIs, enumerated }).toEqual({ radiusIs: 'at least', enumerated: false });
    const together = longest.slice(0, 20);
    expect(radius).toBeLessThanOrEqual(
      1 /
        normOf(
          together.map(({ i }) => i),
          20,
        ),
    );
    const mean = together.reduce((sum, { square }) => sum + square, 0) / 20;
    const all = normOf(
      many.map((_, i) => i),
      20,
    );
    expect(relativeDifference(radius, 1 / Math.min(mean, all))).toBeLessThan(1e-12);
  });

  test('of bernoulli batches is c over all samples at once, which is the largest of them', () => {
    const { radius } = clipped(problem('bernoulli', 20), 1);
    expect(
      relativeDifference(
        radius,
        1 /
          normOf(
            many.map((_, i) => i),
            20,
          ),
      ),
    ).toBeLessThan(1e-12);
  });

  test('is exact again with replacement, where the strongest sample may be the whole batch', () => {
    const { radius, radiusIs } = clipped(problem('with-replacement', 20), 1);
    expect(radiusIs).toBe('exact');
    expect(relativeDifference(radius, 1 / longest[0]!.square)).toBeLessThan(1e-12);
  });
});

test.each(CASES)('extremeBatches: %s %i / %i names as many as it counts, each once', (sampling, b, c) => {
  for (const [n, batchSize] of [
    [5, b],
    [3, c],
  ] as const) {
    const drawn = { sampling, batchSize, samples: { sampleCount: n } };
    let count = 0;
    const each = new Set<string>();
    for (const { indices } of extremeBatches(drawn)) {
      each.add(indices.join());
      count++;
    }
    expect([each.size, count]).toEqual([extremeCount(drawn), extremeCount(drawn)]);
  }
});
