import { describe, expect, it } from 'vitest';
import { randomSource, type RandomSource } from '../../src/statistics/generator.js';
import { criticalMixing } from '../../src/theory/mean-curvature.js';
import { curvatureSigns } from '../../src/theory/curvature-signs.js';
import { type FactorSet, rankOneSet } from '../../src/theory/problem.js';
import { exactCriticalMixing, exactStability } from '../../src/theory/operator/exact-stability.js';
import { reduceProblem, reduceSets } from '../../src/theory/reduction.js';
import { inertia, minus, plus, rational, type Rational, times, toNumber } from '../reference/rational.js';

/** Whole numbers, those of each column in a unit of its own that is a whole number, too. */
function wholeSet(random: RandomSource, n: number, units: readonly number[], rank: number): FactorSet {
  const rows = new Float64Array(n * units.length);
  for (let i = 0; i < n; i++) {
    const own = units.map(() => random.integer(11) - 5);
    // Columns beyond the rank repeat sums of earlier ones.
    for (let j = rank; j < units.length; j++) own[j] = own[j % rank]! + own[(j + 1) % rank]!;
    units.forEach((unit, j) => (rows[i * units.length + j] = own[j]! * unit));
  }
  return rankOneSet(rows, units.length);
}

/** Hbar exactly. */
function exactMean({ factors, dimension: p, sampleCount: n }: FactorSet): Rational[][] {
  return Array.from({ length: p }, (_, a) =>
    Array.from({ length: p }, (_unused, b) => {
      let sum = 0n;
      for (let i = 0; i < n; i++) sum += BigInt(factors[i * p + a]!) * BigInt(factors[i * p + b]!);
      return rational(sum, BigInt(n));
    }),
  );
}

/** D at alpha = k/m exactly: p x p. */
function exactCurvature(retain: Rational[][], forget: Rational[][], alpha: Rational): Rational[][] {
  const one = rational(1n);
  return retain.map((row, a) =>
    row.map((x, b) => minus(times(minus(one, alpha), x), times(alpha, forget[a]![b]!))),
  );
}

const UNITS = [1, 7, 1000, 1_000_003, 12, 99_991] as const;

describe('signs of D and alpha* of whole numbers are those of rational arithmetic', () => {
  const random = randomSource('rational');
  const draws = Array.from({ length: 60 }, (_, k) => {
    const p = 2 + random.integer(4);
    const rank = k % 3 === 0 ? Math.max(2, p - 1) : p;
    const units = UNITS.slice(0, p);
    const retain = wholeSet(
      random,
      k % 4 === 1 ? Math.max(1, p - 1) : p + 2 + random.integer(5),
      units,
      rank,
    );
    const forget = wholeSet(random, 1 + random.integer(3), units, rank);
    return { k, retain, forget };
  });

  it.each(draws)('draw $k', ({ k, retain, forget }) => {
    const { dimension, sets } = reduceSets([retain, forget]);
    const [r, f] = [exactMean(retain), exactMean(forget)];
    const sum = r.map((row, a) => row.map((x, b) => plus(x, f[a]![b]!)));
    expect(dimension, 'r').toBe(inertia(sum).positive);
    const signs = curvatureSigns({ retain: sets[0]!, forget: sets[1]! });
    for (const top of [1n, 5n, 20n, 50n, 90n]) {
      const alpha = rational(top, 100n);
      const { negative, positive } = inertia(exactCurvature(r, f, alpha));
      const counted = signs(toNumber(alpha));
      expect({ negative: counted.negative, positive: counted.positive }, `alpha ${top} %`).toEqual({
        negative,
        positive,
      });
      const problem = reduceProblem({
        retain, forget, alpha: toNumber(alpha), batch: { retain: 1, forget: 1 }, sampling: 'bernoulli',
      }); // prettier-ignore
      const { meanEigenvalues } = exactStability(problem);
      expect(meanEigenvalues.filter((d) => d < 0).length).toBe(negative);
      expect(meanEigenvalues.filter((d) => d > 0).length).toBe(positive);
    }
    // By bisection on exact signs.
    const escapes = (alpha: Rational): boolean => inertia(exactCurvature(r, f, alpha)).negative > 0;
    let [low, high] = [rational(0n), rational(1n)];
    for (let step = 0; step < 36; step++) {
      const middle = rational(low.top * high.bottom + high.top * low.bottom, 2n * low.bottom * high.bottom);
      if (escapes(middle)) high = middle;
      else low = middle;
    }
    const alphaStar = criticalMixing(sets[0]!, sets[1]!);
    expect(Math.abs(alphaStar - toNumber(low))).toBeLessThan(1e-10);
    const rows = (set: FactorSet): number[][][] =>
      Array.from({ length: set.sampleCount }, (_, i) => [
        Array.from(set.factors.subarray(i * set.dimension, (i + 1) * set.dimension)),
      ]);
    const spec = { retain: rows(retain), forget: rows(forget), alpha: 0.1, batch: { retain: 1, forget: 1 }, sampling: 'bernoulli' } as const; // prettier-ignore
    expect(Math.abs(exactCriticalMixing(spec)! - alphaStar), `draw ${k}`).toBeLessThan(1e-9);
  });
});
