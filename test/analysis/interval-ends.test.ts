import { describe, expect, test } from 'vitest';
import { coherenceForm, kernelPart, sampleKernel, topFunction } from '../../src/analysis/coherence-form.js';
import { curvatureForm, mixingDirection, mixingForm, stepForm } from '../../src/analysis/curvature-forms.js';
import {
  estimatedCurvature,
  estimatedProblem,
  estimatedStability,
  halfProblem,
  type EstimatedProblem,
} from '../../src/analysis/estimated-problem.js';
import {
  endErrors,
  type LinearForm,
  lowerEnd,
  marginAt,
  type SampleErrors,
  upperEnd,
  valueAt,
} from '../../src/analysis/linear-form.js';
import { subsetIntervals } from '../../src/analysis/subset-intervals.js';
import { symmetricEigen } from '../../src/linalg/symmetric-eigen.js';
import { trace } from '../../src/linalg/vectors.js';
import { randomSource } from '../../src/statistics/generator.js';
import { studentQuantile } from '../../src/statistics/intervals.js';
import { drawnSets } from '../../src/theory/draw-subset.js';
import type { UnlearningProblem } from '../../src/theory/problem.js';
import { normalSet } from '../sample-problems.js';

/** A form with random errors in so many samples of each set, skewed by `skew`. */
function drawnForm(word: string, counts: readonly number[], skew: number): LinearForm {
  const random = randomSource('interval ends', word);
  const errors = counts.map((count): SampleErrors => {
    const draw = () =>
      Float64Array.from({ length: count }, () => random.normal() + skew * random.normal() ** 2);
    return {
      x: draw(),
      y: draw().map((y) => y / 3),
      second: new Float64Array(count).fill(1 / count ** 2),
      third: new Float64Array(count).fill(1 / count ** 3),
    };
  });
  return { x: 3, y: 1, errors };
}

/**
 * The margin by its definition: Student's quantile of the error, with Satterthwaite's degrees of freedom, times the
 * standard error, and Johnson's correction for skewness with the standard error of the third moment.
 */
function margin(form: LinearForm, theta: number, error: number, direction: 1 | -1): number {
  const samples = form.errors.flatMap(({ x, y, second, third }) =>
    Array.from(x, (value, i) => {
      const e = value - theta * y[i]!;
      return { square: second[i]! * e ** 2, cube: third[i]! * e ** 3 };
    }),
  );
  const variance = samples.reduce((sum, { square }) => sum + square, 0);
  if (variance === 0) return 0;
  // Of each set by itself: the spread of the squares around their mean.
  let uncertainty = 0;
  for (let g = 0, from = 0; g < form.errors.length; g++) {
    const own = samples.slice(from, (from += form.errors[g]!.x.length)).map(({ square }) => square);
    const mean = own.reduce((sum, x) => sum + x, 0) / own.length;
    uncertainty += own.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  }
  const degrees = Math.min(samples.length - 1, (2 * variance ** 2) / uncertainty);
  const z = studentQuantile(1 - error, Math.max(3, degrees));
  const third = direction * samples.reduce((sum, { cube }) => sum + cube, 0);
  const spread = Math.sqrt(samples.reduce((sum, { cube }) => sum + cube ** 2, 0));
  return z * Math.sqrt(variance) + Math.max(0, ((third + spread) * (1 + 2 * z * z)) / (6 * variance));
}

const ROUNDING = 1e-9;

describe('the margin of an end', () => {
  test.each([
    ['even errors', [40], 0],
    ['skewed up', [40, 25], 1],
    ['skewed down', [40, 25], -1],
    ['carried by few samples', [4], 3],
  ])('is that of its error probability: %s', (word, counts, skew) => {
    const form = drawnForm(word, counts, skew);
    for (const error of [0.05, 0.05 / 4, 0.05 / 16, 1e-5]) {
      for (const theta of [0, 0.7, 3]) {
        for (const direction of [1, -1] as const) {
          const expected = margin(form, theta, error, direction);
          expect(marginAt([form], theta, error, direction) / expected).toBeCloseTo(1, 9);
          // Three times the error would be told apart.
          expect(margin(form, theta, 3 * error, direction) / expected).toBeLessThan(0.95);
        }
      }
    }
  });

  test('of averaged forms is the average, also where one has no error; of none it is 0', () => {
    const [a, b] = [drawnForm('first', [30], 0), drawnForm('second', [20], 2)];
    const exact = { ...a, errors: [] };
    const of = (form: LinearForm) => margin(form, 1, 0.01, 1);
    expect(marginAt([a, b], 1, 0.01, 1)).toBeCloseTo((of(a) + of(b)) / 2, 9);
    expect(marginAt([a, exact], 1, 0.01, 1)).toBeCloseTo(of(a) / 2, 9);
    expect(marginAt([exact], 1, 0.01, -1)).toBe(0);
  });

  test('ends are where the statement is as far from 0 as the margin', () => {
    const forms = [drawnForm('first', [300], 0), drawnForm('second', [200], 1)];
    for (const error of [0.1, 0.01]) {
      const [low, high] = [lowerEnd(forms, error), upperEnd(forms, error)];
      expect(low).toBeLessThan(3);
      expect(high).toBeGreaterThan(3);
      const left = (theta: number, direction: 1 | -1): number =>
        3 -
        theta +
        (direction *
          (margin(forms[0]!, theta, error, direction) + margin(forms[1]!, theta, error, direction))) /
          2;
      expect(Math.abs(left(low, -1))).toBeLessThan(ROUNDING);
      expect(Math.abs(left(high, 1))).toBeLessThan(ROUNDING);
    }
  });
});

describe('endErrors', () => {
  test.each([
    [0.95, 4],
    [0.99, 8],
  ])(
    'at confidence %d share what is left over %i ends, those without a split a quarter of it',
    (confidence, ends) => {
      const { split, plain } = endErrors(confidence, ends);
      expect((split * ends) / (1 - confidence)).toBeCloseTo(1, 12);
      expect(plain / split).toBe(0.25);
    },
  );
});

const random = randomSource('interval ends', 'problem');
const PROBLEM: UnlearningProblem = {
  retain: normalSet(random, new Array<number>(90).fill(1), 3),
  forget: normalSet(random, new Array<number>(70).fill(1), 3),
  alpha: 0.15,
  batch: { retain: 4, forget: 3 },
  sampling: 'bernoulli',
};

/** How far an end is from where the statement, estimated on these forms, is off by its margin at an error. */
function misplacement(forms: readonly LinearForm[], end: number, error: number, direction: 1 | -1): number {
  const margins = forms.map((form) => margin(form, end, error, direction));
  const total = margins.reduce((sum, x) => sum + x, 0) / forms.length;
  return Math.abs(valueAt(forms, end) + direction * total) / total;
}

/** Ends may be solved for to 1e-13 of themselves. */
const SOLVED = 1e-8;

describe.each([
  { known: true, ends: 4 },
  { known: false, ends: 8 },
])(
  'each end of an interval has its own share of the error: $ends ends (means known: $known)',
  ({ known, ends }) => {
    const confidence = 0.9;
    // All of the forget set where means are not known: then alpha* has a lower end.
    const sets = drawnSets(PROBLEM, { size: known ? 40 : 70, seed: 3 }, known ? 8 : 0);
    const problem = { ...PROBLEM, retain: sets.retain, forget: sets.forget };
    const found = subsetIntervals(problem, confidence);
    const split = (1 - confidence) / ends;
    const plain = split / 4;
    const whole = estimatedProblem(problem);
    const halves = [halfProblem(whole, 0), halfProblem(whole, 1)] as const;
    const onOther = <T>(form: (own: EstimatedProblem, other: EstimatedProblem, h: 0 | 1) => T): T[] => [
      form(halves[0], halves[1], 0),
      form(halves[1], halves[0], 1),
    ];

    test('sigma', () => {
      const kernel = sampleKernel(whole);
      const all = kernelPart(whole, whole, null);
      const largest = Math.max(
        ...whole.groups.map(({ weight, set }) => (weight / set.of) * set.largestCurvature),
      );
      const upper = [coherenceForm(whole, kernel, all, topFunction(kernel, all).values)];
      expect(misplacement(upper, found.sigma.high * largest, plain, 1)).toBeLessThan(SOLVED);
      const lower = onOther((own, other, h) => {
        const [from, to] = [kernelPart(whole, own, h), kernelPart(whole, other, h === 0 ? 1 : 0)];
        const { value, values } = topFunction(kernel, from);
        const size = Math.sqrt(kernel.length);
        // f(x) = (G f)(x)/lambda, a sample's own weight a/n where it is in both halves.
        const extended = to.positions.map((row) => {
          const terms = from.positions.map((column, j) => {
            const weight = column === row ? from.own[j]! : from.weights[j]!;
            return weight * kernel[row * size + column]! * values[j]!;
          });
          return terms.reduce((sum, x) => sum + x, 0) / value;
        });
        return coherenceForm(other, kernel, to, Float64Array.from(extended));
      });
      expect(found.sigma.low).toBeGreaterThan(1);
      expect(misplacement(lower, found.sigma.low * largest, split, -1)).toBeLessThan(SOLVED);
    });

    test('eta*', () => {
      const total = whole.groups.reduce((sum, { part }) => sum + trace(part, whole.dimension), 0);
      const upper = onOther((own, other) => {
        const stability = estimatedStability(own);
        const smallest = stability.meanEigenvalues[0]!;
        const count = Math.min(...own.groups.map(({ set }) => set.samples.sampleCount));
        const shift = smallest > 1e-13 * total ? 0 : total / count - smallest;
        return stepForm(other, stability.extremalMatrix(shift, { tolerance: 1e-3 }));
      });
      expect(misplacement(upper, found.etaStar.high, split, 1)).toBeLessThan(SOLVED);
      const lower = [stepForm(whole, found.stability.extremalMatrix(0, { tolerance: 1e-6 }))];
      expect(found.etaStar.low).toBeGreaterThan(0);
      expect(found.etaStar.low).toBeLessThan(found.etaStar.value);
      expect(misplacement(lower, found.etaStar.low, plain, -1)).toBeLessThan(SOLVED);
    });

    if (known) return;

    test('alpha*', () => {
      const upper = onOther((own, other) => {
        const [retain, forget] = own.groups.map(({ set }) => set);
        const { sampleCount, dimension } = retain!.samples;
        const ridge = Math.min(1, dimension / sampleCount) / sampleCount;
        const [otherRetain, otherForget] = other.groups.map(({ set }) => set);
        return mixingForm(otherRetain!, otherForget!, mixingDirection(retain!, forget!, ridge));
      });
      expect(found.alphaStar.high).toBeLessThan(1);
      expect(misplacement(upper, found.alphaStar.high, split, 1)).toBeLessThan(SOLVED);
      const [retain, forget] = whole.groups.map(({ set }) => set);
      const lower = [mixingForm(retain!, forget!, mixingDirection(retain!, forget!, 0))];
      expect(found.alphaStar.low).toBeGreaterThan(0);
      expect(misplacement(lower, found.alphaStar.low, plain, -1)).toBeLessThan(SOLVED);
    });

    test('lambda_min', () => {
      const r = whole.dimension;
      const smallest = (part: EstimatedProblem): Float64Array =>
        symmetricEigen(estimatedCurvature(part), r).rows.slice(0, r);
      const { value, low, high } = found.lambdaMin;
      const own = curvatureForm(whole, smallest(whole));
      expect(low).toBeCloseTo(Math.min(0, value) - margin(own, 0, plain, -1), 9);
      const crossed = onOther((half, other) => curvatureForm(other, smallest(half)));
      const margins = crossed.map((form) => margin(form, 0, split, 1));
      expect(high).toBeCloseTo(valueAt(crossed, 0) + (margins[0]! + margins[1]!) / 2, 9);
      expect(high).toBeGreaterThan(value);
    });
  },
);
