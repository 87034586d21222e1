import { describe, expect, test } from 'vitest';
import { rankOneSet } from '../../src/theory/problem.js';
import { randomSource } from '../../src/statistics/generator.js';
import { coherenceForm, kernelPart, sampleKernel } from '../../src/analysis/coherence-form.js';
import { estimatedProblem, type EstimatedProblem } from '../../src/analysis/estimated-problem.js';
import { type DrawnSet, pickedSamples } from '../../src/theory/draw-subset.js';
import { designErrors, lowerEnd, upperEnd, type LinearForm } from '../../src/analysis/linear-form.js';
import { stepForm } from '../../src/analysis/curvature-forms.js';
import { normalEntries } from '../sample-problems.js';

const random = randomSource('subset forms');
const [N, M, P] = [6, 4, 3];
const retain = rankOneSet(normalEntries(random, N, P), P);
const forget = rankOneSet(normalEntries(random, 2, P), P);
const ROUNDING = 1e-10;

/** All subsets of M of N samples, by position. */
const subsets = Array.from({ length: 2 ** N }, (_, bits) =>
  Array.from({ length: N }, (_, i) => i).filter((i) => (bits >> i) & 1),
).filter((picked) => picked.length === M);

function setOf(picked: readonly number[], certain: number): DrawnSet {
  const inclusion = Float64Array.from(picked, (_, i) =>
    i < certain ? 1 : (picked.length - certain) / (N - certain),
  );
  return {
    of: N,
    samples: pickedSamples(retain, picked),
    certain,
    inclusion,
    largestCurvature: 1,
    mean: null,
  };
}

const wholeForget: DrawnSet = {
  of: 2,
  samples: forget,
  certain: 2,
  inclusion: Float64Array.of(1, 1),
  largestCurvature: 1,
  mean: null,
};

/** In the stored coordinates: a reduction would turn them differently for each subset. */
function problemOf(set: DrawnSet, sampling: 'bernoulli' | 'without-replacement'): EstimatedProblem {
  const setting = { alpha: 0.3, batch: { retain: 2, forget: 1 }, sampling };
  const reduced = estimatedProblem({ retain: set, forget: wholeForget, ...setting });
  const sets = [set, wholeForget];
  const part = (g: number): Float64Array => {
    const { of, inclusion, samples } = sets[g]!;
    return Float64Array.from({ length: P * P }, (_, ab) => {
      let sum = 0;
      inclusion.forEach((probability, i) => {
        const row = samples.factors.subarray(i * P, (i + 1) * P);
        sum += (row[Math.floor(ab / P)]! * row[ab % P]!) / of / probability;
      });
      return reduced.groups[g]!.weight * sum;
    });
  };
  return {
    dimension: P,
    groups: reduced.groups.map((group, g) => ({ ...group, set: sets[g]!, part: part(g) })),
  };
}

const everything = setOf([0, 1, 2, 3, 4, 5], 6);
const m = Float64Array.of(1, 0.2, 0, 0.2, 0.7, 0.1, 0, 0.1, 0.4);
const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe.each(['bernoulli', 'without-replacement'] as const)('over all subsets, %s batches', (sampling) => {
  const whole = problemOf(everything, sampling);

  test('the estimates of <M, L M> and <M, Q M> average to those of all samples', () => {
    const exact = stepForm(whole, m);
    const forms = subsets.map((picked) => stepForm(problemOf(setOf(picked, 0), sampling), m));
    expect(average(forms.map(({ x }) => x)) / exact.x).toBeCloseTo(1, 10);
    expect(average(forms.map(({ y }) => y)) / exact.y).toBeCloseTo(1, 10);
    expect(exact.errors).toEqual([]);
  });

  test('and so does that of <f, G f>, of which the diagonal is a part', () => {
    const values = (picked: readonly number[]): Float64Array => Float64Array.from([...picked, 6, 7], (i) => 1 + (i % 3)); // prettier-ignore
    const form = (problem: EstimatedProblem, picked: readonly number[]) =>
      coherenceForm(problem, sampleKernel(problem), kernelPart(problem, problem, null), values(picked));
    const exact = form(whole, [0, 1, 2, 3, 4, 5]);
    const forms = subsets.map((picked) => form(problemOf(setOf(picked, 0), sampling), picked));
    expect(Math.abs(average(forms.map(({ x }) => x)) / exact.x - 1)).toBeLessThan(ROUNDING);
    expect(Math.abs(average(forms.map(({ y }) => y)) / exact.y - 1)).toBeLessThan(ROUNDING);
  });
});

/** The estimated variance of sum_i w_i x_i. */
function varianceOf(set: DrawnSet, values: Float64Array): number {
  return designErrors(set, values, values).reduce(
    (sum, { x, second }) => sum + x.reduce((own, error, i) => own + second[i]! * error * error, 0),
    0,
  );
}

describe('errors of a sum over a random subset', () => {
  const values = Float64Array.from({ length: N }, (_, i) => (i + 1) ** 2);
  const spread = (certain: number): { actual: number; estimated: number } => {
    const drawn = subsets.filter((picked) =>
      Array.from({ length: certain }, (_, i) => i).every((i) => picked.includes(i)),
    );
    const estimates = drawn.map((picked) => {
      const set = setOf(picked, certain);
      const x = Float64Array.from(picked, (i) => values[i]!);
      const sum = x.reduce((total, value, i) => total + value / set.inclusion[i]! / N, 0);
      return { sum, variance: varianceOf(set, x) };
    });
    const mean = average(estimates.map(({ sum }) => sum));
    return {
      actual: average(estimates.map(({ sum }) => (sum - mean) ** 2)),
      estimated: average(estimates.map(({ variance }) => variance)),
    };
  };

  test.each([0, 1, 2])('have the estimated variance, with %i samples in for certain', (certain) => {
    const { actual, estimated } = spread(certain);
    expect(estimated / actual).toBeCloseTo(1, 10);
  });

  test('which is less than without the correction for a finite set', () => {
    const { actual } = spread(0);
    const variance = average([...values].map((x) => (x - average([...values])) ** 2));
    expect(actual).toBeLessThan((0.5 * variance) / M);
  });
});

describe('ends of the interval of a ratio', () => {
  /** 40 samples whose errors of X are +-1, or as given, and of Y a tenth of that. */
  const form = (x: number, scale: number, error = (i: number) => (i % 2) * 2 - 1): LinearForm => {
    const errors = Float64Array.from({ length: 40 }, (_, i) => scale * error(i));
    const other = errors.map((value, i) => (i % 3 === 0 ? 0.1 : -0.05) * value);
    const ones = new Float64Array(40).fill(1 / 40);
    return { x, y: 1, errors: [{ x: errors, y: other, second: ones, third: ones }] };
  };
  const ERROR = 0.02;

  test('enclose it, and come together as the errors vanish', () => {
    expect(lowerEnd([form(2, 0.1)], ERROR)).toBeLessThan(1.9);
    expect(upperEnd([form(2, 0.1)], ERROR)).toBeGreaterThan(2.1);
    expect(lowerEnd([form(2, 0)], ERROR)).toBeCloseTo(2, 10);
    expect(upperEnd([form(2, 0)], ERROR)).toBeCloseTo(2, 10);
  });

  test('a denominator within its error of 0 leaves the ratio open above', () => {
    expect(upperEnd([form(2, 20)], ERROR)).toBe(Infinity);
  });

  test('a numerator below 0 beyond its error makes the upper end 0', () => {
    expect(upperEnd([form(-1, 0.1)], ERROR)).toBe(0);
  });

  test('errors that a few samples carry count for more than others of the same size', () => {
    const few = (i: number): number => (i < 2 ? Math.sqrt(20) * (2 * i - 1) : 0);
    expect(upperEnd([form(2, 0.1, few)], ERROR)).toBeGreaterThan(upperEnd([form(2, 0.1)], ERROR));
    expect(lowerEnd([form(2, 0.1, few)], ERROR)).toBeLessThan(lowerEnd([form(2, 0.1)], ERROR));
  });

  test('and those that are skewed upward move the upper end further than the lower one', () => {
    const skewed = (i: number): number => (i < 4 ? 3 : -1 / 3);
    const [low, high] = [lowerEnd([form(2, 0.1, skewed)], ERROR), upperEnd([form(2, 0.1, skewed)], ERROR)];
    expect(high - 2).toBeGreaterThan(1.5 * (2 - low));
  });
});
