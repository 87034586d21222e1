import { describe, expect, test } from 'vitest';
import { keptDirections, mixingSplits } from '../../src/analysis/tried-settings.js';
import { DEFAULT_REQUEST, recommend, type RecommendationRequest } from '../../src/analysis/recommend.js';
import {
  problemFromSpec,
  type ProblemSpec,
  type Sampling,
  SAMPLINGS,
  type UnlearningProblem,
} from '../../src/theory/problem.js';
import { reduceProblem, reduceSets } from '../../src/theory/reduction.js';
import { dot } from '../../src/linalg/vectors.js';
import { randomSource } from '../../src/random/generator.js';
import { populationGrowth } from '../../src/unlearning/growth.js';
import { linearisedProcess } from '../../src/unlearning/process.js';
import { normalSamples } from '../sample-problems.js';

const goal: RecommendationRequest = { ...DEFAULT_REQUEST, steps: 200, factor: 100 };

/** Retain curvature 4 along axis 1 in two equal samples, forget curvature 1 along axis 2. */
const apart: ProblemSpec = {
  retain: [[[2, 0]], [[2, 0]]],
  forget: [[[0, 1]]],
  alpha: 0.3,
  batch: { retain: 1, forget: 1 },
  sampling: 'bernoulli',
};

/** Eight retain samples that cover all of eight dimensions but three, which two forget samples share with them in part. */
function overlapping(sampling: ProblemSpec['sampling'] = 'without-replacement'): ProblemSpec {
  const random = randomSource('overlapping');
  return {
    retain: normalSamples(random, new Array<number>(8).fill(1), 10),
    forget: normalSamples(random, [1, 1], 10),
    alpha: 0.2,
    batch: { retain: 4, forget: 1 },
    sampling,
  };
}

/** The sets and the divided directions behind a recommendation. */
function behind(problem: UnlearningProblem, alpha: number, limit = goal.retainShareLimit) {
  const [retain, forget] = reduceSets([problem.retain, problem.forget]).sets;
  const sets = { retain: retain!, forget: forget! };
  const split = mixingSplits(sets, limit)(alpha);
  return { split, sets, kept: keptDirections(split, sets, problem.sampling) };
}

describe('recommend, on sets along axes of their own', () => {
  const { region, best, obstacle } = recommend(problemFromSpec(apart), goal);

  test('bounds the step size by formulas: growth and halving from below, the critical step from above', () => {
    const odds = Math.expm1(Math.log(goal.factor) / goal.steps);
    for (const { alpha, batch, low, high, retainShare, margin } of region) {
      const curvature = 4 * (1 - alpha);
      // Half of the loss is left when (1 - eta curvature)^(2 K) = 1/2.
      const halving = (1 - 0.5 ** (1 / (2 * goal.steps))) / curvature;
      expect(low! / Math.max(odds / alpha, halving)).toBeCloseTo(1, 9);
      // Groups of sigma = n identical samples, nu = n/B - 1: 2/curvature times sigma/(sigma + nu).
      const noise = 2 / batch.retain - 1;
      const critical = (2 / curvature) * (2 / (2 + noise));
      expect(retainShare).toBeLessThan(1e-12);
      expect(margin === null).toBe(critical < low!);
      // Not computed where full batches leave no window.
      if (high === null) expect([batch.retain, 2 / curvature < low!]).toEqual([1, true]);
      else expect(high / critical).toBeCloseTo(1, 9);
      if (margin !== null) expect(margin ** 2 / (high! / low!)).toBeCloseTo(1, 9);
    }
  });

  test('takes the least ascent of those with the largest margin, and the middle of the step sizes', () => {
    expect(obstacle).toBeNull();
    // Growth needs alpha eta >= 0.0233, halving 4 (1 - alpha) eta >= 0.00173: above their balance, 0.982, nothing is gained.
    expect(best!.batch).toEqual({ retain: 2, forget: 1 });
    expect(best!.alpha).toBeGreaterThan(0.982);
    expect(best!.alpha).toBeLessThan(0.99);
    const largest = Math.max(...region.map(({ margin }) => margin ?? 0));
    expect(best!.margin).toBeGreaterThan(0.99 * largest);
    expect(best!.eta ** 2).toBeCloseTo(best!.low * best!.high, 9);
  });

  test('tries the given mixing and batches, lists all pairs in order, and is the same every time', () => {
    expect(region.some(({ alpha, batch }) => alpha === 0.3 && batch.retain === 1)).toBe(true);
    const keys = region.map(({ alpha, batch }) => alpha + 1e-9 * batch.retain);
    expect(keys).toEqual([...keys].sort((a, b) => a - b));
    expect(new Set(keys).size).toBe(keys.length);
    expect(recommend(problemFromSpec(apart), goal).region).toEqual(region);
  });

  test('is not that of retain and forget exchanged', () => {
    const exchanged = {
      ...apart,
      retain: apart.forget,
      forget: apart.retain,
      batch: { retain: 1, forget: 1 },
    };
    expect(recommend(problemFromSpec(exchanged), goal).best!.alpha).toBeLessThan(0.85);
  });
});

/** Steps after which the kept directions are looked at. */
const SOON = 20;

describe('at the recommended setting the real process', () => {
  const problem = problemFromSpec(overlapping());
  const best = recommend(problem, goal).best!;
  const { split, sets } = behind(problem, best.alpha);
  const r = split.curvatures.length;
  const axis = (k: number) => split.directions.subarray(k * r, (k + 1) * r);
  const settings = { ...problem, ...sets, alpha: best.alpha, batch: best.batch };

  /** Growth along the fastest direction and of the retain loss along the kept ones in K steps, with full batches. */
  function after(eta: number, random = randomSource('start')) {
    const reduced = reduceProblem(settings);
    // The reduction may turn the coordinates: samples tell how.
    const process = linearisedProcess(
      { ...reduced, groups: reduced.groups.map((g) => ({ ...g, samples: sets[g.name] })) },
      eta,
    );
    const w = Float64Array.from({ length: r }, () => random.normal());
    const start = w.slice();
    let [escapedAt, kept] = [Infinity, NaN];
    for (let k = 1; k <= goal.steps; k++) {
      process.drawBatches(random);
      process.applyStep(w);
      if (Math.abs(dot(w, axis(0)) / dot(start, axis(0))) >= goal.factor) escapedAt = Math.min(escapedAt, k);
      // Later the rounding of what has escaped would be seen in its place.
      if (k === SOON) kept = Math.abs(dot(w, axis(r - 1)) / dot(start, axis(r - 1)));
    }
    return { escapedAt, kept };
  }

  test('escapes within K steps from any start, while the kept directions contract (full batches)', () => {
    expect(best.batch).toEqual({ retain: 8, forget: 2 });
    for (const seed of [1, 2, 3]) {
      const { escapedAt, kept } = after(best.eta, randomSource('start', seed));
      expect(escapedAt).toBeLessThanOrEqual(goal.steps);
      expect(kept).toBeLessThan(1);
      expect(escapedAt).toBe(best.outcome!.steps);
    }
  });

  test('5 % below the window does not escape in time, 5 % above it does not contract', () => {
    const escape = Math.expm1(Math.log(goal.factor) / goal.steps) / -split.curvatures[0]!;
    // The growth decides here, not the halving.
    expect(best.low).toBeCloseTo(escape, 9);
    expect(after(best.low * (1 + 1e-9)).escapedAt).toBe(goal.steps);
    expect(after(0.95 * best.low).escapedAt).toBe(Infinity);
    expect(after(0.95 * best.high).kept).toBeLessThan(1);
    expect(after(1.05 * best.high).kept).toBeGreaterThan(1);
  });
});

describe.each(SAMPLINGS)('with %s batches of the given size', (sampling) => {
  const problem = problemFromSpec(overlapping(sampling));
  const { best } = recommend(problem, { ...goal, batches: [4] });
  const { split, kept, sets } = behind(problem, best!.alpha);
  const growth = (eta: number) =>
    populationGrowth(linearisedProcess(kept.problem(best!.batch), eta), randomSource('kept', sampling), {
      particles: 100,
      steps: 80,
      populations: 6,
      confidence: 0.9999,
    }).interval;

  test('the sampled process of the kept directions contracts 5 % below the upper end, and grows 5 % above it', () => {
    expect(best!.batch).toEqual({ retain: 4, forget: 1 });
    expect(growth(0.95 * best!.high).high).toBeLessThan(0);
    expect(growth(1.05 * best!.high).low).toBeGreaterThan(0);
  });

  test('the mean of real runs escapes by the factor at the expected step', () => {
    const { steps } = best!.outcome!;
    const r = split.curvatures.length;
    const runs = 200;
    const random = randomSource('mean', sampling);
    const process = linearisedProcess(
      { dimension: r, alpha: best!.alpha, groups: groupsOf(sets, best!, sampling) },
      best!.eta,
    );
    const start = split.directions.slice(0, r);
    const ratios = Array.from({ length: runs }, () => {
      const w = start.slice();
      for (let k = 0; k < steps; k++) {
        process.drawBatches(random);
        process.applyStep(w);
      }
      return dot(w, start);
    });
    const mean = ratios.reduce((a, b) => a + b, 0) / runs;
    const error = Math.sqrt(ratios.reduce((sum, x) => sum + (x - mean) ** 2, 0) / runs / (runs - 1));
    const expected = (1 - best!.eta * split.curvatures[0]!) ** steps;
    expect(expected).toBeGreaterThanOrEqual(goal.factor);
    expect(Math.abs(mean - expected)).toBeLessThan(5 * error);
    // The test can tell: half a dozen steps less are many standard errors away.
    expect(Math.abs(mean - expected / 2)).toBeGreaterThan(5 * error);
  });
});

function groupsOf(
  sets: { retain: UnlearningProblem['retain']; forget: UnlearningProblem['forget'] },
  { alpha, batch }: { alpha: number; batch: { retain: number; forget: number } },
  sampling: Sampling,
) {
  return [
    { name: 'retain', sign: 1, weight: 1 - alpha, batchSize: batch.retain, sampling, samples: sets.retain },
    { name: 'forget', sign: -1, weight: alpha, batchSize: batch.forget, sampling, samples: sets.forget },
  ] as const;
}
