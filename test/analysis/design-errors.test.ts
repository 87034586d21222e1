import { describe, expect, test } from 'vitest';
import { designErrors } from '../../src/analysis/linear-form.js';
import { rankOneSet } from '../../src/theory/problem.js';
import type { DrawnSet } from '../../src/theory/draw-subset.js';
import { randomSource } from '../../src/statistics/generator.js';

/** A drawn set with these inclusion probabilities, the certain ones first; designs ask nothing of its factors. */
function drawnSet(of: number, inclusion: readonly number[]): DrawnSet {
  return {
    of,
    samples: rankOneSet(new Float64Array(inclusion.length).fill(1), 1),
    certain: inclusion.filter((probability) => probability === 1).length,
    inclusion: Float64Array.from(inclusion),
    largestCurvature: 1,
    mean: null,
  };
}

/** Second and third moment of the error of a mean, as the design estimates them. */
function estimatedMoments(set: DrawnSet, values: readonly number[]): [second: number, third: number] {
  const x = Float64Array.from(values);
  const errors = designErrors(set, x, new Float64Array(x.length));
  return errors.reduce<[number, number]>(
    ([two, three], { x: own, second, third }) => [
      two + own.reduce((sum, value, i) => sum + second[i]! * value ** 2, 0),
      three + own.reduce((sum, value, i) => sum + third[i]! * value ** 3, 0),
    ],
    [0, 0],
  );
}

/** All subsets of m of these values. */
function subsets(values: readonly number[], m: number): number[][] {
  if (m === 0) return [[]];
  return values.flatMap((value, i) => subsets(values.slice(i + 1), m - 1).map((rest) => [value, ...rest]));
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

const VALUES = [0.1, 0.3, 0.35, 0.9, 1.6, 2.2, 2.3, 4.1, 7];

describe('designErrors of m of n samples, over all draws', () => {
  test.each([3, 4, 5, 7, 8])(
    'have the third moment of the error of a mean, to the order 1/m: n = 9, m = %i',
    (m) => {
      const n = VALUES.length;
      const draws = subsets(VALUES, m);
      const errors = draws.map((drawn) => meanOf(drawn) - meanOf(VALUES));
      const set = drawnSet(n, new Array<number>(m).fill(m / n));
      const estimated = draws.map((drawn) => estimatedMoments(set, drawn));
      // That of m deviations from their own mean is (m - 1)(m - 2)/m^2 times as large.
      const third = meanOf(errors.map((error) => error ** 3));
      const expected = (third * (m - 1) * (m - 2)) / m ** 2;
      expect(meanOf(estimated.map(([, own]) => own)) / expected).toBeCloseTo(1, 8);
    },
  );

  test('have a third moment of the other sign where more than half is drawn', () => {
    const ofDraw = (m: number) =>
      estimatedMoments(drawnSet(9, new Array<number>(m).fill(m / 9)), VALUES.slice(-m))[1];
    expect(ofDraw(4)).toBeGreaterThan(0);
    expect(ofDraw(6)).toBeLessThan(0);
  });
});

describe('designErrors with unequal probabilities', () => {
  const inclusion = [1, 1, 0.8, 0.1, 0.3, 0.45, 0.2, 0.15];
  const set = drawnSet(20, inclusion);
  const random = randomSource('design errors', 1);

  test('have none where values are in proportion to the probabilities of the random samples', () => {
    const values = inclusion.map((probability, i) => (i < 2 ? 10 * random.uniform() : 3 * probability));
    const [second, third] = estimatedMoments(set, values);
    expect(second).toBeLessThan(1e-28);
    expect(Math.abs(third)).toBeLessThan(1e-40);
  });

  test('are about the mean that weighs each by the probability that it is left out', () => {
    const values = inclusion.map(() => random.uniform());
    const [{ x }] = designErrors(set, Float64Array.from(values), new Float64Array(8)) as [
      ReturnType<typeof designErrors>[0],
    ];
    expect(x).toHaveLength(6);
    const sum = x.reduce((total, error, i) => total + (1 - inclusion[2 + i]!) * error, 0);
    expect(Math.abs(sum)).toBeLessThan(1e-14);
    expect(x[1]! - x[0]!).toBeCloseTo(values[3]! / 0.1 - values[2]! / 0.8, 12);
  });

  test('are none where every sample was drawn', () => {
    expect(designErrors(drawnSet(2, [1, 1]), Float64Array.of(1, 2), Float64Array.of(1, 1))).toEqual([]);
  });
});
