import { describe, expect, test } from 'vitest';
import { curvatureForm, mixingDirection, mixingForm, stepForm } from '../../src/analysis/curvature-forms.js';
import {
  estimatedCurvature,
  estimatedProblem,
  type EstimatedProblem,
  estimatedStability,
  halfProblem,
} from '../../src/analysis/estimated-problem.js';
import { lowerEnd, marginAt, upperEnd, valueAt } from '../../src/analysis/linear-form.js';
import { subsetIntervals } from '../../src/analysis/subset-intervals.js';
import { symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import { drawnSets } from '../../src/theory/draw-subset.js';
import { normalSet } from '../sample-problems.js';

const random = randomSource('interval cases');
const ones = (n: number): number[] => Array.from({ length: n }, () => 1);
const sets = { retain: normalSet(random, ones(120), 3), forget: normalSet(random, ones(90), 3) };

/** Intervals from 60 samples of each set, the mean curvatures of all samples unknown. */
function intervals(alpha: number) {
  const { retain, forget } = drawnSets(sets, { size: 60, seed: 2 }, 0);
  const rest = { alpha, batch: { retain: 30, forget: 30 }, sampling: 'bernoulli' } as const;
  return subsetIntervals({ ...rest, retain, forget }, 0.95);
}

const { alphaStar } = intervals(0.1);

describe('where the mean curvatures are those of a subset', () => {
  test('alpha* has an interval, with samples that were not drawn in mind', () => {
    expect(alphaStar.exact).toBe(false);
    expect(alphaStar.low).toBe(0);
    expect(alphaStar.high).toBeGreaterThan(1.05 * alphaStar.value);
  });

  test('eta* is 0 for certain only above all that alpha* may be', () => {
    const above = intervals(1.001 * alphaStar.high).etaStar;
    expect([above.low, above.value, above.high, above.exact]).toEqual([0, 0, 0, true]);
    const between = intervals((alphaStar.value + alphaStar.high) / 2).etaStar;
    expect(between.exact).toBe(false);
    expect(between.high).toBeGreaterThan(0);
  });

  test('eta* may be 0 where alpha* may be below alpha: its lower end is then 0', () => {
    const within = intervals(alphaStar.value / 2).etaStar;
    expect(within.value).toBeGreaterThan(0);
    expect(within.low).toBe(0);
    const descent = intervals(0).etaStar;
    expect(descent.low).toBeGreaterThan(0);
    expect(descent.low).toBeLessThan(descent.value);
  });
});

test('where the mean of the forget set alone is known, alpha* has a lower end above 0', () => {
  const unknown = drawnSets(sets, { size: 60, seed: 2 }, 0);
  const known = drawnSets(sets, { size: 60, seed: 2 });
  const rest = { alpha: 0.1, batch: { retain: 30, forget: 30 }, sampling: 'bernoulli' } as const;
  const found = subsetIntervals({ ...rest, retain: unknown.retain, forget: known.forget }, 0.95).alphaStar;
  expect(found.low).toBeGreaterThan(0.2 * found.value);
  expect(found.low).toBeLessThan(found.value);
});

describe('the ends share the error, and what one half of the samples chose the other half estimates', () => {
  const CONFIDENCE = 0.9;
  /** The problem at alpha, with the mean curvatures of all samples or without, and with its two halves. */
  const halved = (alpha: number, meansKnown: boolean) => {
    const { retain, forget } = drawnSets(sets, { size: 60, seed: 2 }, meansKnown ? undefined : 0);
    const problem = {
      alpha,
      batch: { retain: 30, forget: 30 },
      sampling: 'bernoulli',
      retain,
      forget,
    } as const;
    const whole = estimatedProblem(problem);
    const halves = [halfProblem(whole, 0), halfProblem(whole, 1)] as const;
    return { whole, halves, found: subsetIntervals(problem, CONFIDENCE) };
  };
  /** Error of an end of several, a quarter of it where the whole sample chose what it estimates. */
  const share = (ends: number): number => (1 - CONFIDENCE) / ends;
  const extremal = (problem: EstimatedProblem, tolerance: number): Float64Array =>
    estimatedStability(problem).extremalMatrix(0, { tolerance });

  test.each([
    [true, 4],
    [false, 8],
  ])('eta*, descent, means known %o: %d ends', (meansKnown, ends) => {
    const { whole, halves, found } = halved(0, meansKnown);
    const own = stepForm(whole, extremal(whole, 1e-6));
    expect(found.etaStar.low / lowerEnd([own], share(ends) / 4)).toBeCloseTo(1, 6);
    const matrices = halves.map((half) => extremal(half, 1e-3));
    const crossed = [stepForm(halves[1], matrices[0]!), stepForm(halves[0], matrices[1]!)];
    expect(found.etaStar.high / upperEnd(crossed, share(ends))).toBeCloseTo(1, 6);
    // On its own half a matrix that is the best one there flatters itself.
    const flattered = halves.map((half, h) => stepForm(half, matrices[h]!));
    expect(upperEnd(flattered, share(ends)) / found.etaStar.high).toBeLessThan(1 - 1e-5);
  });

  test('lambda_min(D), which has two ends where the means are estimates', () => {
    const { whole, halves, found } = halved(0.1, false);
    const r = whole.dimension;
    const directions = [whole, ...halves].map((problem) =>
      symmetricEigen(estimatedCurvature(problem), r).rows.subarray(0, r),
    );
    const own = curvatureForm(whole, directions[0]!);
    const crossed = [curvatureForm(halves[1], directions[1]!), curvatureForm(halves[0], directions[2]!)];
    const { low, value, high } = found.lambdaMin;
    expect(value).toBeGreaterThan(0);
    // Directions that no drawn sample has may have any small curvature.
    expect(low).toBeCloseTo(-marginAt([own], 0, share(8) / 4, -1), 10);
    expect(high).toBeCloseTo(valueAt(crossed, 0) + marginAt(crossed, 0, share(8), 1), 10);
  });

  test('lambda_min(D) has two of eight ends also where one set alone is a subset', () => {
    const few = { ...sets, retain: normalSet(randomSource('few'), ones(50), 3) };
    const drawn = drawnSets(few, { size: 60, seed: 2 }, 0);
    expect([drawn.retain, drawn.forget].map(({ of, samples }) => of - samples.sampleCount)).toEqual([0, 30]);
    const rest = { alpha: 0.1, batch: { retain: 30, forget: 30 }, sampling: 'bernoulli' } as const;
    const whole = estimatedProblem({ ...rest, ...drawn });
    const [r, d] = [whole.dimension, estimatedCurvature(whole)];
    const own = curvatureForm(whole, symmetricEigen(d, r).rows.subarray(0, r));
    const { lambdaMin } = subsetIntervals({ ...rest, ...drawn }, CONFIDENCE);
    expect(lambdaMin.exact).toBe(false);
    expect(lambdaMin.low).toBeCloseTo(-marginAt([own], 0, share(8) / 4, -1), 10);
  });

  test('the upper end of alpha*', () => {
    const { halves, found } = halved(0.1, false);
    const forms = halves.map((half, h) => {
      const [own, other] = [half, halves[1 - h]!].map(({ groups }) => groups.map(({ set }) => set));
      const { sampleCount: m, dimension: r } = own![0]!.samples;
      return mixingForm(other![0]!, other![1]!, mixingDirection(own![0]!, own![1]!, Math.min(1, r / m) / m));
    });
    expect(found.alphaStar.high / upperEnd(forms, share(8))).toBeCloseTo(1, 10);
  });
});
