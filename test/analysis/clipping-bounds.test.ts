import { describe, expect, test } from 'vitest';
import { clippingAnswer } from '../../src/analysis/clipping.js';
import { largestMagnitude, symmetricEigenvalues } from '../../src/linalg/symmetric-eigen.js';
import { randomSource } from '../../src/statistics/generator.js';
import { type ProblemSpec, rankOneSet, type Sampling } from '../../src/theory/problem.js';
import { relativeDifference } from '../closeness.js';
import { reducedFromSpec } from '../sample-problems.js';

const P = 3;
const SETS = ['retain', 'forget'] as const;
const ALPHA = 0.3;
const WEIGHTS = { retain: 1 - ALPHA, forget: ALPHA };

type Rows = readonly (readonly number[])[];
type Both = Readonly<Record<(typeof SETS)[number], Rows>>;

const length = (x: readonly number[]): number => Math.hypot(...x);
const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);
/** The largest sum of B of the numbers, over B. */
const ofLargest = (xs: readonly number[], size: number): number =>
  sum(xs.toSorted((a, b) => b - a).slice(0, size)) / size;

/** n vectors about one direction, so that many of them together do more than the longest few. */
function vectors(name: string, n: number, spread: number): Rows {
  const random = randomSource('clipping bounds', name);
  return Array.from({ length: n }, () => {
    const size = 0.5 + random.uniform();
    return [1, 0.5, -0.3].map((x) => size * (x + spread * random.normal()));
  });
}

function clipped(
  factors: Both,
  batch: ProblemSpec['batch'],
  {
    sampling,
    preconditioner,
    gradients,
  }: { sampling: Sampling; preconditioner?: number[]; gradients?: Both },
) {
  const spec: ProblemSpec = {
    ...{ retain: factors.retain.map((f) => [f]), forget: factors.forget.map((f) => [f]) },
    ...{ alpha: ALPHA, batch, sampling },
    ...(preconditioner && { optimizer: { preconditioner } }),
  };
  const pushes = gradients && SETS.map((name) => rankOneSet(Float64Array.from(gradients[name].flat()), P));
  const answer = clippingAnswer(reducedFromSpec(spec), pushes ?? null, { clip: 10, eta: 0.01 });
  expect(answer).toMatchObject({ enumerated: false, radiusIs: 'at least' });
  return answer;
}

/** |sum of f f^T times scales|. */
function normOf(parts: readonly { rows: Rows; scale: number }[]): number {
  const matrix = Float64Array.from({ length: P * P }, (_, k) =>
    sum(parts.map(({ rows, scale }) => scale * sum(rows.map((f) => f[Math.floor(k / P)]! * f[k % P]!)))),
  );
  return largestMagnitude(symmetricEigenvalues(matrix, P));
}

describe('the radius of clipping with more batches than can be gone through', () => {
  const near: Both = { retain: vectors('retain', 40, 0.1), forget: vectors('forget', 40, 0.1) };
  const squares = (rows: Rows): number[] => rows.map((f) => length(f) ** 2);

  test('is c over the longest samples of a batch, of the set that pulls harder, where all together would do more', () => {
    for (const batch of [
      { retain: 5, forget: 5 },
      { retain: 20, forget: 4 },
    ]) {
      for (const [scale, harder] of [
        [1, 'retain'],
        [3, 'forget'],
      ] as const) {
        const factors = { ...near, forget: near.forget.map((f) => f.map((x) => scale * x)) };
        const bounds = SETS.map((name) => WEIGHTS[name] * ofLargest(squares(factors[name]), batch[name]));
        const all = WEIGHTS[harder] * normOf([{ rows: factors[harder], scale: 1 / batch[harder] }]);
        expect(Math.max(...bounds)).toBe(bounds[SETS.indexOf(harder)]);
        expect(all).toBeGreaterThan(Math.max(...bounds));
        const { radius } = clipped(factors, batch, { sampling: 'without-replacement' });
        expect(relativeDifference(radius, 10 / Math.max(...bounds))).toBeLessThan(1e-12);
      }
    }
  });

  test('with replacement a batch may be the longest sample over and over, which does more than all', () => {
    const many: Both = { retain: vectors('many', 400, 1), forget: vectors('others', 400, 1) };
    const longest = many.retain.toSorted((a, b) => length(b) - length(a))[0]!;
    const { radius } = clipped(many, { retain: 400, forget: 1 }, { sampling: 'with-replacement' });
    const least = Math.min(
      ...many.forget.map((g) =>
        normOf([
          { rows: [longest], scale: WEIGHTS.retain },
          { rows: [g], scale: -WEIGHTS.forget },
        ]),
      ),
    );
    expect(normOf([{ rows: many.retain, scale: WEIGHTS.retain / 400 }])).toBeLessThan(least);
    const bounds = SETS.map((name) => WEIGHTS[name] * Math.max(...squares(many[name])));
    expect(relativeDifference(radius, 10 / Math.max(...bounds))).toBeLessThan(1e-12);
  });

  test('leaves to displacements what the gradients of both sets together do not take', () => {
    const gradients: Both = { retain: vectors('push', 40, 1), forget: vectors('pull', 40, 1) };
    const batch = { retain: 5, forget: 3 };
    const { radius, gradient } = clipped(near, batch, { sampling: 'without-replacement', gradients });
    const pushes = SETS.map((name) => WEIGHTS[name] * ofLargest(gradients[name].map(length), batch[name]));
    expect(relativeDifference(gradient, sum(pushes))).toBeLessThan(1e-12);
    const bounds = SETS.map((name) => WEIGHTS[name] * ofLargest(squares(near[name]), batch[name]));
    expect(relativeDifference(radius, (10 - sum(pushes)) / Math.max(...bounds))).toBeLessThan(1e-12);
    const hard = { ...gradients, forget: gradients.forget.map((g) => g.map((x) => 100 * x)) };
    expect(clipped(near, batch, { sampling: 'without-replacement', gradients: hard }).radius).toBe(0);
  });

  describe('beside a preconditioner', () => {
    const batch = { retain: 5, forget: 5 };
    /** |f| |C^{1/2} f| of both sets together, and in w the larger set by C's largest root. */
    const bounds = (factors: Both, preconditioner: number[]) => {
      const roots = preconditioner.map(Math.sqrt);
      const products = (rows: Rows): number[] =>
        rows.map((f) => length(f) * length(f.map((x, j) => x * roots[j]!)));
      const inW = SETS.map((name) => WEIGHTS[name] * ofLargest(squares(factors[name]), batch[name]));
      return {
        together: sum(SETS.map((name) => WEIGHTS[name] * ofLargest(products(factors[name]), batch[name]))),
        inW: Math.max(...inW),
        byRoot: Math.max(...roots) * Math.max(...inW),
      };
    };

    test.each([
      ['C is nearly a multiple of 1', [4, 4, 3.9], 'byRoot'],
      ['C is large where the samples are not', [1, 1, 900], 'together'],
    ] as const)('is the better of two bounds: %s', (_, c, better) => {
      const flat = (rows: Rows): Rows => rows.map(([a, b, z]) => [a!, b!, 1e-3 * z!]);
      const factors = better === 'together' ? { retain: flat(near.retain), forget: flat(near.forget) } : near;
      const expected = bounds(factors, [...c]);
      const worse = better === 'together' ? expected.byRoot : expected.together;
      expect(expected[better]).toBeLessThan(worse);
      const { radius, parameters } = clipped(factors, batch, {
        sampling: 'without-replacement',
        preconditioner: [...c],
      });
      expect(relativeDifference(radius, 10 / expected[better])).toBeLessThan(1e-9);
      expect(relativeDifference(parameters!.radius, 10 / expected.inW)).toBeLessThan(1e-9);
    });
  });
});
